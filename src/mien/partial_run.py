"""A run that was interrupted: what was read so far, kept beside the results, so
that the same command goes on instead of starting again. A camera's run never goes on,
because its time has passed; :mod:`mien.interrupted_camera` makes a report of it.

Layout of ``OUT/.partial/``: ``run.json`` (what is being read and how) and
``000001.parquet`` … (finished stretches of observations; no picture, no look), each with
the number of frames up to its end that could not be decoded.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet

from mien.errors import OutputError
from mien.observation_log import ObservationLog
from mien.observations import Observation
from mien.report.tables import as_parquet, observations_table, read_observations
from mien.whole_file import write_whole

#: Seconds of the recording in one stretch: at most this much is read again.
STRETCH_S = 30.0
#: Name of the count in a stretch's metadata.
_UNDECODABLE: Final = b"undecodable"


class PartialRun:
    """Args:
    directory: the output folder.
    settings: what must be equal for a run to be continued (source, options); with
        ``source`` '' (a camera) none is.

    Attributes:
        undecodable: frames that could not be decoded, up to the end of the last stretch
            that was read back.
    """

    def __init__(self, directory: Path, settings: Mapping[str, object]) -> None:
        self._directory = directory / ".partial"
        self.settings: dict[str, Any] = json.loads(json.dumps(dict(settings), sort_keys=True))
        self.undecodable = 0
        self._count = 0

    def resume(self) -> ObservationLog:
        """The observations of an equal run that was interrupted; another run's are
        thrown away. Stretches that cannot be read end the continuation there."""
        if settings_in(self._directory) != self.settings or is_of_camera(self.settings):
            self._start()
            return ObservationLog()
        found = ObservationLog()
        paths = sorted(self._directory.glob("*.parquet"))
        for index, path in enumerate(paths):
            try:
                found.extend(self._read(path))
            except Exception:  # a damaged stretch is read again, and so is all after it
                for rest in paths[index:]:
                    rest.unlink(missing_ok=True)
                break
            self._count = int(path.stem)
        return found

    def readable(self) -> ObservationLog:
        """The observations of all stretches that can be read; nothing is thrown away."""
        found = ObservationLog()
        for path in sorted(self._directory.glob("*.parquet")):
            with suppress(Exception):  # a damaged stretch does not cost those after it
                found.extend(self._read(path))
        return found

    def _read(self, path: Path) -> list[Observation]:
        rows = read_observations(path)
        notes = pyarrow.parquet.read_schema(path).metadata
        self.undecodable = int(notes.get(_UNDECODABLE, self.undecodable))
        return rows

    @property
    def begun(self) -> datetime:
        """When it began, in local time."""
        return datetime.fromtimestamp((self._directory / "run.json").stat().st_mtime)

    def _start(self) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)
        write_whole(self._directory / "run.json", json.dumps(self.settings).encode())

    def keep(self, observations: Iterable[Observation], undecodable: int = 0) -> None:
        """Writes one stretch, whole or not at all; nothing for an empty one.

        Args:
            undecodable: frames from the start to the stretch's end that could not be decoded.
        """
        table = observations_table(observations)
        if table.num_rows:
            self._count += 1
            notes = {**(table.schema.metadata or {}), _UNDECODABLE: str(undecodable)}
            content = as_parquet(table.replace_schema_metadata(notes))
            write_whole(self._directory / f"{self._count:06d}.parquet", content)

    def finish(self) -> None:
        """Removes the folder: the results are written."""
        shutil.rmtree(self._directory, ignore_errors=True)


def camera_run_in(directory: Path) -> PartialRun | None:
    """The camera's run that was interrupted and writes into this folder, if there is one."""
    settings = settings_in(directory / ".partial")
    return PartialRun(directory, settings) if settings and is_of_camera(settings) else None


def settings_in(partial: Path) -> dict[str, Any] | None:
    """The settings of the run in a ``.partial`` folder, None where there is none."""
    try:
        known = json.loads((partial / "run.json").read_text())
    except (OSError, ValueError):
        return None
    return known if isinstance(known, dict) else None


def is_of_camera(settings: Mapping[str, Any]) -> bool:
    """Whether these are settings of a source that cannot be read again."""
    return settings.get("source") == ""


def cannot_write(directory: Path, error: OSError) -> OutputError:
    """The one-line error for an output folder that does not take files."""
    return OutputError(
        f"Cannot write to {directory}: {error.strerror or error}. "
        "Choose another folder with --out, or free space and permission there."
    )
