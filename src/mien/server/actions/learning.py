"""*My learning*: what was observed of a learner, said by them and offered to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from mien.assessment.moments import merge_neighbours
from mien.assessment.rules.difficulty import DIFFICULT, NO_SIGN
from mien.assessment.rules.focus import FOCUSED
from mien.assessment.windows import share_of
from mien.assessment.wording import seconds
from mien.labels import UNKNOWN
from mien.observations import LearningState
from mien.server.access import Caller
from mien.server.actions import consent, offers
from mien.server.actions.holding import SAID_HOLDS_S
from mien.server.actions.learning_words import EARLIER, comparison, summary
from mien.server.actions.live import titles_of
from mien.server.actions.sittings import (
    Focus,
    Sitting,
    engagement_of,
    focus_of,
    judged,
    passive_share,
    seconds_by_state,
    traces,
)
from mien.server.actions.standing import state_of_report, told
from mien.server.actions.thresholds import settings_of
from mien.server.problems import NotAccepted
from mien.server.schemas.learning import (
    ExpressionShare,
    LearningView,
    PointFigures,
    Said,
    SessionFigures,
    StateSpan,
)
from mien.server.services import Services
from mien.server.settings import DAY_S

#: Told without a span: as long as readings are kept unless set otherwise.
SPAN_S: Final = 30 * DAY_S
#: Sessions told one by one, the newest; each is judged anew.
MOST_SESSIONS: Final = 10
#: Rules that speak of a stretch of time; the others compare courses, or are not validated.
RULES: Final = ("focus", "difficulty", "engagement", "involvement")
NO_POINT: Final = "-"


def read(
    session: Session,
    services: Services,
    caller: Caller,
    course_id: UUID,
    from_s: float | None = None,
    to_s: float | None = None,
) -> LearningView:
    """The caller's own learning in a course.

    Args:
        from_s, to_s: Unix seconds; sessions that began in between. None: the last 30 days.

    Raises:
        NotAccepted: where the span ends before it begins.
    """
    until_s = services.now_s() if to_s is None else to_s
    since_s = until_s - SPAN_S if from_s is None else from_s
    if since_s > until_s:
        raise NotAccepted("from_s lies after to_s. Swap them.")
    affect = consent.streams(session, services.settings, caller.account, course_id)["affect"]
    found = _sessions(session, caller.account, course_id, since_s, until_s, affect.allowed)
    sittings, titles = found.shown, titles_of(session, course_id)
    history = offers.history(session, caller.account, course_id)
    return LearningView(
        from_s=since_s,
        to_s=until_s,
        affect=affect.allowed,
        sentence=summary(sittings),
        sessions=[_figures(s) for s in sittings],
        older_sessions=found.older,
        points=_points(sittings, titles),
        states=[row for s in sittings for row in _states(s, titles)],
        expressions=_expressions(sittings),
        comparison=comparison(sittings[-1] if sittings else None, found.earlier),
        offers=[o for o in history if since_s <= o.made_at_s <= until_s],
        reports=_said(sittings, titles),
        answers=sum(len(s.answers) for s in sittings),
        right_answers=sum(a.correct for s in sittings for a in s.answers),
    )


@dataclass(frozen=True)
class Sessions:
    """Those of the span that are shown, how many older ones are not, and those before the
    newest with which it is compared (they may lie before the span)."""

    shown: list[Sitting]
    older: int
    earlier: list[Sitting]


def _sessions(
    session: Session, account: UUID, course_id: UUID, from_s: float, to_s: float, affect: bool
) -> Sessions:
    known, settings = traces(session, account, course_id), settings_of(session, course_id)
    spans = [span for span in known.spans() if span[0] <= to_s]
    wanted = sum(span[0] >= from_s for span in spans)
    if not wanted:
        return Sessions([], 0, [])
    shown = min(wanted, MOST_SESSIONS)
    needed = spans[-max(shown, 1 + EARLIER) :]
    found = [
        judged(session, account, course_id, known, span, settings=settings, affect=affect)
        for span in needed
    ]
    return Sessions(found[-shown:], wanted - shown, found[-1 - EARLIER : -1])


def _figures(sitting: Sitting) -> SessionFigures:
    focus = focus_of([sitting])
    return SessionFigures(
        began_at_s=sitting.began_at_s,
        ended_at_s=sitting.ended_at_s,
        focused_share=focus.share,
        engagement=engagement_of(sitting.states("engagement")),
        passive_share=passive_share(sitting.states("involvement")),
        unknown_share=focus.unknown_share,
        reports=dict(Counter(r.feeling for r in sitting.reports)),
        answers=len(sitting.answers),
        right_answers=sum(a.correct for a in sitting.answers),
    )


def _points(sittings: Sequence[Sitting], titles: dict[str, str]) -> list[PointFigures]:
    """Points that were studied, in the course's order; those that are no more, last."""
    times = defaultdict[str, float](float)
    for sitting in sittings:
        for visit in sitting.visits():
            times[visit.knowledge_point] += visit.end_s - visit.start_s
    touched = {str(r.point_id or NO_POINT) for s in sittings for r in s.reports}
    touched |= {str(a.point_id) for s in sittings for a in s.answers} | set(times)
    named = [point for point in titles if point in touched]
    rows = [_point(sittings, point, titles[point], times[point]) for point in named]
    if touched - set(named):
        gone = "Points that are no more"
        rows.append(_point(sittings, NO_POINT, gone, times[NO_POINT]))
    return rows


def _point(sittings: Sequence[Sitting], point: str, title: str, lasted_s: float) -> PointFigures:
    def here(rule: str) -> list[LearningState]:
        return [
            s for sitting in sittings for s in sitting.states(rule) if s.knowledge_point == point
        ]

    by = seconds_by_state(here("focus"))
    known_s = sum(s for state, s in by.items() if state != UNKNOWN)
    focus = Focus(by.get(FOCUSED, 0.0), known_s, max(lasted_s, known_s))
    whole = [
        s
        for sitting in sittings
        for s in (sitting.assessment.point_states if sitting.assessment else ())
        if s.knowledge_point == point and s.rule == "engagement"
    ]
    passive = passive_share(here("involvement"))
    reports = [r for s in sittings for r in s.reports if str(r.point_id or NO_POINT) == point]
    tried = [a.correct for s in sittings for a in s.answers if str(a.point_id) == point]
    said = Counter(r.feeling for r in reports)
    found = {s.state for s in here("difficulty")}
    hard = DIFFICULT in found or said["puzzled"] > 0
    calm = NO_SIGN in found or said["going_well"] > 0
    return PointFigures(
        point_id=None if point == NO_POINT else UUID(point),
        title=title,
        seconds=lasted_s,
        focus=focus.share,
        engagement=engagement_of(whole),
        difficulty="difficult" if hard else "no_sign_of_difficulty" if calm else "unknown",
        involvement=None if passive is None else 1 - passive,
        unknown_share=focus.unknown_share,
        said=dict(said),
        answers=len(tried),
        right_answers=sum(tried),
    )


def _states(sitting: Sitting, titles: dict[str, str]) -> list[StateSpan]:
    """In order of time; engagement is a figure, so its minutes stay apart."""
    found = [s for rule in RULES for s in sitting.states(rule)]
    runs = merge_neighbours([s for s in found if s.rule != "engagement"])
    alone = [[s] for s in found if s.rule == "engagement"]
    rows = [_run(told(run, titles), sitting.began_at_s) for run in [*runs, *alone]]
    return sorted([*rows, *_said_states(sitting)], key=lambda row: (row.start_s, row.rule))


def _run(run: Sequence[LearningState], began_at_s: float) -> StateSpan:
    first, last = run[0], run[-1]
    lasted_s = last.end_s - first.start_s
    reason = first.reason
    if len(run) > 1:
        reason = f"{len(run)} windows in a row, {seconds(lasted_s)}; the first: {first.reason}"
    unknown_s = sum(s.unknown_share * (s.end_s - s.start_s) for s in run)
    return _span(
        replace(first, end_s=last.end_s, reason=reason),
        began_at_s,
        unknown_share=share_of(unknown_s, lasted_s) if lasted_s else first.unknown_share,
        value=first.value if len(run) == 1 else None,
        said=False,
    )


def _said_states(sitting: Sitting) -> Iterable[StateSpan]:
    """What the learner said holds for a while, or until they said something else."""
    reports = sorted(sitting.reports, key=lambda r: r.said_at_s)
    for number, report in enumerate(reports):
        following = reports[number + 1 : number + 2]
        next_s = following[0].said_at_s if following else float("inf")
        point = str(report.point_id or NO_POINT)
        state = state_of_report(report.feeling, point, report.said_at_s)
        end_s = min(report.said_at_s + SAID_HOLDS_S, next_s)
        yield _span(replace(state, end_s=end_s), 0.0, unknown_share=0.0, value=None, said=True)


def _span(
    state: LearningState,
    began_at_s: float,
    *,
    unknown_share: float,
    value: float | None,
    said: bool,
) -> StateSpan:
    named = state.knowledge_point not in ("", NO_POINT)
    return StateSpan(
        rule=state.rule,
        state=state.state,
        start_s=began_at_s + state.start_s,
        end_s=began_at_s + state.end_s,
        point_id=UUID(state.knowledge_point) if named else None,
        value=value,
        reason=state.reason,
        unknown_share=unknown_share,
        said=said,
    )


def _expressions(sittings: Sequence[Sitting]) -> list[ExpressionShare]:
    """Shares of the time in view, the unknown among them; empty with affect off."""
    found = defaultdict[str, float](float)
    for sitting in sittings:
        for person in sitting.assessment.persons if sitting.assessment else ():
            for name, lasted_s in person.expression_s.items():
                found[name] += lasted_s
    total_s = sum(found.values())
    return [
        ExpressionShare(name=name, share=share_of(lasted_s, total_s), seconds=lasted_s)
        for name, lasted_s in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]


def _said(sittings: Sequence[Sitting], titles: dict[str, str]) -> list[Said]:
    return [
        Said(
            feeling=report.feeling,  # type: ignore[arg-type]  # the column holds one of them
            said_at_s=report.said_at_s,
            point_id=report.point_id,
            point_title=titles.get(str(report.point_id), ""),
        )
        for sitting in reversed(sittings)
        for report in reversed(sitting.reports)
    ]
