"""A run that was interrupted: what was read so far, kept beside the results, so
that the same command goes on instead of starting again.

Layout of ``OUT/.partial/``: ``run.json`` (what is being read and how) and
``000001.parquet`` … (finished stretches of observations; no picture, no look).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from mien.errors import OutputError
from mien.observation_log import ObservationLog
from mien.observations import Observation
from mien.report.tables import read_observations, write_observations
from mien.whole_file import write_whole

#: Seconds of the recording in one stretch: at most this much is read again.
STRETCH_S = 30.0


class PartialRun:
    """Args:
    directory: the output folder.
    settings: what must be equal for a run to be continued (source, options).
    """

    def __init__(self, directory: Path, settings: Mapping[str, object]) -> None:
        self._directory = directory / ".partial"
        self._settings = json.loads(json.dumps(dict(settings), sort_keys=True))
        self._count = 0

    def resume(self) -> ObservationLog:
        """The observations of an equal run that was interrupted; another run's are
        thrown away. Stretches that cannot be read end the continuation there."""
        try:
            known = json.loads((self._directory / "run.json").read_text())
        except (OSError, ValueError):
            known = None
        if known != self._settings:
            self._start()
            return ObservationLog()
        found = ObservationLog()
        paths = sorted(self._directory.glob("*.parquet"))
        for index, path in enumerate(paths):
            try:
                found.extend(read_observations(path))
            except Exception:  # a damaged stretch is read again, and so is all after it
                for rest in paths[index:]:
                    rest.unlink(missing_ok=True)
                break
            self._count = int(path.stem)
        return found

    def _start(self) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)
        write_whole(self._directory / "run.json", json.dumps(self._settings).encode())

    def keep(self, observations: Iterable[Observation]) -> None:
        """Writes one stretch, whole or not at all."""
        self._count += 1
        write_observations(self._directory / f"{self._count:06d}.parquet", observations)

    def finish(self) -> None:
        """Removes the folder: the results are written."""
        shutil.rmtree(self._directory, ignore_errors=True)


def cannot_write(directory: Path, error: OSError) -> OutputError:
    """The one-line error for an output folder that does not take files."""
    return OutputError(
        f"Cannot write to {directory}: {error.strerror or error}. "
        "Choose another folder with --out, or free space and permission there."
    )
