"""KDEF (Lundqvist, Flykt & Öhman 1998): 70 people, 7 expressions, 5 angles, 2 sessions, 4,900
pictures of 562x762 px.

``kdef`` reads the straight views (980), as most published figures do (CBAM-ResNet-50's
paper counts 490, one session); ``kdef-angles`` reads all, the profiles too. There is no
split: figures are over subject-disjoint folds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from mien.datasets.reader import IMAGE_SUFFIXES, Problems, Reader
from mien.datasets.sample import Sample

#: Session, sex and number, expression, angle: ``AF01ANS``, ``BM35HAFL``.
_NAME = re.compile(r"([AB])([FM]\d\d)(AF|AN|DI|HA|NE|SA|SU)(S|FL|HL|HR|FR)", re.IGNORECASE)
_EXPRESSIONS = ("AF", "AN", "DI", "HA", "NE", "SA", "SU")
#: Full and half left, straight, half and full right; the owners' left is negative here.
_YAW_DEG = {"FL": -90.0, "HL": -45.0, "S": 0.0, "HR": 45.0, "FR": 90.0}


def _loader(straight_only: bool) -> Callable[[Path, Problems], list[Sample]]:
    def load(root: Path, problems: Problems) -> list[Sample]:
        samples = []
        for path in sorted(root.rglob("*")):
            if path.suffix.lower() not in IMAGE_SUFFIXES:
                continue
            match = _NAME.fullmatch(path.stem)
            if match is None:
                problems.add("name not understood", str(path.relative_to(root)))
                continue
            session, subject, expression, angle = (part.upper() for part in match.groups())
            if straight_only and angle != "S":
                continue
            samples.append(
                Sample(
                    name=path.relative_to(root).as_posix(),
                    label=_EXPRESSIONS.index(expression),
                    label_set="kdef",
                    split="train",
                    source=path,
                    subject=subject,
                    extra={"yaw_deg": _YAW_DEG[angle], "session": float("AB".index(session))},
                )
            )
        return samples

    return load


def _recognises(root: Path) -> bool:
    if not root.is_dir():
        return False
    folders = [root, *(p for p in sorted(root.iterdir())[:8] if p.is_dir())]
    return any(
        _NAME.fullmatch(path.stem) is not None and path.suffix.lower() in IMAGE_SUFFIXES
        for folder in folders
        for path in list(folder.iterdir())[:64]
    )


def _reader(name: str, title: str, straight_only: bool) -> Reader:
    return Reader(
        name=name,
        title=title,
        label_set="kdef",
        layout="AF01/AF01ANS.JPG, BM35/BM35HAFL.JPG: session, sex, number, expression, angle",
        recognises=_recognises,
        load=_loader(straight_only),
    )


KDEF_READER = _reader("kdef", "KDEF, straight views (Lundqvist et al. 1998)", True)
KDEF_ANGLES_READER = _reader("kdef-angles", "KDEF, all angles (Lundqvist et al. 1998)", False)
