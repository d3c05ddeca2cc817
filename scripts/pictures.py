"""Make the pictures of the documents: docs/pictures/*.webp, light and dark.

Real pages in Chromium, in front of the demonstration. Names are always the same; times and what
AWS or Penstock mints (request and external IDs) are not, so they change whenever this is run.
"""

import os
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from penstock.cli.demonstration.customer import careless
from penstock.cli.demonstration.stage import Stage, set_up
from penstock.cli.demonstration.story import tell
from penstock.cli.session import Session

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURES: Final = ROOT / "docs" / "pictures"
SIZE: Final = (1440, 900)
SHARPNESS: Final = 2
LARGEST: Final = 150_000
QUALITIES: Final = (0.92, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.5, 0.4)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")

_PAINTED: Final = """scheme => new Promise(resolve => requestAnimationFrame(() =>
  requestAnimationFrame(() => resolve(
    document.documentElement.dataset.mantineColorScheme === scheme
      && document.fonts.status === 'loaded'))))"""

_AS_WEBP: Final = """async ([png, quality]) => {
  const picture = await createImageBitmap(await (await fetch(png)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext('2d').drawImage(picture, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
  return await new Promise(done => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(',')[1]);
    reader.readAsDataURL(blob);
  });
}"""


def main() -> int:
    subprocess.run([sys.executable, str(ROOT / "scripts" / "ui.py")], check=True)  # noqa: S603
    PICTURES.mkdir(parents=True, exist_ok=True)
    with set_up() as stage, sync_playwright() as playwright:
        _, succeeded = tell(Session(), stage.client, stage.customer)
        if not succeeded:
            return 1
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            # Chromium's own sandbox does not start as root, which containers often are.
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        for name, show in VIEWS.items():
            take(browser, stage, name, show)
        browser.close()
    return 0


def home(page: Page, stage: Stage) -> None:
    page.goto("/")
    page.get_by_role("list", name="Cards of the run").get_by_role("listitem").first.wait_for()
    page.get_by_role("region", name="Runs", exact=True).get_by_role("img").wait_for()


def designer(page: Page, stage: Stage) -> None:
    page.goto("/flows/keep_a_leavers_report")
    page.get_by_text("no problems").wait_for()
    page.get_by_role("region", name="permission policy").wait_for()


def run(page: Page, stage: Stage) -> None:
    listed = stage.client.get("runs", status="succeeded")
    page.goto(f"/runs/{listed['items'][0]['id']}")
    page.get_by_text("leavers/ada/report.csv").first.wait_for()


def denial(page: Page, stage: Stage) -> None:
    listed = stage.client.get("runs", status="failed")
    page.goto(f"/runs/{listed['items'][0]['id']}")
    page.get_by_text("Add it to a policy of the role").wait_for()


def connection(page: Page, stage: Stage) -> None:
    """New Connection, and a role whose trust policy has forgotten the external ID."""
    page.goto("/connections?new")
    dialog = page.get_by_role("dialog", name="New Connection")
    dialog.get_by_label("Connection nickname").fill("billing")
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_label("Role ARN").fill(careless_role(stage))
    dialog.get_by_role("button", name="Create").click()
    dialog.get_by_text("Accepted without an external ID").wait_for()
    stage.client.delete("connections", "billing")


@cache
def careless_role(stage: Stage) -> str:
    """Its ARN. It asks for no external ID, so that it is the same for every connection."""
    drafted = stage.client.post("connections", body={"nickname": "any"})
    stage.client.delete("connections", "any")
    return stage.customer.create_role("billing-exports", careless(drafted["trust_policy"]))


VIEWS: Final[dict[str, Callable[[Page, Stage], None]]] = {
    "home": home,
    "designer": designer,
    "run": run,
    "denial": denial,
    "connection": connection,
}


def take(browser: Browser, stage: Stage, name: str, show: Callable[[Page, Stage], None]) -> None:
    """One view's two pictures."""
    for scheme in SCHEMES:
        context = browser.new_context(
            base_url=stage.url,
            viewport={"width": SIZE[0], "height": SIZE[1]},
            device_scale_factor=SHARPNESS,
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
        )
        page = context.new_page()
        show(page, stage)
        page.wait_for_function(_PAINTED, arg=scheme)
        picture = page.screenshot()
        blank = context.new_page()
        found = smallest_enough(blank, picture)
        path = PICTURES / f"{name}-{scheme}.webp"
        path.write_bytes(found)
        print(f"{path.relative_to(ROOT)} {len(found) // 1000} kB")  # noqa: T201
        context.close()


def smallest_enough(page: Page, png: bytes) -> bytes:
    """The picture as WebP, as good as `LARGEST` bytes allow, by Chromium's encoder."""
    found = b""
    url = f"data:image/png;base64,{b64encode(png).decode()}"
    for quality in QUALITIES:
        found = b64decode(page.evaluate(_AS_WEBP, [url, quality]))
        if len(found) <= LARGEST:
            break
    return found


if __name__ == "__main__":
    sys.exit(main())
