"""Headers on every answer."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mien.server.settings import Settings


def content_security_policy(video_hosts: list[str]) -> str:
    """What a page may load and where it may send: only here. Videos may also come from
    the hosts that the administrator named; nothing can be *sent* there by fetch."""
    media = " ".join(["'self'", "blob:", *(f"https://{host}" for host in video_hosts)])
    return "; ".join(
        [
            "default-src 'self'",
            "connect-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "worker-src 'self'",
            "img-src 'self' data: blob:",
            f"media-src {media}",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",  # templates set widths; an attribute runs nothing
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
        ]
    )


#: For files that a teacher uploaded: even opened on their own, nothing in them runs.
MEDIA_POLICY = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox"


def security_headers(settings: Settings) -> dict[str, str]:
    """The headers and their values; a route may set its own instead."""
    headers = {
        "content-security-policy": content_security_policy(settings.video_hosts),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if settings.secure:
        headers["strict-transport-security"] = "max-age=31536000"
    return headers


class SecurityHeaders:
    """ASGI middleware: sets what the route has not set; API answers are never cached."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.headers = security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers)
