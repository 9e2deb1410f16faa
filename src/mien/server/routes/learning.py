"""A learner's own: what was observed, and the right to take it along or have it erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from mien.server.access import AnyCaller, AnyServices, Transaction, allow
from mien.server.actions import erasure, learning, own_data
from mien.server.schemas.learning import LearningView

router = APIRouter(tags=["learning"])

#: Unix seconds; the year 5138 is late enough, and finite.
Time = Annotated[float | None, Query(ge=0, le=1e11, allow_inf_nan=False)]
#: One read of the export on its way out.
CHUNK_BYTES: Final = 1024 * 1024
_EXPORT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {}, "application/zip": {}}}
}


@router.get("/courses/{course_id}/learning", dependencies=[allow("learning.read")])
def read_learning(
    course_id: UUID,
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
    from_s: Time = None,
    to_s: Time = None,
) -> LearningView:
    """The caller's sessions in a course, judged, and compared with their own earlier ones."""
    return learning.read(session, services, caller, course_id, from_s, to_s)


@router.delete(
    "/courses/{course_id}/observations",
    status_code=204,
    dependencies=[allow("observations.erase")],
)
def erase_observations(course_id: UUID, caller: AnyCaller, services: AnyServices) -> None:
    """Erases what was observed of the caller in a course, said and offered there."""
    with services.database.writing() as session:
        erasure.erase_observations(session, services, caller, course_id)
    erasure.overwrite(services)


@router.get(
    "/account/export",
    dependencies=[allow("account.export")],
    responses=_EXPORT,
    response_class=StreamingResponse,
)
def export_account(
    caller: AnyCaller,
    services: AnyServices,
    session: Transaction,
    format: Annotated[own_data.Format, Query(description="csv is a zip of tables.")] = "json",
) -> StreamingResponse:
    """Everything that is kept of the caller, as a file."""
    file = own_data.export(session, services, caller, format)
    name = own_data.file_name(services, format)
    return StreamingResponse(
        _chunks(file),
        media_type="application/zip" if format == "csv" else "application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
