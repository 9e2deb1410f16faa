"""A stand-in for the platform, for tests and measurements of the browser's half: the built
interface, the models, and an ingest that remembers what it was sent, on loopback."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from mien.server.security.headers import content_security_policy
from mien.weights import model_path

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}
INGEST = "/api/v1/observations"


@dataclass
class Platform:
    """A running server: its address, what came, and how the next batches are answered."""

    url: str = ""
    batches: list[dict[str, Any]] = field(default_factory=list)
    #: Status for each coming batch; 202 when none is left.
    answers: list[int] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count: int, timeout_s: float = 30.0) -> list[dict[str, Any]]:
        """The batches, once there are ``count``."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.batches) >= count, timeout_s), (
                f"{len(self.batches)} batches came in {timeout_s} s, expected {count}"
            )
            return list(self.batches)


def model_files() -> dict[str, tuple[str, Path]]:
    """Name -> address with the file's hash, and the file."""
    result = {}
    for name in ("blazeface_short", "face_mesh", "expression"):
        path = model_path(name)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        result[name] = (f"/models/{digest}/{name}.onnx", path)
    return result


@contextmanager
def serve(ui: Path) -> Iterator[Platform]:
    """The interface in ``ui`` on a free port of loopback."""
    platform = Platform()
    files = model_files()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        addresses: ClassVar = dict(files.values())

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/models/index.json":
                index = {name: address for name, (address, _) in files.items()}
                self.answer(200, json.dumps(index).encode(), "application/json")
            elif path in self.addresses:
                self.answer(200, self.addresses[path].read_bytes(), "application/octet-stream")
            elif path.startswith("/api/"):
                self.answer(404, b"{}", "application/json")
            else:
                wanted = ui / path.lstrip("/")
                file = wanted if wanted.is_file() else ui / "index.html"
                self.answer(200, file.read_bytes(), TYPES[file.suffix])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with platform.arrived:
                status = platform.answers.pop(0) if platform.answers else 202
                if self.path == INGEST:
                    platform.batches.append(json.loads(body))
                platform.arrived.notify_all()
            self.answer(status, b'{"duplicate": false}', "application/json")

        def answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", content_security_policy([]))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            pass  # a browser that closes drops its connections

    server = Server(("127.0.0.1", 0), Handler)
    platform.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
