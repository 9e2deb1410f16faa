"""A built interface, a platform that serves it, and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from tests.web.classroom import Classroom, Open, open_classroom
from web.build_ui import TARGET, UiBuildError, build
from web.stand_in import Platform, serve

ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def ui() -> Path:
    try:
        build(say=lambda _: None)
    except UiBuildError as error:
        pytest.skip(f"USER INTERFACE NOT BUILT: {error}")
    return TARGET


@pytest.fixture
def platform(ui: Path) -> Iterator[Platform]:
    with serve(ui) as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def launch(playwright: Playwright) -> Iterator[Callable[..., Browser]]:
    """Starts Chromium with further arguments; closed at the end."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("NO CHROMIUM: install it to run the browser tests")
    started = []

    def start(*arguments: str) -> Browser:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments])
        started.append(browser)
        return browser

    yield start
    for browser in started:
        browser.close()


@pytest.fixture(scope="module")
def classroom(ui: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    """A real one with the demonstration's course, of this file alone."""
    assert ui.is_dir()
    with open_classroom(tmp_path_factory.mktemp("classroom")) as found:
        yield found


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Browser]) -> Browser:
    return launch()


@pytest.fixture
def opened(browser: Browser, classroom: Classroom) -> Iterator[Open]:
    """Opens a page as somebody: (role, width, colour scheme)."""
    contexts: list[BrowserContext] = []

    def open_page(role: str = "teacher", width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(
            bypass_csp=True,
            base_url=classroom.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        context.set_default_timeout(20_000)
        context.add_cookies(classroom.client(role).browser_cookies())  # type: ignore[arg-type]
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
