"""Commands that need an extra (``train`` or ``server``) say so where it is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mien.errors import SettingsError


@contextmanager
def explained_absence(command: str, extra: str = "train") -> Iterator[None]:
    """Around the imports of a command.

    Raises:
        SettingsError: in place of ImportError, naming what to install.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("mien"):
            raise  # a fault of ours, not of the installation
        raise SettingsError(
            f"'mien {command}' needs {error.name}, which is not installed. "
            f"Install the extra: pip install 'mien[{extra}]'"
        ) from error
