"""A class on the page: no figure tells what its tables withhold."""

import re
from collections import Counter
from dataclasses import replace

from made_results import result, seen
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.observations import HeadPose, Observation
from mien.report.charts.series import Floor, focus_series, value_series
from mien.report.page import render
from mien.report.saving import page_of, summary_json, tables_of
from mien.result import Result


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


def test_the_summary_of_a_class_found_one_by_one() -> None:
    rows = [seen(t / 2, p) for t in range(120) for p in range(1, 13) if t >= p - 1]
    page = page_of(result(rows, classroom=True))
    assert "100 % of the known expressions were happy or surprised" in page.summary[1]
