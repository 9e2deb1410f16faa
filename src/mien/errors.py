"""Every error that mien raises on purpose; each message says what was expected,
what came and what to do next.

::

    MienError
    ├── SourceError        a video, picture, folder or camera cannot be read
    ├── ModelError         a model file is missing, damaged or of the wrong kind
    ├── DataError          a data set or one of its files cannot be read
    ├── SettingsError      a setting, lesson file or option is not valid
    ├── OutputError        a result cannot be written
    └── DivergenceError    a training left the numbers
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MienError(Exception):
    """Root of the tree; the command line prints its message on one line."""


class SourceError(MienError):
    """A video, picture, folder or camera cannot be read."""


class ModelError(MienError):
    """A model file is missing, damaged or of the wrong kind."""


class DataError(MienError):
    """A data set or one of its files cannot be read."""


class SettingsError(MienError, ValueError):
    """A setting, lesson file or option is not valid."""


class OutputError(MienError):
    """A result cannot be written."""


class DivergenceError(MienError):
    """A training's loss became infinite or no number at all."""


def choose_from(what: str, got: object, valid: Iterable[str]) -> str:
    """The message for a name that is not in a list of choices, nearest one named."""
    names = [str(v) for v in valid]
    near = difflib.get_close_matches(str(got), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{what} {got!r} is unknown.{hint} Valid: {', '.join(names)}."
