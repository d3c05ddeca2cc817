"""A page that measures itself: from an event until what it changed has been painted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Page

Measured = dict[str, float]
"""Figures by what they are of, in the order they are shown in."""

SCRIPT: Final = """
const quick = window.fetch;
window.fetch = async (...asked) => {
  if (measure.slow) await new Promise(done => setTimeout(done, measure.slow));
  return quick(...asked);
};
window.measure = {
  slow: 0,
  rows: () => document.querySelector('tbody')?.innerText ?? '',
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
  // From the moment the browser had the event until its effect, or what `met` waits for, was
  // painted.
  next: (kind, met) => {
    measure.answer = new Promise(done => addEventListener(kind,
      async event => done(await (met ? measure.until(met) : measure.painted()) - event.timeStamp),
      { capture: true, once: true }));
  },
};
"""


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


def worked(page: Page) -> Callable[[], float]:
    """What gives the milliseconds that the page's main thread has worked since it was opened.

    Its own time on the processor, so that it says the same on a machine that others keep busy.
    """
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def so_far() -> float:
        found = session.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(one["value"] for one in found if one["name"] == "TaskDuration"))

    return so_far


def after(page: Page, kind: str, met: str | None = None) -> None:
    """Begin to wait for the next event of a kind, and for what JavaScript says of its effect."""
    page.evaluate(f"measure.next({kind!r}, {f'() => {met}' if met else 'null'})")


def took(page: Page) -> float:
    """Milliseconds between the event and the picture with its effect."""
    return float(page.evaluate("measure.answer"))
