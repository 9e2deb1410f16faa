"""The page: what it holds, what it must not hold, how large it grows."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mien.assessment.assess import assess
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.instruments import Instruments
from mien.observations import Expression, HeadPose, Observation, Quality
from mien.report.charts.donut import counts_of, expression_rings
from mien.report.charts.figure import clock, percent
from mien.report.charts.series import Floor, Part, focus_series, thinned, value_series
from mien.report.page import render
from mien.report.readings import Readings
from mien.report.saving import page_of, save_result, summary_json, tables_of
from mien.result import Result, SourceNotes
from mien.version import VERSION

EVIL = "<script>alert(1)</script>"
GOOD = Quality(80, 0.9, 0.5, 0.2, 1.0)


def seen(time_s: float, person: int, label: str = "happiness") -> Observation:
    shares = {} if label == "unknown" else {label: 1.0}
    reason = "unsure" if label == "unknown" else ""
    return Observation(
        time_s, person, (10, 10, 80, 80), 1.0, HeadPose(0, 0, 0), 0.3, 0.0, GOOD,
        Expression(label, shares, reason),
    )  # fmt: skip


INSTRUMENTS = Instruments("blazeface-tiles")


def result(
    rows: Sequence[Observation],
    *,
    affect: bool = True,
    classroom: bool = False,
    lesson: Lesson | None = None,
    instruments: Instruments = INSTRUMENTS,
) -> Result:
    duration = max((o.time_s for o in rows), default=0.0)
    if not affect:
        rows = [Observation(o.time_s, o.person_id, o.box_px, o.score, o.pose) for o in rows]
    notes = SourceNotes("lesson.mp4", duration, len({o.time_s for o in rows}), 2, 0.5)
    assessment = assess(rows, lesson=lesson, affect=affect)
    return Result(tuple(rows), assessment, notes, affect, classroom, lesson, instruments)


LESSON = Lesson(EVIL, (KnowledgePoint(f"Point {EVIL}", 0, 30), KnowledgePoint("Second", 30, 60)))
ROWS = [seen(t / 2, 1, "happiness" if t % 4 else "unknown") for t in range(120)]


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


def test_a_small_class_is_too_few_to_show() -> None:
    rows = [seen(t / 2, p) for t in range(120) for p in (1, 2, 3)]
    made = result(rows, classroom=True)
    page = render(page_of(made))
    assert "too few to show" in page
    assert "Person 1" not in page
    assert "persons" not in summary_json(made)["assessment"]
    assert summary_json(made)["summary"] == [
        "lesson.mp4 lasts 0:59; it was looked at 120 times.",
        "A class is shown from 10 people on: too few to show.",
        "The tables beside this page withhold the readings too.",
    ]


def test_a_class_is_told_of_no_reading_that_its_table_withholds() -> None:
    """Twelve happy people for a minute; then eleven leave and the last is angry."""
    rows = [seen(t / 2, p) for t in range(120) for p in range(1, 13)]
    rows += [seen(t / 2, 1, "anger") for t in range(120, 240)]
    made = result(rows, classroom=True)
    page = page_of(made)
    assert "anger" not in render(page)
    assert "100 % of the known expressions were happy or surprised" in page.summary[1]
    assert set(tables_of(made)[0]["expression"].to_pylist()) == {"happiness", None}


def mixed_class(bowed: bool = True) -> Result:
    """Ten for three minutes at three points: one unknown throughout, one angry (and bowed) at
    the second, four happy at the third, the others neutral."""

    def label(person: int, time_s: float) -> str:
        if person == 9:
            return "unknown"
        if person == 10 and 60 <= time_s < 120:
            return "anger"
        return "happiness" if person <= 4 and time_s >= 120 else "neutral"

    rows = [seen(t / 2, p, label(p, t / 2)) for t in range(360) for p in range(1, 11)]
    if bowed:
        bow = HeadPose(0, -40, 0)
        rows = [replace(o, pose=bow) if said_angry(o) else o for o in rows]
    points = tuple(KnowledgePoint(f"P{n}", 60.0 * n - 60, 60.0 * n) for n in (1, 2, 3))
    return result(rows, classroom=True, lesson=Lesson("Three", points))


def said_angry(observation: Observation) -> bool:
    return observation.expression is not None and observation.expression.label == "anger"


def test_every_figure_of_a_class_is_of_what_its_tables_tell() -> None:
    """The one unknown, the one angry and the one bowed are in no figure."""
    made = mixed_class()
    page, table = page_of(made), tables_of(made)[0]
    told = Counter(table["expression"].to_pylist())
    rings = next(f for f in page.figures if f.title == "Expressions that were read")
    counted = {row[1]: int(row[2]) for row in rings.rows}
    assert counted.pop("withheld: too few") == told.pop(None)
    assert counted == told
    assert "anger" not in render(page)
    assert "unknown" not in counted
    # Of ten at each of 120 instants: all at P1 (the unknown one takes the nine along), two at
    # P2 (he and the angry one), five at P3 (he takes the four happy ones): 17 of 30.
    assert page.summary[1].endswith(
        "of the known expressions that are not withheld were happy or surprised."
    )
    assert "57 % of the readings are withheld, of the others 0 % unknown" in page.summary[2]
    unknown = next(f for f in page.figures if f.title == "What is unknown, and why")
    assert unknown.rows == []
    assert "more are withheld: too few to show" in unknown.sentence
    assert ("withheld", "of the time with head bowed") in page.key_figures


def test_the_bowed_share_of_a_class_is_told_where_nothing_of_it_is_withheld() -> None:
    page = page_of(mixed_class(bowed=False))
    assert ("0 %", "of the time with head bowed") in page.key_figures


def test_no_mean_of_a_class_tells_of_one() -> None:
    """One of ten smiles throughout; another leaves after two seconds."""
    rows = [seen(t / 2, p, "happiness" if p == 1 else "neutral") for t in range(120)
            for p in range(1, 11)]  # fmt: skip
    page = page_of(result(rows, classroom=True))
    assert ("withheld", "engagement") in page.key_figures
    assert ("100 %", "of the time in focus") in page.key_figures
    assert ("withheld", "expressions unknown, of those told") in page.key_figures
    lines = next(f for f in page.figures if f.title == "Focus and engagement over time")
    assert lines.sentence.startswith("On average over what is told: focus 100 %, engagement with")
    assert ("engagement", "0:00", "1:00", "withheld") in lines.rows
    made = result([o for o in rows if o.person_id != 10 or o.time_s < 2], classroom=True)
    page = page_of(made)
    assert page.summary[1].startswith("Too little may be told to say for how long faces were")
    assert ("withheld", "of the time in focus") in page.key_figures


def test_figures_of_a_class_say_that_some_windows_are_withheld() -> None:
    """Two of twelve are gone for the second half of a minute."""
    rows = [seen(t / 2, p) for t in range(120) for p in range(1, 13) if p > 2 or t < 60]
    page = page_of(result(rows, classroom=True))
    assert page.summary[1].startswith("Faces were present for 100 % of the time that may be told")
    assert ("100 %", "of the time in focus, where told") in page.key_figures


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


def test_a_class_that_is_never_together_has_no_share_of_expressions() -> None:
    """Twelve people, nine at a time."""
    rows = [seen(t / 2, p) for t in range(120) for p in range(1, 10)]
    rows += [seen(t / 2, p) for t in range(120, 240) for p in range(4, 13)]
    page = page_of(result(rows, classroom=True))
    assert page.summary[1].endswith("and no share of expressions can be told.")
    assert page.summary[2] == "One moment is worth a look."
    assert "happiness" not in render(page)


def test_a_class_of_twelve_is_shown_without_individuals() -> None:
    rows = [seen(t / 2, p) for t in range(120) for p in range(1, 13)]
    page = render(page_of(result(rows, classroom=True)))
    assert "12 people" in page
    assert not re.search(r"Person \d", page)


def test_windows_of_too_few_in_a_class_are_not_shown() -> None:
    """A window of one person has no figure where the floor is ten."""
    rows = [seen(t / 2, p) for t in range(120) for p in range(1, 13)]
    made = result(rows, classroom=True)
    lonely = [s for s in made.states if s.person_id == 1]
    assert all(v == 1.0 for _, _, v, _ in focus_series(made.states, Floor(10, 3)))
    assert all(v is None for _, _, v, _ in focus_series(lonely, Floor(10, 3)))
    assert all(v is None for _, _, v, _ in value_series(lonely, "engagement", Floor(10, 3)))
    assert any(v is not None for _, _, v, _ in value_series(lonely, "engagement"))


def test_a_class_tells_no_more_moments_than_it_shows() -> None:
    rows = [seen(t / 2, p) for t in range(120) for p in range(1, 13)]
    page = page_of(result(rows, classroom=True))
    told = page.summary[-1].split()[0]
    assert told == {0: "No", 1: "One"}.get(len(page.moments), str(len(page.moments)))


def test_the_summary_tells_the_readings_when_some_come_late() -> None:
    """Four happy for a minute, a fifth, neutral, from 5 s on: 480 of 590 readings."""
    rows = [seen(t / 2, p) for t in range(120) for p in (1, 2, 3, 4)]
    rows += [seen(t / 2, 5, "neutral") for t in range(10, 120)]
    page = page_of(result(rows))
    assert "81 % of the known expressions were happy or surprised" in page.summary[1]
    assert "present for 100 % of the time, and" in page.summary[1]
    assert ("81 %", "engagement") in page.key_figures


def test_the_summary_of_a_class_found_one_by_one() -> None:
    rows = [seen(t / 2, p) for t in range(120) for p in range(1, 13) if t >= p - 1]
    page = page_of(result(rows, classroom=True))
    assert "100 % of the known expressions were happy or surprised" in page.summary[1]


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
