"""Pictures and videos of courses: what is taken, how it is given, when it is removed."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from mien.server.actions import media
from mien.server.media_types import PICTURES, VIDEOS, Kind, kind_of, safe_name
from server.classroom import Classroom, open_classroom
from server.teaching import API, Taught, done, problem, teach

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
WEBP = b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 40
MP4 = b"\0\0\0\x18ftypisom" + bytes(range(200))
WEBM = b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm" + b"\0" * 40
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>'
SAMPLES = {
    Kind.PNG: PNG, Kind.JPEG: JPEG, Kind.WEBP: WEBP,
    Kind.SVG: SVG, Kind.MP4: MP4, Kind.WEBM: WEBM,
}  # fmt: skip


@pytest.mark.parametrize("kind", list(Kind))
def test_kinds_are_told_by_their_first_bytes(kind: Kind) -> None:
    assert kind_of(SAMPLES[kind]) is kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"GIF89a",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b" \x89PNG\r\n\x1a\n",
        b"MZ",
        b"<svgx>",
    ],
)
def test_other_kinds_are_none(content: bytes) -> None:
    assert kind_of(content) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Step response.PNG", "step-response.png"),
        ("../../etc/passwd.jpg", "etc-passwd.png"),
        ("a\0b", "a-b.png"),
        ("…", "file.png"),
        ("x" * 300, "x" * 80 + ".png"),
        ("a.svg", "a.png"),
    ],
)
def test_names_are_made_safe(given: str, kept: str) -> None:
    assert safe_name(given, Kind.PNG) == kept


def test_names_in_other_scripts_are_kept_apart() -> None:
    names = ["схема.png", "график.png", "图 表.png", "график 2.png", "a図.png", "x" * 99 + "д.png"]
    safe = [safe_name(name, Kind.PNG) for name in names]
    assert len(set(safe)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]{1,80}\.png", name) for name in safe)
    assert safe_name("СХЕМА.PNG", Kind.PNG) == safe[0]  # the same name replaces itself
    assert safe_name("Übersicht Maße.png", Kind.PNG) == "ubersicht-masse.png"


def test_a_video_takes_the_place_of_its_own_lessons_alone(
    shared_classroom: Classroom, course: Taught
) -> None:
    theo = shared_classroom.person("theo", "teacher")
    first = course.lessons[0]
    second = done(theo.post(f"{course.url}/lessons", json={"title": "Second"}), 201)["id"]

    def send(lesson: str, content: bytes) -> dict[str, Any]:
        to = f"{API}/lessons/{lesson}/video?name=recording.mp4"
        return done(theo.put(to, content=content))["video"]

    films = [MP4 + bytes([n]) * 9 for n in range(3)]
    there, other = send(first, films[0]), send(second, films[1])
    assert there["url"] != other["url"]
    assert theo.get(there["url"]).content == films[0]
    assert theo.get(other["url"]).content == films[1]
    anew = send(second, films[2])
    assert anew["url"] == other["url"]  # its own, in its place
    assert theo.get(there["url"]).content == films[0]
    assert theo.get(anew["url"]).content == films[2]


@pytest.fixture
def course(shared_classroom: Classroom) -> Taught:
    return teach(shared_classroom.person("theo", "teacher"))


def test_a_picture_there_and_back(shared_classroom: Classroom, course: Taught) -> None:
    theo = shared_classroom.person("theo", "teacher")
    answer = theo.post(f"{course.url}/media", content=SVG, params={"name": "Ä drawing.html"})
    kept = done(answer, 201)
    assert kept == {
        "id": kept["id"], "name": "a-drawing.svg", "content_type": "image/svg+xml",
        "size_bytes": len(SVG), "url": f"{API}/media/{kept['id']}?v={sha256(SVG).hexdigest()[:12]}",
    }  # fmt: skip
    got = theo.get(kept["url"])
    assert got.content == SVG
    assert got.headers["content-type"] == "image/svg+xml"
    assert got.headers["x-content-type-options"] == "nosniff"
    policy = got.headers["content-security-policy"]
    assert "default-src 'none'" in policy  # a script in an SVG that is opened does not run
    assert "sandbox" in policy


def test_one_of_the_same_name_takes_its_place(shared_classroom: Classroom, course: Taught) -> None:
    theo = shared_classroom.person("theo", "teacher")

    def send(content: bytes) -> dict[str, Any]:
        sent = {"name": "a.png"}
        return done(theo.post(f"{course.url}/media", content=content, params=sent), 201)

    old, kept = send(PNG), send(PNG + b"new")
    assert [m["id"] for m in done(theo.get(f"{course.url}/source"))["media"]] == [kept["id"]]
    assert theo.get(kept["url"]).content == PNG + b"new"
    assert kept["url"] != old["url"]  # or a page that shows the old one would not fetch it
    assert theo.get(old["url"]).content == PNG + b"new"


def test_a_kept_picture_is_asked_about_before_it_is_shown(
    shared_classroom: Classroom, course: Taught
) -> None:
    theo = shared_classroom.person("theo", "teacher")
    to = f"{course.url}/media?name=a.png"
    url = done(theo.post(to, content=PNG), 201)["url"]
    got = theo.get(url)
    assert got.headers["cache-control"] == "private, no-cache"
    etag = got.headers["etag"]
    assert etag == f'"{sha256(PNG).hexdigest()}"'
    for held in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        same = theo.get(url, headers={"If-None-Match": held})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
        assert same.headers["cache-control"] == "private, no-cache"
    done(theo.post(to, content=PNG + b"new"), 201)
    changed = theo.get(url, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.content) == (200, PNG + b"new")
    problem(shared_classroom.visitor().get(url, headers={"If-None-Match": etag}), 401)


@pytest.mark.parametrize("kind", list(Kind))
def test_each_place_takes_its_kinds(
    shared_classroom: Classroom, course: Taught, kind: Kind
) -> None:
    theo = shared_classroom.person("theo", "teacher")
    content = SAMPLES[kind]
    picture = theo.post(f"{course.url}/media", content=content, params={"name": "a"})
    video = theo.put(f"{API}/lessons/{course.lessons[0]}/video", content=content)
    assert picture.status_code == (201 if kind in PICTURES else 415)
    assert video.status_code == (200 if kind in VIDEOS else 415)


def test_a_video_is_given_in_parts(shared_classroom: Classroom, course: Taught) -> None:
    theo = shared_classroom.person("theo", "teacher")
    lesson = done(theo.put(f"{API}/lessons/{course.lessons[0]}/video", content=MP4))
    part = theo.get(lesson["video"]["url"], headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    etag = part.headers["etag"]
    for held, status, content in ((etag, 206, b"ftyp"), ('"stale"', 200, MP4)):
        asked = {"Range": "bytes=4-7", "If-Range": held}
        part = theo.get(lesson["video"]["url"], headers=asked)
        assert (part.status_code, part.content) == (status, content)
    done(theo.delete(f"{API}/lessons/{course.lessons[0]}/video"), 204)
    assert done(theo.get(f"{API}/lessons/{course.lessons[0]}"))["video"] is None


def test_who_may_not_read_the_course_may_not_see_its_files(shared_classroom: Classroom) -> None:
    theo, anna = shared_classroom.person("theo", "teacher"), shared_classroom.person("anna")
    course = teach(theo, published=False)
    kept = done(theo.post(f"{course.url}/media", content=PNG, params={"name": "a"}), 201)
    problem(anna.get(kept["url"]), 404)
    problem(shared_classroom.visitor().get(kept["url"]), 401)


CLIMBING = [
    "../secret",
    "..%2fsecret",
    "%2e%2e/secret",
    "..%5csecret",
    "....//secret",
    "/etc/passwd",
    "a/../../../../../../../../etc/passwd",
    "%00",
]


@pytest.mark.parametrize("name", CLIMBING)
@pytest.mark.parametrize("folder", [f"{API}/media", "/models", "/assets", ""])
def test_no_name_leads_out_of_the_folder(
    shared_sqlite_classroom: Classroom, folder: str, name: str
) -> None:
    theo = shared_sqlite_classroom.person("theo", "teacher")
    token = theo.cookies["mien_session"]
    status, content = asyncio.run(fetch(shared_sqlite_classroom.app, f"{folder}/{name}", token))
    assert status == 404 or content.startswith(b"<!doctype html>")  # the index page
    assert shared_sqlite_classroom.services.secret not in content
    assert b"root:" not in content


async def fetch(app: Any, path: str, token: str) -> tuple[int, bytes]:
    """The path as it is: a client would tidy it up, and prove nothing."""
    scope = {
        "type": "http", "method": "GET", "path": unquote(path), "raw_path": path.encode(),
        "query_string": b"", "scheme": "http", "http_version": "1.1", "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"cookie", f"mien_session={token}".encode())],
        "client": ("192.0.2.1", 50_000), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    sent, never = list[dict[str, Any]](), asyncio.Event()
    waiting = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in waiting:
            return message
        await never.wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def files(room: Classroom) -> list[Path]:
    return [p for p in room.services.settings.media_dir.rglob("*") if p.is_file()]


def test_files_go_with_their_course_unless_another_has_them_too(classroom: Classroom) -> None:
    theo = classroom.person("theo", "teacher")
    first, second = teach(theo), teach(theo)
    for course, content in ((first, PNG), (second, PNG), (first, JPEG)):
        made = theo.post(f"{course.url}/media", content=content, params={"name": "a"})
        done(made, 201)
    assert len(files(classroom)) == 2
    done(theo.delete(first.url), 204)
    assert len(files(classroom)) == 1
    (kept,) = done(theo.get(f"{second.url}/source"))["media"]
    assert theo.get(kept["url"]).content == PNG
    done(theo.delete(kept["url"]), 204)
    assert files(classroom) == []


def test_what_a_broken_upload_left_is_removed_when_it_is_old(classroom: Classroom) -> None:
    folder = classroom.services.settings.media_dir
    fresh, old = folder / "fresh.part", folder / "old.part"
    for path in (fresh, old):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    assert media.sweep(classroom.services) == 1
    assert files(classroom) == [fresh]


@contextmanager
def room_with(empty_sqlite: Path, folder: Path, **limits: object) -> Iterator[Classroom]:
    path = folder / "limits.sqlite3"
    path.write_bytes(empty_sqlite.read_bytes())
    with open_classroom(folder, f"sqlite:///{path}", **limits) as room:
        yield room


def test_too_large_files_are_refused_and_leave_nothing(empty_sqlite: Path, tmp_path: Path) -> None:
    limits = {"max_picture_bytes": 2000, "max_video_bytes": 3000, "max_course_bytes": 4000}
    with room_with(empty_sqlite, tmp_path, **limits) as room:
        theo = room.person("theo", "teacher")
        course = teach(theo)
        large = theo.post(f"{course.url}/media", content=PNG + bytes(2000), params={"name": "a"})
        problem(large, 413)
        problem(
            theo.put(f"{API}/lessons/{course.lessons[0]}/video", content=MP4 + bytes(3000)), 413
        )
        assert files(room) == []
        for number in (1, 2):
            name = {"name": f"a{number}"}
            done(
                theo.post(f"{course.url}/media", content=PNG + bytes(1900 + number), params=name),
                201,
            )
        full = theo.post(f"{course.url}/media", content=PNG + bytes(300), params={"name": "c"})
        problem(full, 413)  # together
        assert len(files(room)) == 2
