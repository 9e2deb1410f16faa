"""Files of courses: pictures, videos, and a course as one file. Bodies are the bare bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response, StreamingResponse

from mien.server.access import AnyCaller, AnyServices, Transaction, allow
from mien.server.actions import course_sources, exchange, lessons, media
from mien.server.media_types import PICTURES, VIDEOS
from mien.server.schemas.courses import CourseSource, LessonSource, MediaView, VideoAddress
from mien.server.security.headers import MEDIA_POLICY

router = APIRouter(tags=["media"])

#: The settings are the limit; this only lifts that of JSON requests.
NO_LIMIT_HERE: Final = 1 << 60
_BYTES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/octet-stream": {}}}}


@router.post(
    "/courses/{course_id}/media",
    status_code=201,
    dependencies=[allow("course.edit")],
    max_body_size=NO_LIMIT_HERE,
    openapi_extra=_BYTES,
)
async def upload_picture(
    course_id: UUID,
    request: Request,
    services: AnyServices,
    name: Annotated[str, Query(min_length=1, max_length=200)],
) -> MediaView:
    """A PNG, JPEG, WebP or SVG; one of the same name is replaced."""
    most = services.settings.max_picture_bytes
    upload = await media.receive(services, request.stream(), most)
    return await run_in_threadpool(media.keep, services, course_id, upload, name, PICTURES)


@router.get("/media/{media_id}", dependencies=[allow("course.read")], responses=_FILE)
def read_media(
    media_id: UUID, request: Request, services: AnyServices, session: Transaction
) -> Response:
    """The file; of a video also parts (Range). A browser may keep it, but asks before it shows
    it: whether it was replaced (304 where not), and whether the log-in still holds."""
    path, content_type, sha256 = media.stored(session, services, media_id)
    headers = {
        "content-security-policy": MEDIA_POLICY,
        "cache-control": "private, no-cache",
        "etag": f'"{sha256}"',
    }
    if _has(request.headers.getlist("if-none-match"), headers["etag"]):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type=content_type, headers=headers)


@router.delete("/media/{media_id}", status_code=204, dependencies=[allow("course.edit")])
def delete_media(media_id: UUID, services: AnyServices) -> None:
    """Removes a file from its course."""
    with services.database.writing() as session:
        media.remove(session, media_id)
    media.sweep(services)


@router.put(
    "/lessons/{lesson_id}/video",
    dependencies=[allow("course.edit")],
    max_body_size=NO_LIMIT_HERE,
    openapi_extra=_BYTES,
)
async def upload_video(
    lesson_id: UUID,
    request: Request,
    services: AnyServices,
    name: Annotated[str, Query(min_length=1, max_length=200)] = "video",
) -> LessonSource:
    """An MP4 or WebM, as the lesson's video."""
    most = services.settings.max_video_bytes
    upload = await media.receive(services, request.stream(), most)

    def keep() -> LessonSource:
        with services.database.reading() as session:
            course_id = media.course_of_lesson(session, lesson_id).id
        kept = media.keep(services, course_id, upload, name, VIDEOS, lesson_id)
        with services.database.writing() as session:
            return lessons.set_video_file(session, services, lesson_id, kept.id)

    return await run_in_threadpool(keep)


@router.put("/lessons/{lesson_id}/video-address", dependencies=[allow("course.edit")])
def set_video_address(
    lesson_id: UUID, wanted: VideoAddress, services: AnyServices, session: Transaction
) -> LessonSource:
    """A video on one of the deployment's video hosts; the server never fetches it."""
    return lessons.set_video_address(session, services, lesson_id, wanted.url)


@router.delete("/lessons/{lesson_id}/video", status_code=204, dependencies=[allow("course.edit")])
def remove_video(lesson_id: UUID, services: AnyServices, session: Transaction) -> None:
    """The lesson goes on without a video."""
    lessons.remove_video(session, services, lesson_id)


@router.get("/courses/{course_id}/export", dependencies=[allow("course.source")], responses=_FILE)
def export_course(
    course_id: UUID, services: AnyServices, session: Transaction
) -> StreamingResponse:
    """The course as one zip, without anything of its learners."""
    file = exchange.export(session, services, course_id)
    return StreamingResponse(
        _chunks(file),
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="course-{course_id}.zip"'},
    )


@router.post(
    "/courses/import",
    status_code=201,
    dependencies=[allow("course.create")],
    max_body_size=NO_LIMIT_HERE,
    openapi_extra=_BYTES,
)
async def import_course(request: Request, caller: AnyCaller, services: AnyServices) -> CourseSource:
    """A course from a zip that was exported here or elsewhere; not yet published."""
    most = services.settings.max_course_bytes
    upload = await media.receive(services, request.stream(), most)

    def take() -> CourseSource:
        try:
            course_id = exchange.import_zip(services, caller, upload.path)
        finally:
            upload.drop()
        with services.database.reading() as session:
            return course_sources.source(session, course_id)

    return await run_in_threadpool(take)


def _has(if_none_match: list[str], etag: str) -> bool:
    """Whether the caller holds that very file (RFC 9110, 13.1.2: weak comparison)."""
    held = {tag.strip().removeprefix("W/") for line in if_none_match for tag in line.split(",")}
    return not held.isdisjoint({etag, "*"})


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(1024 * 1024):
            yield chunk
