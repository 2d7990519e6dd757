"""`make screenshots`: draws the pages of docs/pictures/ at two widths and in both themes; `--all` draws every page.

`--all` writes into var/pictures/, for the eyes of whoever changes the design.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tools.catalogues import compile_catalogues
from tools.chromium import chromium
from tools.pages import PICTURES, SCREENS, Screen
from tools.run import SERVICE
from tools.stack import environment, stack
from tools.supervisor import ROOT
from tools.trouble import main

WIDTHS = {1280: 900, 390: 844}
THEMES = ("light", "dark")


def sign_in(page: Page, person: str) -> None:
    """Signs in by the form, as `person` of the demo administration; ends on the home page."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(f"{person}@demo.example")
    page.locator("input[name=password]").fill("demo")
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def draw(browser: Browser, url: str, screen: Screen, state: Any, folder: Path) -> None:
    """Draws one page in each width and theme."""
    for width, height in WIDTHS.items():
        for theme in THEMES:
            context = browser.new_context(
                base_url=url,
                storage_state=state,
                viewport={"width": width, "height": height},
                color_scheme=theme,  # type: ignore[arg-type]
                locale="fr-FR",
                reduced_motion="reduce",
            )
            page = context.new_page()
            screen.open(page)
            page.screenshot(path=folder / f"{screen.name}-{width}-{theme}.png")
            context.close()


def command() -> None:
    is_complete = "--all" in sys.argv[1:]
    pictures = ROOT / ("var/pictures" if is_complete else "docs/pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    compile_catalogues()
    with tempfile.TemporaryDirectory(prefix="rse-", ignore_cleanup_errors=True) as name:
        variables = environment(Path(name), "")
        subprocess.run([sys.executable, "-m", "tools.prepare", "--demo"], cwd=ROOT, env=variables, check=True)
        with stack(Path(name), settings={"SERVICE_NAME": SERVICE}) as product, chromium() as browser:
            states: dict[str, Any] = {"": None}
            for screen in SCREENS:
                if not is_complete and screen.name not in PICTURES:
                    continue
                if screen.person not in states:
                    context = browser.new_context(base_url=product.url)
                    sign_in(context.new_page(), screen.person)
                    states[screen.person] = context.storage_state()
                    context.close()
                draw(browser, product.url, screen, states[screen.person], pictures)
                print(screen.name, flush=True)
    print(f"In {pictures}")


if __name__ == "__main__":
    main(command)
