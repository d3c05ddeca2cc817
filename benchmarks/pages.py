"""The pages in Chromium: the designer with 10 and with 300 cards, and a list of 10,000 runs.

A real server with the practice AWS behind it, on loopback. Both sizes take turns, so that the
noise of the machine falls on both alike; medians are shown, the longest frame as the worst of all
rounds. Chromium paints without a GPU here, sixty frames a second at most.

Times are the page's own: from the event (or from the beginning of the navigation) until what it
changed has been painted. The designer is interactive when the cards in view can be typed into and
nothing holds up the next task.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright
from tests.acceptance.command import Penstock
from tests.accounts import Customer
from tests.browser.practice import Practice, practice

from penstock.sandbox.process import start_sandbox
from penstock.store.database import open_database
from penstock.store.tables import runs as runs_table

ROOT: Final = Path(__file__).resolve().parents[1]
STATIC: Final = ROOT / "src" / "penstock" / "server" / "static"
ROUNDS: Final = int(os.environ.get("BENCHMARK_ROUNDS", "5"))
SIZES: Final = (10, 300)
RUNS: Final = 10_000
TYPED: Final = "reports/of/the/year"
SLOW: Final = 2_000
"""Milliseconds that every answer of the API is kept back, to see whether typing waits for it."""

Measured = dict[str, float]

SCRIPT: Final = """
const quick = window.fetch;
window.fetch = async (...asked) => {
  if (measure.slow) await new Promise(done => setTimeout(done, measure.slow));
  return quick(...asked);
};
window.measure = {
  slow: 0,
  painted: () => new Promise(done => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  })),
  until: async met => {
    while (!met()) await new Promise(done => requestAnimationFrame(done));
    return await measure.painted();
  },
  scroller: from => {
    let box = from;
    const scrolls = each => each.scrollWidth > each.clientWidth + 50
      && /auto|scroll/.test(getComputedStyle(each).overflowX);
    while (box && !scrolls(box)) box = box.parentElement;
    return box;
  },
  frames: (scroll, seconds) => new Promise(done => {
    const times = [];
    const step = now => {
      times.push(now);
      if (now - times[0] > seconds * 1000) {
        const gaps = times.slice(1).map((time, index) => time - times[index]);
        done([gaps.length / ((times.at(-1) - times[0]) / 1000), Math.max(...gaps)]);
        return;
      }
      scroll();
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }),
  // From the moment the browser had the event until its effect was painted.
  next: kind => {
    measure.answer = new Promise(done => addEventListener(kind,
      async event => done([event.timeStamp, await measure.painted()]),
      { capture: true, once: true }));
  },
};
"""


def main() -> None:
    """Print a table; needs Chromium and the pages (`make ui`)."""
    subprocess.run([sys.executable, str(ROOT / "scripts" / "ui.py")], check=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (url, acme):
        flows = {size: kept(acme, size) for size in SIZES}
        acme.run(acme.looking("One of many"))
        multiply(acme.penstock.data, RUNS)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox"] if os.geteuid() == 0 else [],
            )
            designer: dict[int, list[Measured]] = {size: [] for size in SIZES}
            runs = []
            for _ in range(ROUNDS):
                for size, flow in flows.items():
                    designer[size].append(measure_designer(browser, url, flow))
                runs.append(measure_runs(browser, url))
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


def kept(acme: Practice, size: int) -> str:
    """A flow of so many cards, each of which names one before it."""
    cards = [
        f"  - id: find_{number}\n    card: s3.search_objects\n    connection: {acme.nickname}\n"
        f"    inputs: {{bucket: {acme.bucket}, prefix: reports/}}\n"
        if number % 3 == 0
        else f"  - id: read_{number}\n    card: s3.read_object\n    connection: {acme.nickname}\n"
        f"    inputs: {{bucket: {acme.bucket}, "
        f'key: "{{{{ find_{number - number % 3}.objects[0].key }}}}"}}\n'
        for number in range(size)
    ]
    return acme.apply(f"flow_of_{size}", f"flow: flow_of_{size}\ncards:\n{''.join(cards)}")


def multiply(data: Path, count: int) -> None:
    """Put copies of the newest run into the past."""
    database = open_database(data)
    try:
        with database.write() as sql:
            row = sql.execute(runs_table.select().order_by(runs_table.c.id.desc())).first()
            assert row is not None
            copies = []
            for number in range(1, count):
                at = datetime.now(UTC) - timedelta(minutes=number)
                milliseconds = int(at.timestamp() * 1000)
                run_id = uuid.UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | number)
                copies.append(
                    dict(row._mapping)
                    | {"id": str(run_id), "created_at": at, "deduplication_key": None}
                )
            sql.execute(runs_table.insert(), copies)
    finally:
        database.close()


@contextmanager
def opened(browser: Browser, url: str) -> Iterator[Page]:
    """A page of a browser that was never here: nothing is in its cache."""
    context = browser.new_context(
        base_url=url, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)
    context.add_init_script(SCRIPT)
    yield context.new_page()
    context.close()


def measure_designer(browser: Browser, url: str, flow: str) -> Measured:
    """Opening it, scrolling, typing, and mapping in two ways; milliseconds and frames."""
    found: Measured = {}
    with opened(browser, url) as page:
        for name in ("open, first time", "open, again"):
            page.goto(f"/flows/{flow}", wait_until="commit")
            found[name] = page.evaluate(
                "measure.until(() => document.querySelector('article [role=textbox],"
                " article input'))"
            )
        page.get_by_text("no problems").wait_for()
        found["frames a second, scrolling"], found["longest frame, scrolling"] = page.evaluate(
            """() => {
                const box = measure.scroller(document.querySelector('article'));
                if (!box) throw new Error('nothing scrolls');
                let by = 60;
                return measure.frames(() => {
                    const before = box.scrollLeft;
                    box.scrollLeft += by;
                    if (box.scrollLeft === before) by = -by;
                }, 3);
            }"""
        )
        page.evaluate("measure.scroller(document.querySelector('article')).scrollLeft = 0")
        found["a key, to paint"], found["a key, to paint, worst"] = typing(page)
        page.evaluate(f"measure.slow = {SLOW}")
        found["a key, while the API takes 2 s"], _ = typing(page)
        page.evaluate("measure.slow = 0")
        found["pick: the list of values"], found["pick: the value"] = pick(page)
        found["drag: the value"] = drag(page)
    return found


def typing(page: Page) -> tuple[float, float]:
    """What a key takes until it is painted, in the first card's field: the median, the worst."""
    field = page.get_by_role("article").nth(1).get_by_role("textbox", name="Prefix")
    field.click()
    field.fill("")
    took = []
    for letter in TYPED:
        page.evaluate("measure.next('keydown')")
        page.keyboard.press(letter)
        begin, end = page.evaluate("measure.answer")
        took.append(end - begin)
    return median(took), max(took)


def pick(page: Page) -> tuple[float, float]:
    """Mapping the third card's key anew: until the values are listed, and until it has one."""
    card = page.get_by_role("article").nth(2)
    button = card.get_by_role("button", name="Pick a value for Key")
    button.scroll_into_view_if_needed()
    page.evaluate(
        """() => {
            measure.begin = new Promise(done =>
                addEventListener('click', event => done(event.timeStamp),
                    { capture: true, once: true }));
            measure.answer = measure.begin.then(async begin => [begin,
                await measure.until(() => document.querySelector('[role=option]'))]);
        }"""
    )
    button.click()
    begin, end = page.evaluate("measure.answer")
    listed = end - begin
    page.get_by_role("combobox", name="Pick a value for Key").fill("last_key")
    page.get_by_role("option").first.wait_for()
    page.evaluate("measure.next('keydown')")
    page.keyboard.press("Enter")
    begin, end = page.evaluate("measure.answer")
    return listed, end - begin


def drag(page: Page) -> float:
    """Dropping an output of the first card onto the third card's key: until it has it."""
    output = page.get_by_role("article").nth(1).get_by_text("last_key", exact=True)
    if not output.is_visible():
        page.get_by_role("article").nth(1).get_by_role(
            "button", name=re.compile("more outputs")
        ).click()
    target = page.get_by_role("article").nth(2).get_by_role("textbox", name="Bucket")
    page.evaluate("measure.next('drop')")
    output.drag_to(target)
    begin, end = page.evaluate("measure.answer")
    return float(end - begin)


def measure_runs(browser: Browser, url: str) -> Measured:
    """The list of 10,000 runs: until the first are there, and scrolled down through all."""
    found: Measured = {}
    with opened(browser, url) as page:
        page.goto("/runs", wait_until="commit")
        found["runs: open"] = page.evaluate(
            "measure.until(() => document.querySelector('tbody tr a'))"
        )
        page.evaluate(
            """() => { measure.box = document.querySelector('tbody').closest('section,div');
                while (measure.box.scrollHeight <= measure.box.clientHeight + 50)
                    measure.box = measure.box.parentElement; }"""
        )
        fps, longest = page.evaluate("measure.frames(() => { measure.box.scrollTop += 120 }, 3)")
        found["runs: frames a second, scrolling"] = fps
        found["runs: longest frame, scrolling"] = longest
        page.wait_for_function(
            "() => { measure.box.scrollTop = measure.box.scrollHeight;"
            " return !document.body.innerText.includes('more below') }",
            timeout=120_000,
        )
        fps, longest = page.evaluate("measure.frames(() => { measure.box.scrollTop -= 400 }, 3)")
        found["runs: frames a second, all loaded"] = fps
        found["runs: longest frame, all loaded"] = longest
    return found


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
    "frames a second, scrolling": "60",
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
