"""Which files a course may hold, told by their first bytes and never by their names. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from hashlib import sha256
from typing import Final
from unicodedata import combining, normalize


class Kind(StrEnum):
    """The value is the extension."""

    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    SVG = "svg"
    MP4 = "mp4"
    WEBM = "webm"


#: The server says the type; with ``nosniff`` browsers take nothing for anything else.
CONTENT_TYPES: Final = {
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.WEBP: "image/webp",
    Kind.SVG: "image/svg+xml",
    Kind.MP4: "video/mp4",
    Kind.WEBM: "video/webm",
}
PICTURES: Final = (Kind.PNG, Kind.JPEG, Kind.WEBP, Kind.SVG)
VIDEOS: Final = (Kind.MP4, Kind.WEBM)

#: W3C PNG 5.2; JFIF/ITU-T T.81 B.1.1.3; RFC 9649; ISO/IEC 14496-12 4.3; RFC 8794 (EBML).
_SIGNATURES: Final = (
    (Kind.PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (Kind.JPEG, re.compile(rb"\xff\xd8\xff")),
    (Kind.WEBP, re.compile(rb"RIFF....WEBP", re.DOTALL)),
    (Kind.MP4, re.compile(rb"....ftyp(?:isom|iso[2-9]|mp4[12]|avc1|dash|M4V |MSNV)", re.DOTALL)),
    (Kind.WEBM, re.compile(rb"\x1a\x45\xdf\xa3.{0,60}?webm", re.DOTALL)),
    (
        Kind.SVG,
        re.compile(
            rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<svg[\s>]", re.DOTALL
        ),
    ),
)
_NAME: Final = re.compile(r"[^a-z0-9]+")
#: Of a file's name without its ending.
MOST_LETTERS: Final = 80


def kind_of(head: bytes) -> Kind | None:
    """The kind by the first bytes (4096 are enough), None for all others."""
    return next((kind for kind, signature in _SIGNATURES if signature.match(head)), None)


def safe_name(name: str, kind: Kind) -> str:
    """``Step response.PNG`` -> ``step-response.png``: Latin letters, digits and hyphens, so
    that Markdown and zip files can hold it. Accents go; where other letters go, a digest of
    the whole name keeps two of them apart (``схема.png`` -> ``file-0c9b1a2f.png``)."""
    given = name.rsplit(".", 1)[0].casefold()
    plain = "".join(c for c in normalize("NFKD", given) if not combining(c))
    stem = _NAME.sub("-", plain).strip("-")[:MOST_LETTERS]
    if any(c.isalnum() and not c.isascii() for c in plain):
        digest = sha256(normalize("NFC", given).encode(errors="surrogatepass")).hexdigest()[:8]
        stem = f"{stem[: MOST_LETTERS - 9].rstrip('-') or 'file'}-{digest}"
    return f"{stem or 'file'}.{kind}"
