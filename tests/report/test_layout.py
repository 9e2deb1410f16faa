"""Long titles and long lessons in a browser: nothing widens the page, nothing is cut off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mien.assessment.assess import assess
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.observations import Expression, HeadPose, Observation, Quality
from mien.report.charts.figure import cut
from mien.report.saving import save_result
from mien.result import Result, SourceNotes

#: No place to break; wide letters; letters as wide as high; 30 to 34 letters.
TITLES = (
    ("Donaudampfschifffahrtsgesellschaftskapitän" * 5)[:200],
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "信号与系统的采样定理以及卷积和傅里叶变换的基本概念与应用",
    "Sampling, folding, and filtering",
)
LAST_S = 3000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lesson of 50 minutes; nobody is there for a while at every point."""
    length_s = LAST_S / len(TITLES)
    points = [
        KnowledgePoint(title, i * length_s, (i + 1) * length_s) for i, title in enumerate(TITLES)
    ]
    rows = [
        Observation(
            float(t), 1, (10, 10, 80, 80), 1.0, HeadPose(0, 0, 0), 0.3, 0.0,
            Quality(80, 0.9, 0.5, 0.2, 1.0), Expression("anger", {"anger": 1.0}),
        )
        if t % length_s < 400
        else Observation(float(t))
        for t in range(0, LAST_S + 1, 5)
    ]  # fmt: skip
    lesson = Lesson("Long", tuple(points))
    notes = SourceNotes("lesson.mp4", float(LAST_S), len(rows), 0, 5.0)
    made = Result(tuple(rows), assess(rows, lesson=lesson), notes, True, False, lesson)
    out = tmp_path_factory.mktemp("long")
    save_result(made, out)
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="NO BROWSER DRIVER")
    chromium = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser")
                     if Path(p).exists()), None)  # fmt: skip
    if chromium is None:
        pytest.skip("NO CHROMIUM: the report was not looked at in a browser")
    with api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize(("width", "media"), [(390, "screen"), (1280, "screen"), (760, "print")])
def test_long_titles_widen_no_page(browser, folder: Path, width: int, media: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto((folder / "report.html").as_uri())
    page.emulate_media(media=media)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert page.locator(".moments li").count() > 4
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    size = "parseFloat(getComputedStyle(document.querySelector('.moments {}')).fontSize)"
    assert page.evaluate(size.format("small")) < page.evaluate(size.format("span"))
    # A table scrolls on its own on a screen; on paper nothing can be scrolled.
    wider = "[...document.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth)"
    assert page.evaluate(f"{wider}.length") == 0 or (media == "screen" and width < 560)
    page.close()


def test_words_stand_in_their_room(browser, folder: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((folder / "report.html").as_uri())
    ends = page.evaluate(
        "[...document.querySelectorAll('.chart > svg text')].map(t => {"
        " const b = t.getBBox(); return [t.closest('svg').getAttribute('aria-label'),"
        " t.textContent, b.x, b.x + b.width]; })"
    )
    page.close()
    assert "50:00" in {e[1] for e in ends}
    assert [e for e in ends if e[2] < 0 or e[3] > 720.5] == []
    names = [e for e in ends if "by knowledge point" in e[0] and e[2] < 5]
    assert len(names) == len(TITLES)
    assert [name for name in names if name[3] > 220] == []  # where the first cell begins


def test_cut_by_hand() -> None:
    # Small letters take 7.28 of 13, capitals 10.4, Chinese 13; the mark of a cut 13.
    assert cut("abcde", 36.5) == "abcde"
    assert cut("abcdef", 36.5) == "abc…"
    assert cut("ABCDE", 50.0) == "ABC…"
    assert cut("采样定理", 52.0) == "采样定理"
    assert cut("采样定理与", 52.0) == "采样定…"
    assert cut("abcdef", 30.0) == ""
