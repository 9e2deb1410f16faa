"""A built interface, a platform that serves it, and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
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
