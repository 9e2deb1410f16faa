"""Identity switches on composite clips of real faces: none.

A switch is a person whose number differs from the one before; a swap of two
numbers is two switches; a number that served two people is one too.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from composites import Actor, absent, clip, compose, line, still
from mien.faces.detectors import open_detector
from mien.faces.follower import FaceFollower
from mien.faces.mesh import FaceMesh


def measure(
    actors: Sequence[Actor], duration_s: float, rate: float, detector: str
) -> tuple[int, list[set[int]], float]:
    """Switches, the numbers that each actor got, and the share of visible heads read."""
    follower = FaceFollower(open_detector(detector), FaceMesh())
    numbers: list[list[int]] = [[] for _ in actors]
    read = visible = 0
    for frame, truth in compose(actors, duration_s, rate):
        seen = follower.read(frame)
        for place, actor, owned in zip(truth, actors, numbers, strict=True):
            if place is None:
                continue
            visible += 1
            owner = nearest(seen, place, actor.height_px, truth)
            if owner is not None:
                owned.append(owner)
                read += 1
    switches = sum(a != b for owned in numbers for a, b in pairwise(owned))
    return switches, [set(owned) for owned in numbers], read / visible


def nearest(seen, place, height_px, truth) -> int | None:
    """The number of the face at a place; None where two heads cover each other, for
    then only one of them shows and the truth is not known."""
    others = [p for p in truth if p is not None and p != place]
    if any(np.hypot(p[0] - place[0], p[1] - place[1]) < 0.45 * height_px for p in others):
        return None
    for person, face in seen:
        x, y, w, h = face.box_px
        if np.hypot(x + w / 2 - place[0], y + h / 2 - place[1]) < 0.3 * height_px:
            return person
    return None


def check(
    actors: Sequence[Actor],
    duration_s: float,
    rate: float,
    least_read: float,
    detector: str = "blazeface",
) -> None:
    switches, numbers, read = measure(actors, duration_s, rate, detector)
    assert switches == 0
    assert all(len(owned) == 1 for owned in numbers), numbers
    assert len(set.union(*numbers)) == len(actors), "one number served two people"
    assert read >= least_read


@pytest.fixture
def heads(shared: Path):
    return lambda name: still(shared, name)


@pytest.mark.parametrize("rate", [12.0, 2.0])
def test_two_people_cross(heads, rate: float) -> None:
    actors = [
        Actor(heads("worried"), 150, line((110, 180), (530, 180), 1, 5)),
        Actor(heads("smiling"), 150, line((530, 190), (110, 190), 1, 5)),
    ]
    check(actors, 6, rate, 0.75)


@pytest.mark.parametrize("rate", [12.0, 2.0])
def test_someone_leaves_and_returns_elsewhere(heads, rate: float) -> None:
    actors = [
        Actor(heads("dark-hair"), 150, absent(line((120, 180), (480, 180), 3, 6), 2, 6)),
        Actor(heads("red-hair"), 150, line((300, 200), (310, 200), 0, 8)),
    ]
    check(actors, 8, rate, 0.9)


def test_two_people_change_places_while_away(heads) -> None:
    left, right = (150.0, 180.0), (490.0, 180.0)
    actors = [
        Actor(heads("long-hair"), 150, absent(line(left, right, 3, 4), 2, 5)),
        Actor(heads("dark-hair"), 150, absent(line(right, left, 3, 4), 2, 5)),
    ]
    check(actors, 7, 12.0, 0.9)


def test_someone_else_sits_down_in_the_same_place(heads) -> None:
    stay = line((320, 180), (321, 180), 0, 8)
    actors = [
        Actor(heads("curls"), 160, absent(stay, 3, 99)),
        Actor(heads("smiling"), 160, lambda t: stay(t) if t >= 3.2 else None),
    ]
    check(actors, 6, 12.0, 0.9)


@pytest.mark.parametrize("rate", [12.0, 2.0])
def test_five_people_one_walks_past_in_front(heads, rate: float) -> None:
    names = ("sunglasses", "long-hair", "dark-hair", "red-hair")
    actors = [
        Actor(heads(name), 110, line((90 + 150 * i, 150), (92 + 150 * i, 150), 0, 9))
        for i, name in enumerate(names)
    ]
    walk = line((-60, 210), (700, 210), 1, 8)
    actors.append(Actor(heads("worried"), 130, walk))
    # heads of a sixth of the picture: as in a classroom, with tiles
    check(actors, 9, rate, 0.6, "blazeface-tiles")


def test_a_moving_head_is_covered_for_two_seconds(shared: Path, heads) -> None:
    talking = clip(shared, "WolfgangLanger_Pexels.mp4", (240, 0, 400, 360), 120)
    actors = [
        Actor(talking, 230, absent(line((200, 180), (260, 180), 0, 9), 3, 5)),
        Actor(heads("smiling"), 150, line((520, 190), (500, 190), 0, 9)),
    ]
    check(actors, 9, 12.0, 0.85)
