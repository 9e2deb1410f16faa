"""Persons that are chosen, and those who were not found."""

import pytest

from mien.chosen_persons import chosen
from mien.errors import SettingsError
from mien.observations import Observation

BOX = (0.0, 0.0, 10.0, 10.0)


def test_chosen_persons_keep_the_instants_at_which_they_were_away() -> None:
    rows = [
        Observation(0.0, 1, BOX),
        Observation(0.0, 2, BOX),
        Observation(0.5, 2, BOX),
        Observation(1.0),
    ]
    kept = chosen(rows, frozenset({1}))
    assert [(o.time_s, o.person_id) for o in kept] == [(0.0, 1), (0.5, None), (1.0, None)]
    assert chosen(rows, None) == rows


def test_a_person_who_was_not_found_is_told_with_those_who_were() -> None:
    rows = [Observation(0.0, 12, BOX), Observation(0.0, 2, BOX), Observation(0.5)]
    with pytest.raises(SettingsError, match=r"no person 3,7 among those found \(2,12\)"):
        chosen(rows, frozenset({7, 3, 2}))
    with pytest.raises(SettingsError, match=r"no person 7 among those found \(nobody\)"):
        chosen([Observation(0.0)], frozenset({7}))
