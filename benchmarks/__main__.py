"""`python -m benchmarks [NAME ...]`: all of them, or those named."""

import argparse
import importlib

BENCHMARKS = {
    "large_object": "one large object up, across and down: MB/s, CPU and memory",
    "pages": "the pages in Chromium: 10 and 300 cards, 10,000 runs",
    "policies": "what policies cost: one request, a flow of 50 cards, a comparison",
    "runs_list": "the store's lists of 10,000 and of 100,000 runs",
    "segments": "what the engine adds to the durable engine's own step",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    listed = "; ".join(f"{name}: {what}" for name, what in BENCHMARKS.items())
    parser.add_argument("names", nargs="*", metavar="NAME", help=listed)
    names = parser.parse_args().names or list(BENCHMARKS)
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {unknown[0]}; there are: {', '.join(BENCHMARKS)}")
    for name in names:
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
