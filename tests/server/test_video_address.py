"""The address of a video: https on a host that the deployment names, and never fetched."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.classroom import Classroom
from server.teaching import API, done, teach
from server.test_media import room_with

HOST = "videos.example.org"


@pytest.fixture(scope="module")
def room(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    """A deployment that names one host."""
    with room_with(empty_sqlite, tmp_path_factory.mktemp("room"), video_hosts=[HOST]) as found:
        yield found


class TestVideoAddress:
    def set_address(self, room: Classroom, url: str) -> int:
        theo = room.person("theo", "teacher")
        if not hasattr(self, "course"):
            self.course = teach(theo)
        address = f"{API}/lessons/{self.course.lessons[0]}/video-address"
        return int(theo.put(address, json={"url": url}).status_code)

    @pytest.mark.parametrize(
        "url",
        [
            "http://videos.example.org/a.mp4",
            "https://other.example.org/a.mp4",
            "https://videos.example.org.evil.org/a.mp4",
            "https://videos.example.org@evil.org/a.mp4",
            "https://evil.org/#@videos.example.org",
            "https://evil.org\\@videos.example.org/a.mp4",
            "https://user:pass@videos.example.org/a.mp4",
            "https://videos.example.org:8443/a.mp4",
            "https://127.0.0.1/a.mp4",
            "https://[::1]/a.mp4",
            "https://169.254.169.254/latest/meta-data",
            "https://localhost/a.mp4",
            "file:///etc/passwd",
            "ftp://videos.example.org/a.mp4",
            "javascript:alert(1)",
            "data:video/mp4;base64,AAAA",
            "//videos.example.org/a.mp4",
            "videos.example.org/a.mp4",
            'https://videos.example.org/a.mp4" onerror="alert(1)',
            "https://videos.example.org/a;default-src *",
            "https://videos.example.org/a\nb",
            "https://[",
            "",
        ],
    )
    def test_is_refused(self, room: Classroom, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(socket.socket, "connect", _no_connection)
        assert self.set_address(room, url) == 422

    def test_is_kept_and_never_fetched(
        self, room: Classroom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever the server does with it, no socket is opened and no name is looked up."""
        theo = room.person("theo", "teacher")
        monkeypatch.setattr(socket.socket, "connect", _no_connection)
        monkeypatch.setattr(socket, "getaddrinfo", _no_connection)
        monkeypatch.setattr(socket, "create_connection", _no_connection)
        url = f"https://{HOST}/waves.mp4"
        assert self.set_address(room, url) == 200
        lesson = done(theo.get(f"{API}/lessons/{self.course.lessons[0]}"))
        assert lesson["video"] == {"url": url, "uploaded": False}
        assert url.encode() in theo.get(f"{self.course.url}/source").content
        assert theo.get(f"{self.course.url}/export").status_code == 200
        policy = theo.get("/").headers["content-security-policy"]
        assert f"media-src 'self' blob: https://{HOST};" in policy
        assert "connect-src 'self';" in policy

    def test_without_hosts_there_is_none(self, shared_sqlite_classroom: Classroom) -> None:
        assert self.set_address(shared_sqlite_classroom, "https://videos.example.org/a.mp4") == 422


def _no_connection(*arguments: object, **_: object) -> None:
    raise AssertionError(f"the server calls out: {arguments}")
