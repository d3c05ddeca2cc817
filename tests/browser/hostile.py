"""What a person, or somebody who wants to do harm, may write as a name; and what a page must
never do with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Dialog, Page, expect

TEXTS: Final = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "link": "javascript:alert(document.domain)//https://example.com",
    "entities": "&lt;b&gt; &amp;amp; &#60;i&#62; &nbsp;.",
    "right_to_left": "تقرير הדוח 2026 (final).csv",
    "override": "invoice\u202egpj.exe \u2067nothing closes this",
    "invisible": "pay\u200bro\u200dll\u2060 \ufeffkey\u00ad",
    "long": "x" * 10_000,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈🇨🇭e\u0301\u0301\u0301" * 30,
    "lines": "first\nsecond\n\n\tthird",
}
"""By kind. None is a mapping, so that each is only itself as an input too."""

VISIBLE: Final = {
    "script": "<img src=x onerror=alert(1)>",
    "link": "javascript:alert(1)",
    "entities": "&lt;b&gt; &amp;amp; &#60;i&#62;",
    "right_to_left": "تقرير הדוח 2026 (final)",
    "long": "W" * 64,
    "emoji": "🏳🌈🇨🇭" * 12,
    "quotes": "\"'`; DROP TABLE runs; --?a=b#c%2e%2e",
}
"""As long and as odd as what has to be seen may be: nicknames, folders, names of tokens."""

# A text that changes direction must not change that of what stands beside it on its line: either
# an inline element around it isolates it, or it is alone in its block.
_NOT_ISOLATED: Final = r"""() => {
  const turning = /[\u0590-\u08FF\u202A-\u202E\u2066-\u2069]/;
  const isolating = ['isolate', 'isolate-override', 'plaintext'];
  const wrong = [];
  const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = all.nextNode(); node; node = all.nextNode()) {
    let at = node.parentElement;
    if (!turning.test(node.data) || at.closest('textarea, option, script, style')) continue;
    let isolated = false;
    let child = node;
    while (['inline', 'contents'].includes(getComputedStyle(at).display)) {
      isolated ||= isolating.includes(getComputedStyle(at).unicodeBidi);
      child = at;
      at = at.parentElement;
    }
    const flows = !/flex|grid/.test(getComputedStyle(at).display);
    const beside = flows
      ? at.textContent.trim() !== node.data.trim()
      : child === node
        && [node.previousSibling, node.nextSibling].some((each) => each?.data?.trim());
    if (!isolated && beside) wrong.push(at.outerHTML.slice(0, 300));
  }
  return wrong;
}"""

# What is cut, by style or by the page itself, has the whole as its title; what stands in a summary
# has it in what that opens.
_CUT_WITHOUT_TITLE: Final = r"""text => {
  const wrong = [];
  const begins = text.trim().slice(0, 12);
  const whole = (element) => element?.title.includes(begins) && !element.title.endsWith('…');
  const titled = (element) => whole(element.closest('[title]'))
    || [...element.querySelectorAll('[title]')].some(whole);
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest('textarea, option, select, summary')) continue;
    if (!element.textContent.includes(begins)) continue;
    const style = getComputedStyle(element);
    const cuts = style.overflowX === 'hidden'
      && (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none');
    const cut = element.scrollWidth > element.clientWidth + 1
      || element.scrollHeight > element.clientHeight + 1;
    const own = [...element.childNodes].filter((each) => each.nodeType === 3)
      .map((each) => each.data).join('');
    const shortened = own.includes(begins) && own.includes('…') && !own.includes(text.trim());
    const seen = element.getClientRects().length && style.clipPath === 'none';
    if (seen && ((cuts && cut) || shortened) && !titled(element)) {
      wrong.push(element.outerHTML.slice(0, 300));
    }
  }
  return wrong;
}"""

_MADE_OF_TEXT: Final = """() => [...document.querySelectorAll(
  'img[src="x"], body script:not([src]), [href^="javascript:" i], [src^="javascript:" i]'
)].map((each) => each.outerHTML.slice(0, 300))"""


@contextmanager
def nothing_runs(page: Page) -> Iterator[None]:
    """Within the block no text of the page may become anything but text. What the policy against
    it had to stop fails too: the fixture of the page takes it as a complaint."""
    ran: list[str] = []

    def opened(dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            ran.append(dialog.message)
        dialog.accept()

    page.on("dialog", opened)
    yield
    page.remove_listener("dialog", opened)
    assert ran == []


def sound(page: Page, text: str) -> None:
    """At both widths: no wider than the window, `text` only text, its direction its own, and where
    it is cut, the whole as a title."""
    size = page.viewport_size
    assert size is not None
    for width in (1440, 900):
        page.set_viewport_size({"width": width, "height": 900})
        # The strip and the tables scroll in their own boxes, the window never.
        expect(page.get_by_role("main").or_(page.get_by_role("dialog")).first).to_be_visible()
        over = page.evaluate(
            "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
        )
        assert over <= 0, f"{page.url} is {over} px wider than {width}"
        found = [
            *(f"not isolated: {each}" for each in page.evaluate(_NOT_ISOLATED)),
            *(f"cut, and no title: {each}" for each in page.evaluate(_CUT_WITHOUT_TITLE, text)),
            *(f"markup: {each}" for each in page.evaluate(_MADE_OF_TEXT)),
        ]
        assert not found, "\n".join([f"{page.url}, {width} wide", *found])
    page.set_viewport_size(size)
