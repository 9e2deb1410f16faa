"""Files of courses: pictures and videos, checked, kept under their SHA-256."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import AsyncIterator
from itertools import count as numbers
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mien.server.database.statements import wait_for_lock
from mien.server.database.tables import Course, Lesson, Media
from mien.server.markdown import MEDIA_PATH
from mien.server.media_types import CONTENT_TYPES, MOST_LETTERS, Kind, kind_of, safe_name
from mien.server.problems import Conflict, NotFound, TooLarge, WrongType
from mien.server.schemas.courses import MediaView
from mien.server.services import Services

#: Of PostgreSQL's advisory locks, ours: a sweep must not meet a file that is just coming.
MEDIA_LOCK: Final = 0x6D65_6469
#: What a broken upload left is removed after so long.
PART_S: Final = 86_400.0
#: Files of one course, and enough of a file to tell its type.
MAX_FILES, HEAD_BYTES = 500, 4096


class Upload:
    """A file on its way: in the media folder under a name of its own, until it is kept."""

    def __init__(self, services: Services) -> None:
        self.path = services.settings.media_dir / f"{uuid4().hex}.part"
        self.size_bytes = 0
        self.head = b""
        self._hash = hashlib.sha256()

    def write(self, chunks: list[bytes]) -> None:
        """Adds some bytes."""
        with self.path.open("ab") as file:
            for chunk in chunks:
                file.write(chunk)
                self._hash.update(chunk)
                self.size_bytes += len(chunk)
                self.head = (self.head + chunk)[:HEAD_BYTES]

    @property
    def sha256(self) -> str:
        """Of what was written so far, in hex."""
        return self._hash.hexdigest()

    def drop(self) -> None:
        """Removes it, if it was not kept."""
        self.path.unlink(missing_ok=True)


async def receive(services: Services, stream: AsyncIterator[bytes], most_bytes: int) -> Upload:
    """Writes a request's body to the media folder, a MiB at a time.

    Raises:
        TooLarge: as soon as it is; nothing is left behind then.
    """
    upload, waiting, held = Upload(services), list[bytes](), 0
    try:
        async for chunk in stream:
            held += len(chunk)
            waiting.append(chunk)
            if upload.size_bytes + held > most_bytes:
                raise TooLarge(f"The file is larger than {most_bytes // 1024 // 1024} MiB.")
            if held >= 1024 * 1024:
                await run_in_threadpool(upload.write, waiting)
                waiting, held = [], 0
        await run_in_threadpool(upload.write, waiting)
    except BaseException:
        upload.drop()
        raise
    return upload


def keep(
    services: Services,
    course_id: UUID,
    upload: Upload,
    name: str,
    kinds: tuple[Kind, ...],
    lesson_id: UUID | None = None,
) -> MediaView:
    """Checks an upload and makes it a file of the course; of the same name, the new one
    takes the place of the old.

    Args:
        lesson_id: whose video it is: it takes the place of that lesson's alone.

    Raises:
        WrongType: unless its bytes are of one of the kinds.
    """
    try:
        kind = kind_of(upload.head)
        if kind is None or kind not in kinds:
            names = ", ".join(kind.name for kind in kinds)
            raise WrongType(f"By its content, whatever its name, it is none of {names}. Send one.")
        with services.database.writing() as session:
            lock(session)
            safe = safe_name(name, kind)
            if lesson_id is not None:
                safe = _free_name(session, course_id, safe, lesson_id)
            view_ = add(session, services, course_id, upload, safe, kind)
    finally:
        upload.drop()
    sweep(services)
    return view_


def _free_name(session: Session, course_id: UUID, name: str, lesson_id: UUID) -> str:
    """The name with a number where a file has it that is not this lesson's video."""
    own = select(Lesson.video_id).where(Lesson.id == lesson_id).scalar_subquery()
    others = select(Media.name).where(Media.course_id == course_id, Media.id.is_distinct_from(own))
    taken, (stem, ending) = set(session.scalars(others)), name.rsplit(".", 1)
    names = (f"{stem[: MOST_LETTERS - 5]}-{n}.{ending}" for n in numbers(2))
    return name if name not in taken else next(free for free in names if free not in taken)


def add(
    session: Session, services: Services, course_id: UUID, upload: Upload, name: str, kind: Kind
) -> MediaView:
    """The row and the file, under the lock of the caller's transaction."""
    row = session.scalar(select(Media).where(Media.course_id == course_id, Media.name == name))
    held = select(func.coalesce(func.sum(Media.size_bytes), 0), func.count())
    total, count = session.execute(held.where(Media.course_id == course_id)).one()
    replaced = row.size_bytes if row else 0
    if total - replaced + upload.size_bytes > services.settings.max_course_bytes:
        raise TooLarge("The files of this course are too large together. Remove some.")
    if row is None:
        if count >= MAX_FILES:
            raise Conflict(f"A course has at most {MAX_FILES} files.")
        row = Media(course_id=course_id, name=name)
        session.add(row)
    row.content_type = CONTENT_TYPES[kind]
    row.sha256, row.size_bytes = upload.sha256, upload.size_bytes
    row.created_at_s = services.now_s()
    session.flush()
    place = file_of(services, row.sha256)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    os.replace(upload.path, place)
    return view(row)


def remove(session: Session, media_id: UUID) -> None:
    """Removes a file from its course; ``sweep`` is due afterwards."""
    row = session.get(Media, media_id)
    if row is None:
        raise NotFound("There is no such file.")
    session.delete(row)


def views(session: Session, course_id: UUID) -> list[MediaView]:
    """The files of a course by name."""
    rows = session.scalars(select(Media).where(Media.course_id == course_id).order_by(Media.name))
    return [view(row) for row in rows]


def stored(session: Session, services: Services, media_id: UUID) -> tuple[Path, str, str]:
    """Path, content type and SHA-256 of a file."""
    row = session.get(Media, media_id)
    if row is None or not file_of(services, row.sha256).is_file():
        raise NotFound("There is no such file.")
    return file_of(services, row.sha256), row.content_type, row.sha256


def course_of_lesson(session: Session, lesson_id: UUID) -> Course:
    """The course that a lesson belongs to."""
    return session.get_one(Lesson, lesson_id).course


def file_of(services: Services, sha256: str) -> Path:
    """Where a file lies; the name is 64 hex digits made here, never one that was sent."""
    return services.settings.media_dir / sha256[:2] / sha256


def sweep(services: Services) -> int:
    """Removes files that no course names any more, and what broken uploads left.

    Returns:
        How many were removed.
    """
    removed = 0
    with services.database.writing() as session:
        lock(session)
        named = set(session.scalars(select(Media.sha256).distinct()))
        for path in services.settings.media_dir.rglob("*"):
            if path.is_file() and path.name not in named and not _is_coming(path):
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def lock(session: Session) -> None:
    """Waits for others who change the media folder, until the end of the transaction."""
    wait_for_lock(session, MEDIA_LOCK)


def address(media_id: UUID, sha256: str) -> str:
    """Where a file is; another one when it is replaced, or a page that shows it already would
    go on showing the old one."""
    return f"{MEDIA_PATH}{media_id}?v={sha256[:12]}"


def view(row: Media) -> MediaView:
    """A file as its teacher sees it."""
    return MediaView(
        id=row.id,
        name=row.name,
        content_type=row.content_type,
        size_bytes=row.size_bytes,
        url=address(row.id, row.sha256),
    )


def _is_coming(path: Path) -> bool:
    try:
        return path.suffix == ".part" and time.time() - path.stat().st_mtime < PART_S
    except FileNotFoundError:
        return True
