"""What a teacher gets of a class after it: groups only, and the thresholds behind them."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from mien.server.access import AnyCaller, AnyServices, Transaction, allow
from mien.server.actions import class_report, thresholds
from mien.server.actions.class_csv import report_csv
from mien.server.schemas.report import ClassReport, ThresholdsDraft, ThresholdsView

router = APIRouter(tags=["class report"])

#: Unix seconds; the year 5138 is late enough, and finite.
Time = Annotated[float | None, Query(ge=0, le=1e11, allow_inf_nan=False)]
_CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/courses/{course_id}/report", dependencies=[allow("class.report")])
def read_report(
    course_id: UUID,
    services: AnyServices,
    session: Transaction,
    from_s: Time = None,
    to_s: Time = None,
) -> ClassReport:
    """The class over a span; without one, its last lesson. Groups only."""
    return class_report.read(session, services, course_id, from_s, to_s)


@router.get(
    "/courses/{course_id}/report.csv",
    dependencies=[allow("class.report")],
    responses=_CSV,
    response_class=Response,
)
def read_report_csv(
    course_id: UUID,
    services: AnyServices,
    session: Transaction,
    from_s: Time = None,
    to_s: Time = None,
) -> Response:
    """The same as a table, with the same withheld."""
    text = report_csv(class_report.read(session, services, course_id, from_s, to_s))
    headers = {"Content-Disposition": 'attachment; filename="class-report.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/courses/{course_id}/thresholds", dependencies=[allow("course.read")])
def read_thresholds(course_id: UUID, session: Transaction) -> ThresholdsView:
    """By which figures the rules judge in this course; its learners may read them too."""
    return thresholds.read(session, course_id)


@router.put("/courses/{course_id}/thresholds", dependencies=[allow("thresholds.edit")])
def change_thresholds(
    course_id: UUID,
    draft: ThresholdsDraft,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
) -> ThresholdsView:
    """Sets those that are to differ; what is left out becomes the published one."""
    return thresholds.change(session, services, caller, course_id, draft)
