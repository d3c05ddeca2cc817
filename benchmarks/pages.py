"""The pages in Chromium: the designer with 10 and with 300 cards, and a list of 10,000 runs.

A real server with the practice AWS behind it, on loopback. Both sizes take turns, so that the
noise of the machine falls on both alike; medians are shown, the longest frame as the worst of all
rounds. Chromium paints without a GPU here, sixty frames a second at most.

Times are the page's own: from the event (or from the beginning of the navigation) until what it
changed has been painted. "Main thread" is what of it the page itself worked, on a busy machine
about the same as on a quiet one: with more than 16.7 ms a frame there are no sixty of them. The
designer is interactive when the cards in view can be typed into and nothing holds up the next task.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import sync_playwright
from tests.acceptance.command import Penstock
from tests.accounts import Customer
from tests.browser.practice import Practice, practice

from benchmarks import designer_page, runs_page
from benchmarks.browser import Measured
from penstock.sandbox.process import start_sandbox

ROOT: Final = Path(__file__).resolve().parents[1]
STATIC: Final = ROOT / "src" / "penstock" / "server" / "static"
ROUNDS: Final = int(os.environ.get("BENCHMARK_ROUNDS", "5"))
SIZES: Final = (10, 300)
RUNS: Final = 10_000


def main() -> None:
    """Print a table; needs Chromium and the pages (`make ui`)."""
    subprocess.run([sys.executable, str(ROOT / "scripts" / "ui.py")], check=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (url, acme):
        flows = {size: designer_page.kept(acme, size) for size in SIZES}
        acme.run(acme.looking("One of many"))
        runs_page.multiply(acme.penstock.data, RUNS)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox"] if os.geteuid() == 0 else [],
            )
            designer: dict[int, list[Measured]] = {size: [] for size in SIZES}
            runs = []
            for _ in range(ROUNDS):
                for size, flow in flows.items():
                    designer[size].append(designer_page.measure(browser, url, flow, size))
                runs.append(runs_page.measure(browser, url))
            browser.close()
    show({size: summed(found) for size, found in designer.items()}, summed(runs))
    print(f"{'shell, gzip':44}{shell() / 1000:10.1f} kB   (target 150 kB or less)")


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Practice]]:
    """A server's address, and a connection and a bucket behind it."""
    with start_sandbox() as sandbox:
        penstock = Penstock(folder / "data", sandbox.info.variables())
        with penstock.server() as (_, url):
            yield url, practice(penstock, Customer(sandbox.info))


def summed(rounds: list[Measured]) -> Measured:
    """The median of each, and of what is called worst or longest the worst."""
    return {
        name: (max if "worst" in name or "longest" in name else median)(
            [found[name] for found in rounds]
        )
        for name in rounds[0]
    }


def shell() -> int:
    """Bytes, gzipped, of the page and of what it cannot begin without."""
    page = STATIC / "index.html"
    names = re.findall(r'(?:src|href)="/([^"]+\.(?:js|css))"', page.read_text())
    seen: set[Path] = {page}
    left = [STATIC / name for name in names]
    while left:
        path = left.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.suffix == ".js":
            imports = re.findall(r'(?:from|import)\s*"\./([^"]+)"', path.read_text())
            left += [path.parent / name for name in imports]
    return sum(len(gzip.compress(path.read_bytes())) for path in seen)


TARGETS: Final[Mapping[str, str]] = {
    "open, first time": "1,000 ms or less",
    "open, again": "1,000 ms or less",
    "frames a second, scrolling": "60",
    "a frame, scrolling: main thread": "16.7 ms or less",
}


def show(designer: Mapping[int, Measured], runs: Measured) -> None:
    few, many = (designer[size] for size in SIZES)
    print(f"{ROUNDS} rounds{'':37}{SIZES[0]:>7} cards{SIZES[1]:>7} cards   ratio")
    for name in few:
        unit = "" if name.startswith("frames") else " ms"
        target = f"  (target {TARGETS[name]})" if name in TARGETS else ""
        print(
            f"{name:44}{few[name]:10,.1f}{unit:3}{many[name]:10,.1f}{unit:3}"
            f"{many[name] / few[name]:8.2f}{target}"
        )
    for name, value in runs.items():
        print(f"{name:44}{value:10,.1f}{'' if 'frames' in name else ' ms'}")


if __name__ == "__main__":
    main()
