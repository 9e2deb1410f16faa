"""Results of lessons that nobody filmed, for the page and its tables."""

from collections.abc import Sequence

from mien.assessment.assess import assess
from mien.assessment.lesson import KnowledgePoint, Lesson
from mien.instruments import Instruments
from mien.observations import Expression, HeadPose, Observation, Quality
from mien.result import Result, SourceNotes

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
