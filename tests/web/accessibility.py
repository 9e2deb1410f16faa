"""What axe-core says of a page, and whether it is wider than the window."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page
from web.build_ui import WEB

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
#: Widths in pixels, and colour schemes.
LOOKS: Final = ((1280, "light"), (390, "dark"))


def complaints(page: Page) -> list[str]:
    page.add_script_tag(content=AXE.read_text())
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => v.id + ' ' + v.nodes[0].html)"
    )
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["wider than the page"] if wide else [])]
