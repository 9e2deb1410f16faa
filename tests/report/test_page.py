"""The page: what it holds, what it must not hold, how large it grows."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from made_results import EVIL, LESSON, ROWS, result, seen
from mien.instruments import Instruments
from mien.observations import Observation
from mien.report.charts.donut import counts_of, expression_rings
from mien.report.charts.figure import clock, percent
from mien.report.charts.series import Part, thinned
from mien.report.page import render
from mien.report.readings import Readings
from mien.report.saving import page_of, save_result, summary_json
from mien.version import VERSION


class Checker(HTMLParser):
    """Collects tags, and the attributes that could load something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.pictures: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.loads += [str(named[k]) for k in ("src", "href") if k in named]
        if tag == "svg" and "aria-hidden" not in named:
            self.pictures.append(named)


def check(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    return checker


def test_self_contained_escaped_and_named() -> None:
    page = render(page_of(result(ROWS, lesson=LESSON)))
    checker = check(page)
    assert checker.loads == []
    assert "default-src 'none'" in page
    assert EVIL not in page
    assert "&lt;script&gt;alert(1)" in page
    assert checker.tags.count("script") == 1
    assert len(checker.pictures) >= 4
    assert all(p["role"] == "img" and p["aria-label"] for p in checker.pictures)
    assert checker.tags.count("table") >= len(checker.pictures)


def test_unknown_is_drawn_and_counted() -> None:
    page = render(page_of(result(ROWS)))
    assert "url(#unknown)" in page
    # 30 of 120 readings
    assert "30 of 120 readings are unknown (25 %)" in page
    assert counts_of(ROWS) == {"happiness": 90, "unknown": 30}
    rows = expression_rings([("Person 1", Readings(ROWS))]).rows
    assert list(rows) == [
        ("Person 1", "happiness", "90", "75 %"),
        ("Person 1", "unknown", "30", "25 %"),
    ]


def test_affect_off_says_so_and_shows_no_expression() -> None:
    page = render(page_of(result(ROWS, affect=False)))
    assert "Affect is switched off" in page
    assert "Expressions that were read" not in page
    assert "happiness" not in page


def test_presence_is_the_share_of_time_that_faces_were_seen() -> None:
    """Six of each ten seconds: every window is in focus, and nobody is there all the time."""
    rows = [seen(t / 2, 1) if t % 20 < 12 else Observation(t / 2) for t in range(120)]
    page = page_of(result(rows))
    assert page.summary[1].startswith("Faces were present for 60 % of the time")
    assert ("100 %", "of the time in focus") in page.key_figures


def test_no_moment_is_dropped_without_a_word() -> None:
    rows = [seen(t / 2, 1) if t // 20 % 2 else Observation(t / 2) for t in range(20 * 60)]
    made = result(rows)
    page = page_of(made)
    assert len(page.moments) == 20
    number = len(made.assessment.moments)
    assert number > 20
    assert page.summary[2].startswith(f"{number} moments are worth a look (the 20 longest are")
    assert len(summary_json(made)["assessment"]["moments"]) == number


def test_the_summary_tells_the_readings_when_some_come_late() -> None:
    """Four happy for a minute, a fifth, neutral, from 5 s on: 480 of 590 readings."""
    rows = [seen(t / 2, p) for t in range(120) for p in (1, 2, 3, 4)]
    rows += [seen(t / 2, 5, "neutral") for t in range(10, 120)]
    page = page_of(result(rows))
    assert "81 % of the known expressions were happy or surprised" in page.summary[1]
    assert "present for 100 % of the time, and" in page.summary[1]
    assert ("81 %", "engagement") in page.key_figures


def test_levels_of_a_video_network_are_not_called_expressions() -> None:
    rows = [seen(t / 2, 1, "high" if t % 4 else "low") for t in range(120)]
    told = page_of(result(rows)).summary[1]
    assert "engagement was high or very high in 75 % of the known readings" in told
    nothing = page_of(result([seen(t / 2, 1, "unknown") for t in range(120)]))
    assert "no share of expressions can be told" in nothing.summary[1]
    assert ("unknown", "engagement") in nothing.key_figures


def test_no_face_at_all_is_a_page_too() -> None:
    page = render(page_of(result([Observation(t / 2) for t in range(20)])))
    assert "No face was found" in page
    assert "20 of 20 readings are unknown (100 %)" in page
    assert render(page_of(result([])))


def test_two_hours_with_thirty_people_stay_below_two_megabytes() -> None:
    rows = [seen(float(t * 5), p) for t in range(1440) for p in range(1, 31)]
    made = result(rows, classroom=True)
    assert len(render(page_of(made)).encode()) < 2_000_000
    few = [seen(t / 2, p, ("happiness", "anger", "neutral")[t // 40 % 3])
           for t in range(14_400) for p in (1, 2, 3)]  # fmt: skip
    assert len(render(page_of(result(few))).encode()) < 2_000_000


def test_saved_files(tmp_path: Path) -> None:
    save_result(result(ROWS, lesson=LESSON), tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {
        "observations.parquet", "observations.csv", "states.csv", "summary.json", "report.html",
    }  # fmt: skip
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["source"]["undecodable"] == 2
    assert len(summary["assessment"]["persons"]) == 1


@pytest.mark.parametrize(
    ("time_s", "told"), [(0, "0:00"), (75.4, "1:15"), (3600, "1:00:00"), (59.9999999, "1:00")]
)
def test_clock(time_s: float, told: str) -> None:
    assert clock(time_s) == told


def test_percent_and_thinning_by_hand() -> None:
    assert percent(0.256) == "26 %"
    assert percent(None) == "unknown"
    series = [Part(float(i), i + 1.0, 1.0 if i % 2 else None, i % 2) for i in range(480)]
    assert len(thinned(series)) == 240
    assert thinned(series)[0] == (0.0, 2.0, 1.0, 1)


@pytest.fixture
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="NO BROWSER DRIVER")
    chromium = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser")
                     if Path(p).exists()), None)  # fmt: skip
    if chromium is None:
        pytest.skip("NO CHROMIUM: the report was not looked at in a browser")
    flags = [
        "--no-sandbox",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(browser, tmp_path: Path, width: int, scheme: str) -> None:
    save_result(result(ROWS, lesson=LESSON), tmp_path)
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    said: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.click("summary >> nth=0")
    assert page.locator("table").first.is_visible()
    assert said == []
    assert len(requests) == 1


def test_the_method_names_what_the_lesson_was_read_with() -> None:
    page = render(page_of(result(ROWS)))
    assert "detector blazeface-tiles" in page
    assert f"by mien {VERSION}" in page
    assert "The bundled expression model" in page


def test_another_model_is_not_praised_with_the_figures_of_the_bundled_one() -> None:
    page = render(page_of(result(ROWS, instruments=Instruments("haar", "ours.onnx"))))
    assert "by the model ours.onnx, which is not the bundled one" in page
    assert "The bundled expression model" not in page
    clips = render(page_of(result(ROWS, instruments=Instruments("haar", "video.onnx", True))))
    assert "Expressions were read from clips by the model video.onnx" in clips
    told = summary_json(result(ROWS, instruments=Instruments("haar", "ours.onnx")))
    assert told["instruments"] == {"detector": "haar", "model": "ours.onnx", "clips": False}


def test_without_affect_no_method_speaks_of_what_was_not_read() -> None:
    told = render(page_of(result(ROWS, affect=False)))
    assert "learning states" not in told
    assert "five assessments" not in told
    assert "focus and involvement follow the published thresholds below" in told
    assert "The six learning states are made by open rules" in render(page_of(result(ROWS)))


def test_one_instant_is_one() -> None:
    assert "1 instant read" in page_of(result(ROWS[:1])).meta
    assert "2 instants read" in page_of(result(ROWS[:2])).meta
