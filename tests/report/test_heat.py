"""The heat map, by hand."""

from mien.assessment.group import ClassSummary, GroupRow
from mien.observations import LearningState
from mien.report.charts.heat import heat_map, shares_of_people, shares_of_time


def state(name: str, start_s: float, end_s: float, point: str, person: int = 1) -> LearningState:
    return LearningState(
        rule="classroom_state", state=name, start_s=start_s, end_s=end_s, person_id=person,
        value=None, counts={}, unknown_share=0.0, reason="", knowledge_point=point,
    )  # fmt: skip


def test_shares_are_of_the_seconds_at_the_point() -> None:
    points = [("Sums", 0.0, 40.0), ("Limits", 40.0, 60.0), ("Proofs", 60.0, 90.0)]
    states = [
        state("confused", 0, 10, "Sums"),
        state("neutral", 10, 50, "Sums"),  # 30 s at Sums, 10 s at Limits
        state("unknown", 50, 60, "Limits", person=2),
    ]
    shares = shares_of_time(states, "classroom_state", points)
    assert shares == {
        "Sums": {"confused": 0.25, "neutral": 0.75},
        "Limits": {"neutral": 0.5, "unknown": 0.5},
    }


def test_withheld_people_stay_withheld() -> None:
    rows = (
        GroupRow("classroom_state", "Sums", 12, {"bored": None, "neutral": 9, "tired": None}),
        GroupRow("classroom_state", "Limits", None, {}, "too few to show"),
        GroupRow("focus", "Sums", 12, {"focused": 12}),
    )
    shares = shares_of_people(ClassSummary(True, 12, 10, rows), "classroom_state")
    assert shares == {
        "Sums": {"bored": None, "neutral": 0.75, "tired": None},
        "Limits": {"bored": None, "neutral": None, "tired": None, "unknown": None},
    }
    figure = heat_map(shares, ["Sums", "Limits"], "By point", "people")
    assert figure.header == ("Knowledge point", "neutral", "tired", "bored", "unknown")
    assert figure.rows == [
        ("Sums", "75 %", "withheld", "withheld", "0 %"),
        ("Limits", *["withheld"] * 4),
    ]
    assert figure.svg.count("too few to show") == 6
    assert figure.sentence == (
        "Shares of the people at each point: how much is “tired” is withheld; how much is "
        "“bored” is withheld; how much is unknown is withheld."
    )


def test_the_strongest_is_told_as_far_as_it_may_be() -> None:
    cells = {"A": {"tired": 0.5, "unknown": 0.0}, "B": {"tired": None, "unknown": 0.25}}
    told = heat_map(cells, ["A", "B"], "By point", "people").sentence
    assert "most “tired” at A (50 %), as far as it is told; most unknown at B (25 %)." in told


def test_rows_follow_the_lesson_and_the_sentence_names_the_hardest() -> None:
    cells = {
        "B": {"confused": 0.5, "neutral": 0.5},
        "A": {"neutral": 0.6, "unknown": 0.4},
        "": {"neutral": 1.0},
    }
    figure = heat_map(cells, ["A", "B"], "By point", "time")
    assert [row[0] for row in figure.rows] == ["A", "B", "outside the points"]
    assert "most “confused” at B (50 %)" in figure.sentence
    assert "most unknown at A (40 %)" in figure.sentence


def test_nothing_seen_is_said() -> None:
    assert heat_map({}, ["A"], "By point", "time").svg == ""


def test_a_withheld_cell_says_so_where_unknown_looks_alike() -> None:
    """Both are hatched: the words tell them apart."""
    figure = heat_map({"A": {"neutral": None, "unknown": None}}, ["A"], "By point", "people")
    assert figure.svg.count(">withheld</text>") == 2
    assert figure.note == "Withheld: too few to show. This is not a zero."
    told = heat_map({"A": {"neutral": 0.5, "unknown": 0.5}}, ["A"], "By point", "people")
    assert "withheld" not in told.svg
    assert told.note == ""
