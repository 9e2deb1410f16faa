"""A course to one file and back. What comes in is read with suspicion: nothing is unpacked
by the names in the zip, and no more bytes are read than were announced and are allowed."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from mien.server.access import Caller
from mien.server.actions import audit, courses, lessons, media, points
from mien.server.actions.course_sources import source
from mien.server.actions.media import Upload
from mien.server.database.tables import Lesson, Media
from mien.server.markdown import MEDIA_PATH
from mien.server.media_types import kind_of
from mien.server.problems import Conflict, NotAccepted, TooLarge
from mien.server.schemas.courses import CourseDraft, LessonDraft, LessonSource, PointDraft
from mien.server.schemas.exchange import CourseDocument, LessonDocument, MediaEntry
from mien.server.services import Services

DOCUMENT: Final = "course.json"
#: 500 points of 4 × 50 000 characters could be more; no course is.
MAX_DOCUMENT_BYTES: Final = 20 * 1024 * 1024
#: Text packs about 10 : 1; a bomb packs 1000 : 1.
MAX_RATIO: Final = 100
MAX_ENTRIES: Final = 501
CHUNK_BYTES: Final = 1024 * 1024
SPOOL_BYTES: Final = 16 * CHUNK_BYTES
#: What reading a zip raises, beside its own errors: OSError where it points to before its
#: beginning, RuntimeError where it is encrypted, and each packing's own.
_UNREADABLE: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError,
    EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip


def export(session: Session, services: Services, course_id: UUID) -> IO[bytes]:
    """The zip of a course, at its beginning; large ones lie on disk.

    Raises:
        Conflict: where a file of the course is lost.
    """
    written = source(session, course_id)
    rows = {row.name: row for row in session.query(Media).filter_by(course_id=course_id)}
    names = {f"{MEDIA_PATH}{row.id}": name for name, row in rows.items()}
    document = CourseDocument(
        course=CourseDraft(**written.model_dump(include=set(CourseDraft.model_fields))),
        lessons=[_lesson_document(lesson, names) for lesson in written.lessons],
        media=[MediaEntry(name=name, sha256=row.sha256) for name, row in rows.items()],
    )
    file = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - the answer closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(DOCUMENT, document.model_dump_json(indent=2))
        for name, row in rows.items():
            path = media.file_of(services, row.sha256)
            if not path.is_file():  # a backup of the database alone was restored
                raise Conflict(f"{name} is missing on the server. Upload it again, or remove it.")
            packed.write(path, f"media/{name}", zipfile.ZIP_STORED)
    file.seek(0)
    return file


def import_zip(services: Services, caller: Caller, path: Path) -> UUID:
    """A new, unpublished course of the caller, all or nothing.

    Raises:
        NotAccepted: naming what is wrong with the file.
        TooLarge: for more bytes than a course may have, packed or not.
    """
    uploads: dict[str, Upload] = {}
    try:
        with _reading():
            packed = zipfile.ZipFile(path)
        with packed:
            document = _document(packed, services)
            for entry in document.media:
                uploads[entry.name] = _unpack(packed, entry, services)
        return import_document(services, caller, document, uploads)
    finally:
        for upload in uploads.values():
            upload.drop()


@contextmanager
def _reading() -> Iterator[None]:
    """A zip that is damaged, or packed in a way that is not read here, is refused. Only around
    what reads it: a disk that is full is not the file's fault."""
    try:
        yield
    except _UNREADABLE as error:
        raise NotAccepted(f"This is not a course file that can be read: {error}") from error


def import_document(
    services: Services, caller: Caller, document: CourseDocument, uploads: dict[str, Upload]
) -> UUID:
    """Makes the course of a document whose files have been received."""
    with services.database.writing() as session:
        media.lock(session)
        course_id = courses.create(session, services, caller, document.course)
        files: dict[str, UUID] = {}
        for name, upload in uploads.items():
            kind = kind_of(upload.head)
            if kind is None or not name.endswith(f".{kind}"):
                raise NotAccepted(f"{name} is not what its name says. Nothing was imported.")
            files[name] = media.add(session, services, course_id, upload, name, kind).id
        for lesson in document.lessons:
            _add_lesson(session, services, course_id, lesson, files)
        audit.record(session, services, caller.account, "course.import", course_id)
    return course_id


def _add_lesson(
    session: Session,
    services: Services,
    course_id: UUID,
    document: LessonDocument,
    files: dict[str, UUID],
) -> None:
    draft = LessonDraft(title=document.title, introduction=document.introduction)
    lesson_id = lessons.add_lesson(session, services, course_id, draft).id
    for point in document.points:
        points.add_point(session, services, lesson_id, point)
    if document.video in files:
        session.get_one(Lesson, lesson_id).video_id = files[document.video]
    elif document.video:
        lessons.set_video_address(session, services, lesson_id, document.video)


def _lesson_document(lesson: LessonSource, names: dict[str, str]) -> LessonDocument:
    written = [PointDraft(**p.model_dump(exclude={"id", "version"})) for p in lesson.points]
    for point in written:
        for question in point.questions:
            question.id = None
    url = lesson.video.url if lesson.video else ""
    return LessonDocument(
        title=lesson.title,
        introduction=lesson.introduction,
        video=names.get(url, url),
        points=written,
    )


def _document(packed: zipfile.ZipFile, services: Services) -> CourseDocument:
    entries = packed.infolist()
    if len(entries) > MAX_ENTRIES:
        raise NotAccepted(f"The zip holds more than {MAX_ENTRIES} files.")
    if sum(entry.file_size for entry in entries) > services.settings.max_course_bytes:
        raise TooLarge("The course is too large when unpacked.")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise NotAccepted("The zip holds two files of one name.")
    if DOCUMENT not in names:
        raise NotAccepted(f"There is no {DOCUMENT} in the zip.")
    try:
        document = CourseDocument.model_validate_json(_read_document(packed))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise NotAccepted(f"{DOCUMENT}: {place}: {first['msg']}") from error
    files = [entry.name for entry in document.media]
    if len(set(files)) != len(files):
        raise NotAccepted(f"{DOCUMENT} names a file of media twice.")
    for lesson in document.lessons:
        for point in lesson.points:
            for question in point.questions:
                question.id = None
    return document


def _read_document(packed: zipfile.ZipFile) -> bytes:
    entry = _entry(packed, DOCUMENT)
    with _reading(), packed.open(entry) as file:
        content = file.read(MAX_DOCUMENT_BYTES + 1)
    if len(content) > MAX_DOCUMENT_BYTES:
        raise TooLarge(f"{DOCUMENT} is too large.")
    return content


def _entry(packed: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    try:
        entry = packed.getinfo(name)
    except KeyError:
        raise NotAccepted(f"{name} is missing in the zip.") from None
    if entry.file_size > MAX_RATIO * max(1, entry.compress_size) and entry.file_size > CHUNK_BYTES:
        raise NotAccepted(f"{name} is packed too tightly to be a course's file.")
    return entry


def _unpack(packed: zipfile.ZipFile, entry: MediaEntry, services: Services) -> Upload:
    """One file to the media folder; the name only chooses among the zip's entries."""
    info = _entry(packed, f"media/{entry.name}")
    upload = Upload(services)
    try:
        for chunk in _pieces(packed, info):
            if upload.size_bytes + len(chunk) > info.file_size:
                raise NotAccepted(f"{entry.name} is longer than the zip says.")
            upload.write([chunk])
        if upload.sha256 != entry.sha256:
            raise NotAccepted(f"{entry.name} is damaged: its SHA-256 is another one.")
    except BaseException:
        upload.drop()
        raise
    return upload


def _pieces(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with _reading():
        file = packed.open(info)
    with file:
        while True:
            with _reading():
                chunk = file.read(CHUNK_BYTES)
            if not chunk:
                return
            yield chunk
