"""Looking at a page: what axe finds, and pictures of it under test-artifacts/."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import Page

ROOT: Final = Path(__file__).resolve().parents[2]
PICTURES: Final = ROOT / "test-artifacts" / "pictures"
AXE: Final = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS: Final = (1440, 900)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")

# In these colours, with its typefaces, and painted.
_SETTLED: Final = """scheme => new Promise(resolve => requestAnimationFrame(() =>
  requestAnimationFrame(() => resolve(
    document.documentElement.dataset.mantineColorScheme === scheme
      && document.fonts.status === 'loaded'))))"""

# What there is to see, whatever its colours.
_SHAPE: Final = """() => [...document.body.querySelectorAll('*:not(svg *)')].map(element =>
  [element.tagName, element.role, element.checkVisibility({visibilityProperty: true})].join(' ')
).join()"""

_EVERYTHING: Final = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
_COLOURS: Final = "{type: 'rule', values: ['color-contrast', 'link-in-text-block']}"


@dataclass(frozen=True, slots=True)
class Look:
    """Looks at `page`, and keeps pictures under the name of a view."""

    page: Page
    part: str

    def everywhere(self, name: str) -> None:
        """In light and dark, wide and narrow: nothing serious for axe, nothing wider than the
        window, and a picture each. What is the same in the dark but for its colours is asked
        for its colours: that takes axe a third of the time."""
        shapes: dict[int, str] = {}
        size = self.page.viewport_size
        assert size is not None
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 900})
                self.page.wait_for_function(_SETTLED, arg=scheme)
                self.picture(f"{name}-{scheme}-{width}")
                overflow = self.page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                assert overflow <= 0, f"{name} is {overflow} px wider than {width}"
                shape = self.page.evaluate(_SHAPE)
                known = shapes.setdefault(width, shape) == shape and scheme != SCHEMES[0]
                found = serious(self.page, _COLOURS if known else _EVERYTHING)
                assert not found, "\n".join([f"{name}, {scheme}, {width} wide:", *found])
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.page.set_viewport_size(size)

    def picture(self, name: str) -> Path:
        """The window as it is now."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{self.part}-{name}.png"
        self.page.screenshot(path=path)
        return path


def serious(page: Page, rules: str = _EVERYTHING) -> list[str]:
    """What axe calls serious or critical on the page, each with its first places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        f"axe.run(document, {{resultTypes: ['violations'], runOnly: {rules}}})"
    )
    return [
        f"{each['id']}: {each['help']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"][:3]
    ]


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
