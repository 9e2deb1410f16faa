"""A course to a file and back, and the files that must not come in."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mien.server.actions import exchange
from server.classroom import Classroom, open_classroom
from server.teaching import API, done, point, problem, teach
from server.test_media import MP4, PNG

OCTETS = {"content-type": "application/octet-stream"}


def packed(document: Any, files: dict[str, bytes] | None = None, **options: Any) -> bytes:
    """A zip as it might be sent."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", **options) as file:
        if document is not None:
            written = document if isinstance(document, str) else json.dumps(document)
            file.writestr("course.json", written)
        for name, data in (files or {}).items():
            file.writestr(name, data)
    return content.getvalue()


def document(**given: Any) -> dict[str, Any]:
    """As small as a course can be."""
    return {
        "course": {"title": "Imported"},
        "lessons": [{"title": "L", "points": [point()]}],
    } | given


def media_entry(name: str = "a.png", content: bytes = PNG) -> dict[str, str]:
    return {"name": name, "sha256": sha256(content).hexdigest()}


def test_there_and_back_is_the_same_course(classroom: Classroom) -> None:
    theo, tara = (classroom.person(who, "teacher") for who in ("theo", "tara"))
    course = teach(theo, title="Wellen", lessons=2, points=2, tags=["a"], language="de")
    shown = {"title": "Shown", "body": "![the sea](media:the-sea.png)"}
    done(theo.put(f"{API}/points/{course.points[0]}", json=point(**shown)))
    upload = {"params": {"name": "The sea.PNG"}, "content": PNG}
    done(theo.post(f"{course.url}/media", **upload), 201)
    video = f"{API}/lessons/{course.lessons[1]}/video"
    done(theo.put(video, content=MP4, params={"name": "film"}))
    file = theo.get(f"{course.url}/export")
    assert file.headers["content-type"] == "application/zip"
    assert file.headers["content-disposition"].startswith("attachment")
    taken = done(tara.post(f"{API}/courses/import", content=file.content, headers=OCTETS), 201)
    assert not taken["published"]
    assert without_ids(taken) == without_ids(done(theo.get(f"{course.url}/source")))
    page = done(tara.get(f"{API}/lessons/{taken['lessons'][0]['id']}"))
    (picture,) = [m for m in taken["media"] if m["name"] == "the-sea.png"]
    assert f'src="{picture["url"]}"' in page["points"][0]["body_html"]
    assert tara.get(picture["url"]).content == PNG
    again = tara.get(f"{API}/courses/{taken['id']}/export")
    assert read(again.content) == read(file.content)


def without_ids(source: Any) -> Any:
    if isinstance(source, dict):
        left = {k: v for k, v in source.items() if k not in ("id", "version", "url", "published")}
        return {k: without_ids(v) for k, v in left.items()}
    return [without_ids(s) for s in source] if isinstance(source, list) else source


def read(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_a_file_holds_nothing_of_learners(classroom: Classroom) -> None:
    theo, anna = classroom.person("theo", "teacher"), classroom.person("anna-the-learner")
    course = teach(theo)
    done(anna.put(f"{course.url}/enrolment"), 204)
    inside = b"".join(read(theo.get(f"{course.url}/export").content).values())
    account = anna.get(f"{API}/session").json()["account"]
    assert not [word for word in (account["id"], account["name"]) if word.encode() in inside]


def test_a_lost_file_is_told(classroom: Classroom) -> None:
    theo = classroom.person("theo", "teacher")
    course = teach(theo)
    done(theo.post(f"{course.url}/media", content=PNG, params={"name": "a"}), 201)
    for path in classroom.services.settings.media_dir.rglob("*"):
        if path.is_file():
            path.unlink()
    assert "a.png is missing" in problem(theo.get(f"{course.url}/export"), 409)


def bomb() -> bytes:
    """100 MB of zeros in 100 kB."""
    zeros = {"media/a.png": PNG + bytes(100_000_000)}
    entry = media_entry(content=zeros["media/a.png"])
    return packed(document(media=[entry]), zeros, compression=zipfile.ZIP_DEFLATED)


def text_bomb() -> bytes:
    written = json.dumps(document())[:-1] + " " * 30_000_000 + "}"
    return packed(written, compression=zipfile.ZIP_DEFLATED)


def lying_about_its_size() -> bytes:
    """The directory of the zip says 10 bytes; more come out."""
    content = packed(document(media=[media_entry()]), {"media/a.png": PNG + bytes(5000)})
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        size = file.getinfo("media/a.png").file_size
    at = content.rindex(b"PK\x01\x02")  # the last entry of the directory
    field = content.index(size.to_bytes(4, "little"), at)  # the packed size comes first
    field = content.index(size.to_bytes(4, "little"), field + 4)
    return content[:field] + (10).to_bytes(4, "little") + content[field + 4 :]


def with_a_link() -> bytes:
    link = zipfile.ZipInfo("media/a.png")
    link.external_attr = 0o120777 << 16
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("course.json", json.dumps(document(media=[media_entry()])))
        file.writestr(link, "/etc/passwd")
    return content.getvalue()


def twice_the_same_name() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("course.json", json.dumps(document()))
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("course.json", json.dumps(document()))
    return content.getvalue()


def encrypted() -> bytes:
    content = bytearray(packed(document()))
    for at in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content[at] |= 1  # the flag that says so
    return bytes(content)


def damaged(compression: int) -> bytes:
    """One byte of the packed document is another."""
    content = bytearray(packed(document(), compression=compression))
    content[len("course.json") + 30 + 12] ^= 0xFF  # after the entry's head of 30 bytes and name
    return bytes(content)


def pointing_before_its_beginning() -> bytes:
    content = bytearray(packed(document()))
    content[content.rindex(b"PK\x05\x06") + 16 + 1] ^= 0x10  # where the directory begins
    return bytes(content)


BAD: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "no zip": lambda: b"PK\x03\x04 and then nothing of the kind",
    "cut off": lambda: packed(document())[:-30],
    "damaged, deflated": lambda: damaged(zipfile.ZIP_DEFLATED),
    "damaged, bzip2": lambda: damaged(zipfile.ZIP_BZIP2),
    "damaged, lzma": lambda: damaged(zipfile.ZIP_LZMA),
    "before its beginning": pointing_before_its_beginning,
    "no document": lambda: packed(None, {"readme.txt": b"hello"}),
    "no json": lambda: packed("{"),
    "json of something else": lambda: packed([1, 2]),
    "deep json": lambda: packed("[" * 100_000 + "]" * 100_000),
    "another format": lambda: packed(document(format="scorm")),
    "a later version": lambda: packed(document(version=2)),
    "unknown parts": lambda: packed(document(learners=["anna"])),
    "a control character": lambda: packed(document(course={"title": "a\u0000b"})),
    "name climbs": lambda: packed(document(media=[media_entry("../../etc/passwd.png")])),
    "name is absolute": lambda: packed(document(media=[media_entry("/etc/passwd.png")])),
    "name with backslashes": lambda: packed(document(media=[media_entry("..\\a.png")])),
    "file not there": lambda: packed(document(media=[media_entry()])),
    "file named twice": lambda: packed(
        document(media=[media_entry(), media_entry()]), {"media/a.png": PNG}
    ),
    "another content": lambda: packed(document(media=[media_entry()]), {"media/a.png": PNG + b"x"}),
    "not what its name says": lambda: packed(
        document(media=[media_entry(content=MP4)]), {"media/a.png": MP4}
    ),
    "a page as a picture": lambda: packed(
        document(media=[media_entry(content=b"<html><script>1</script>")]),
        {"media/a.png": b"<html><script>1</script>"},
    ),
    "a link": with_a_link,
    "two of one name": twice_the_same_name,
    "encrypted": encrypted,
    "bomb": bomb,
    "bomb of text": text_bomb,
    "lying about its size": lying_about_its_size,
    "too many files": lambda: packed(document(), {f"media/{n}.png": b"" for n in range(501)}),
    "video from anywhere": lambda: packed(
        document(lessons=[{"title": "L", "video": "https://169.254.169.254/latest"}])
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_and_leave_nothing(
    shared_sqlite_classroom: Classroom, case: str
) -> None:
    tom = shared_sqlite_classroom.person("tom", "teacher")
    before = sorted(shared_sqlite_classroom.services.settings.media_dir.rglob("*"))
    refused = tom.post(f"{API}/courses/import", content=BAD[case](), headers=OCTETS)
    assert refused.status_code in (413, 422), refused.text
    problem(refused, refused.status_code)
    assert done(tom.get(f"{API}/courses", params={"mine": True})) == []
    assert sorted(shared_sqlite_classroom.services.settings.media_dir.rglob("*")) == before


def test_a_harmless_stray_file_is_left_out(shared_classroom: Classroom) -> None:
    tina = shared_classroom.person("tina", "teacher")
    file = packed(document(), {"../../outside.txt": b"x", "media/../../b": b"x"})
    taken = done(tina.post(f"{API}/courses/import", content=file, headers=OCTETS), 201)
    assert taken["media"] == []
    folder = shared_classroom.services.settings.data_dir
    assert not list(folder.parent.parent.rglob("outside.txt"))


@contextmanager
def small(empty_sqlite: Path, folder: Path, **limits: int) -> Iterator[Classroom]:
    path = folder / "small.sqlite3"
    path.write_bytes(empty_sqlite.read_bytes())
    with open_classroom(folder, f"sqlite:///{path}", **limits) as room:
        yield room


def test_too_large_packed_or_not(empty_sqlite: Path, tmp_path: Path) -> None:
    with small(empty_sqlite, tmp_path, max_course_bytes=10_000) as room:
        theo = room.person("theo", "teacher")
        sent = packed(document(), {"x": bytes(10_000)})
        problem(theo.post(f"{API}/courses/import", content=sent, headers=OCTETS), 413)
        tight = packed(document(), {"x": bytes(10_000)}, compression=zipfile.ZIP_DEFLATED)
        assert len(tight) < 2000
        problem(theo.post(f"{API}/courses/import", content=tight, headers=OCTETS), 413)
        assert list(room.services.settings.media_dir.rglob("*")) == []


def test_ids_in_a_file_are_not_taken_over(shared_classroom: Classroom) -> None:
    """Else a file could replace the questions of another course."""
    tina = shared_classroom.person("tina", "teacher")
    own = teach(tina, points=1)
    given = point()
    given["questions"][0]["id"] = own.questions[0]
    file = packed(document(lessons=[{"title": "L", "points": [given]}]))
    taken = done(tina.post(f"{API}/courses/import", content=file, headers=OCTETS), 201)
    assert taken["lessons"][0]["points"][0]["questions"][0]["id"] != own.questions[0]


def test_the_limits_are_those_that_the_guide_tells() -> None:
    assert (exchange.MAX_ENTRIES, exchange.MAX_RATIO) == (501, 100)
