"""Fetching over a real connection to a server on this machine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from mien.errors import ModelError
from mien.weights import download
from mien.weights.download import DOWNLOADS, Download, models_directory, pull

CONTENT = np.random.default_rng(3).bytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves ``content``; ``drop_after`` cuts the first answer after so many bytes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = CONTENT
        self.ranges = True
        self.drop_after: int | None = None
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/model.onnx"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        if self.path != "/model.onnx":
            self.send_error(404)
            return
        start = 0
        if wanted and self.server.ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(self.server.content):
                self.send_error(416)
                return
        body = self.server.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        drop, self.server.drop_after = self.server.drop_after, None
        self.wfile.write(body[:drop])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    serving = Server()
    thread = threading.Thread(target=serving.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setitem(DOWNLOADS, "tiny", Download(serving.url, SHA256, "none"))
    yield serving
    serving.shutdown()
    thread.join()
    serving.server_close()


@pytest.mark.usefixtures("server")
def test_whole_file_with_progress(tmp_path: Path) -> None:
    steps: list[tuple[int, int | None]] = []
    path = pull("tiny", tmp_path / "new", progress=lambda done, total: steps.append((done, total)))
    assert path == tmp_path / "new" / "tiny.onnx"
    assert path.read_bytes() == CONTENT
    assert steps[0] == (0, 300_000)
    assert steps[-1] == (300_000, 300_000)
    assert [p.name for p in path.parent.iterdir()] == ["tiny.onnx"]


def test_what_is_there_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    pull("tiny", tmp_path)
    pull("tiny", tmp_path)
    assert len(server.asked) == 1


@pytest.mark.usefixtures("server")
def test_a_damaged_file_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "tiny.onnx").write_bytes(b"damaged")
    assert pull("tiny", tmp_path).read_bytes() == CONTENT


def test_broken_connection_keeps_what_came_and_goes_on(server: Server, tmp_path: Path) -> None:
    server.drop_after = 100_000
    with pytest.raises(ModelError, match="100000 of 300000 bytes"):
        pull("tiny", tmp_path)
    assert not (tmp_path / "tiny.onnx").exists()
    assert (tmp_path / "tiny.onnx.part").read_bytes() == CONTENT[:100_000]

    steps: list[tuple[int, int | None]] = []
    path = pull("tiny", tmp_path, progress=lambda done, total: steps.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert server.asked == [None, "bytes=100000-"]
    assert steps[0] == (100_000, 300_000)
    assert not (tmp_path / "tiny.onnx.part").exists()


def test_server_that_cannot_resume_sends_all_again(server: Server, tmp_path: Path) -> None:
    server.ranges = False
    (tmp_path / "tiny.onnx.part").write_bytes(CONTENT[:1000])
    assert pull("tiny", tmp_path).read_bytes() == CONTENT
    assert server.asked == ["bytes=1000-"]


def test_part_longer_than_the_file_is_thrown_away(server: Server, tmp_path: Path) -> None:
    (tmp_path / "tiny.onnx.part").write_bytes(CONTENT + b"more")
    assert pull("tiny", tmp_path).read_bytes() == CONTENT
    assert server.asked == ["bytes=300004-", None]


def test_part_that_is_whole_needs_no_connection(server: Server, tmp_path: Path) -> None:
    (tmp_path / "tiny.onnx.part").write_bytes(CONTENT)
    assert pull("tiny", tmp_path).read_bytes() == CONTENT
    assert server.asked == []


def test_another_file_is_refused_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    server.content = b"another file"
    other = hashlib.sha256(b"another file").hexdigest()
    with pytest.raises(ModelError, match=f"{other}, expected {SHA256}"):
        pull("tiny", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_refusal_names_address_place_and_check_sum(server: Server, tmp_path: Path) -> None:
    missing = server.url.replace("model", "other")
    with pytest.raises(ModelError) as caught:
        pull("tiny", tmp_path, url=missing)
    for part in (missing, "404", str(tmp_path / "tiny.onnx"), SHA256):
        assert part in str(caught.value)


@pytest.mark.usefixtures("server")
def test_nobody_listening(tmp_path: Path) -> None:
    # Port 9 (discard) is closed on any machine that runs tests.
    with pytest.raises(ModelError, match=r"cannot be fetched: .*refused.*put it at"):
        pull("tiny", tmp_path, url="http://127.0.0.1:9/model.onnx")


@pytest.mark.usefixtures("server")
def test_address_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nonsense cannot be fetched"):
        pull("tiny", tmp_path, url="nonsense")


def test_folder_that_cannot_be_made(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot be fetched to"):
        pull("tiny", tmp_path / "file")
    assert server.asked == []


def test_unknown_name_lists_the_choices(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"'yunett'.*Did you mean 'yunet'"):
        pull("yunett", tmp_path)


def test_folder_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MIEN_MODELS_DIR", str(tmp_path))
    assert models_directory() == tmp_path
    monkeypatch.delenv("MIEN_MODELS_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert models_directory() == tmp_path / ".cache" / "mien" / "models"


def test_yunet_is_the_file_we_know(shared: Path) -> None:
    known = (shared / "models" / "yunet_n_dynamic.onnx").read_bytes()
    assert hashlib.sha256(known).hexdigest() == download.DOWNLOADS["yunet"].sha256
