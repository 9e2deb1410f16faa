from __future__ import annotations

import pytest

from mien.errors import SettingsError
from mien.labels import ALIASES, LABEL_SETS, MAPPINGS, labels_of, mapping


@pytest.mark.parametrize("name", LABEL_SETS)
def test_classes_differ(name: str) -> None:
    classes = labels_of(name)
    assert len(set(classes)) == len(classes) > 1


@pytest.mark.parametrize("pair", MAPPINGS)
def test_every_mapping_covers_its_set(pair: tuple[str, str]) -> None:
    goals = mapping(*pair)
    assert len(goals) == len(labels_of(pair[0]))
    assert max(goals) < len(labels_of(pair[1]))


def test_mapping_by_hand() -> None:
    """FER+: neutral happiness surprise sadness anger disgust fear contempt."""
    assert mapping("ferplus", "fer2013") == (6, 3, 5, 4, 0, 1, 2, -1)
    assert mapping("rafdb", "rafdb") == (0, 1, 2, 3, 4, 5, 6)
    assert mapping("fer2013", "affectnet8") == (6, 5, 4, 1, 2, 3, 0)


def test_sizes_are_the_published_ones() -> None:
    sizes = {name: len(classes) for name, classes in LABEL_SETS.items()}
    assert sizes == {
        "fer2013": 7,
        "ferplus": 8,
        "rafdb": 7,
        "rafdb-compound": 11,
        "affectnet7": 7,
        "affectnet8": 8,
        "ckplus": 8,
        "kdef": 7,
        "sfew": 7,
        "afew": 7,
        "dfew": 7,
        "daisee": 4,
        "classroom": 6,
    }


def test_no_counterpart_is_told() -> None:
    with pytest.raises(SettingsError, match="'very low' of daisee has no counterpart"):
        mapping("daisee", "fer2013")


def test_own_classes_and_unknown_sets() -> None:
    assert labels_of("classes:calm,cross") == ("calm", "cross")
    with pytest.raises(SettingsError, match="Did you mean 'ferplus'"):
        labels_of("fer+plus")


def test_aliases_lead_to_classes() -> None:
    assert set(ALIASES.values()) == set(labels_of("ferplus"))
