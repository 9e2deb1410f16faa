"""Where the data of a training lie, as the command line tells it."""

from pathlib import Path

import pytest

from mien.cli.train import roots_of
from mien.errors import SettingsError


def test_roots_by_name_and_one_without() -> None:
    told = roots_of(["fer2013=a.zip", "b"])
    assert told == {"fer2013": Path("a.zip"), "": Path("b")}


@pytest.mark.parametrize(
    ("data", "words"),
    [(["a", "b"], "two places: a and b"), (["kdef=a", "kdef=b"], "two places of kdef: a and b")],
)
def test_two_roots_of_one_are_refused(data: list[str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        roots_of(data)
