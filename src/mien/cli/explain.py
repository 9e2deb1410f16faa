"""``mien explain CHECKPOINT IMAGE… --out sheet.png``: where a network looks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli.training_extra import explained_absence
from mien.errors import SettingsError
from mien.explanation.options import ExplanationOptions
from mien.whole_file import refuse_unwritable, write_whole


def explain(
    checkpoint: Annotated[Path, typer.Argument(help="File that mien train wrote.")],
    images: Annotated[
        list[Path], typer.Argument(help="Faces; for a video network clips.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="The sheet, a PNG.")],
    target: Annotated[
        str | None, typer.Option(help="Label to explain; else the one that is said.")
    ] = None,
    find_faces: Annotated[
        bool, typer.Option(help="The pictures are photographs: find the faces first.")
    ] = False,
) -> None:
    """Draws Grad-CAM and the network's own attention over each face."""
    if out.suffix.lower() != ".png":
        raise SettingsError(f"--out must name a .png file; got {out}.")
    refuse_unwritable(out)
    with explained_absence("explain"):
        from mien.explanation.explain import explain as run
    content = run(ExplanationOptions(checkpoint, tuple(images), target, find_faces))
    write_whole(out, content)
    print(out)
