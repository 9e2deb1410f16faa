"""Every data set that mien reads, by name. Adding one: a file, a line here, a test, a row
in ``docs/datasets.md``.
"""

from __future__ import annotations

import logging
from pathlib import Path

from mien.datasets.afew import AFEW_READER, SFEW_READER
from mien.datasets.affectnet import AFFECTNET7_READER, AFFECTNET8_READER
from mien.datasets.ckplus import CKPLUS_READER
from mien.datasets.daisee import DAISEE_READER
from mien.datasets.dfew import DFEW_READER
from mien.datasets.fer2013_forms import FER2013_READER, FERPLUS_READER
from mien.datasets.folder import FOLDER_READER
from mien.datasets.kdef import KDEF_ANGLES_READER, KDEF_READER
from mien.datasets.rafdb import RAFDB_COMPOUND_READER, RAFDB_READER
from mien.datasets.reader import Problems, Reader
from mien.datasets.sample import Sample
from mien.errors import DataError, SettingsError, choose_from

_LOG = logging.getLogger(__name__)

#: In the order in which they are tried; a folder of classes is the last resort.
READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        FER2013_READER,
        FERPLUS_READER,
        RAFDB_READER,
        RAFDB_COMPOUND_READER,
        AFFECTNET7_READER,
        AFFECTNET8_READER,
        CKPLUS_READER,
        KDEF_READER,
        KDEF_ANGLES_READER,
        SFEW_READER,
        AFEW_READER,
        DFEW_READER,
        DAISEE_READER,
        FOLDER_READER,
    )
}


def reader_for(root: Path, name: str | None = None) -> Reader:
    """The reader of that name, or the first that recognises the root.

    Raises:
        SettingsError: the name is unknown.
        DataError: there is nothing at the root, or no reader recognises it.
    """
    if name is not None and name not in READERS:
        raise SettingsError(choose_from("Data set", name, READERS))
    if not root.exists():
        raise DataError(f"There is no data at {root}. Give the folder or archive of a data set.")
    if name is not None:
        return READERS[name]
    for reader in READERS.values():
        if reader.recognises(root):
            return reader
    raise DataError(
        f"{root} is in no layout that mien knows. Name the data set if it is one of: "
        f"{', '.join(READERS)}; docs/datasets.md shows their layouts. Any other data can be "
        "laid out as train/<class>/*.jpg, val/<class>/*.jpg and test/<class>/*.jpg."
    )


def open_dataset(
    root: Path, name: str | None = None, problems: Problems | None = None
) -> list[Sample]:
    """All samples of the data set at a root, pixels not yet read.

    Args:
        root: a folder, or the archive ``fer2013.zip``.
        name: of the data set; recognised by its layout where None.
        problems: takes what was left out; without it, its count is logged as a warning.

    Raises:
        SettingsError: the name is unknown.
        DataError: no reader recognises the root, or nothing there can be used.
    """
    reader = reader_for(root, name)
    found = Problems() if problems is None else problems
    samples = reader.read(root, found)
    if not samples:
        kinds = ", ".join(f"{n} {kind}" for kind, n in found.counts().items())
        raise DataError(
            f"{root} holds no sample of {reader.title}{f' ({kinds})' if kinds else ''}. "
            f"Expected: {reader.layout}"
        )
    if problems is None and found:
        _LOG.warning(
            "%d entries of %s were left out (%s); 'mien data check' lists them.",
            len(found),
            root,
            ", ".join(f"{n} {kind}" for kind, n in found.counts().items()),
        )
    return samples
