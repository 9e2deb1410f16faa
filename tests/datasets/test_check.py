"""Counts and duplicates; imagehash is the independent reference of the hash."""

from __future__ import annotations

import imagehash
import numpy as np
import pytest
from PIL import Image

from mien.datasets.check import NO_LABEL, check
from mien.datasets.contact_sheet import contact_sheet
from mien.datasets.duplicates import near_pairs, perceptual_hash, pixel_digest
from mien.datasets.sample import Sample, Split


def face(seed: int, size: int = 48) -> np.ndarray:
    """Smooth as faces are; the hash looks at slow changes."""
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8), np.uint8)
    grown = Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(grown)


def sample(name: str, label: int, split: Split, pixels: object) -> Sample:
    return Sample(name, label, "fer2013", split, pixels)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(20))
def test_hash_is_imagehash_s_on_its_own_size(seed: int) -> None:
    grey = np.random.default_rng(seed).integers(0, 256, (32, 32), np.uint8)
    reference = int(str(imagehash.phash(Image.fromarray(grey))), 16)
    assert perceptual_hash(grey[..., None].repeat(3, 2)) == reference


@pytest.mark.parametrize("seed", range(10))
def test_hash_survives_what_copying_does(seed: int) -> None:
    pixels = face(seed, 96)[..., None].repeat(3, 2)
    darker = (pixels * 0.8).astype(np.uint8)
    smaller = np.asarray(Image.fromarray(pixels).resize((48, 48)))
    own = perceptual_hash(pixels)
    for other in (darker, smaller):
        assert (own ^ perceptual_hash(other)).bit_count() <= 6
    unlike = perceptual_hash(face(seed + 100, 96)[..., None].repeat(3, 2))
    assert (own ^ unlike).bit_count() > 12


@pytest.mark.parametrize("bits", [0, 2, 4, 7])
def test_near_pairs_are_those_of_the_whole_table(bits: int) -> None:
    random = np.random.default_rng(bits)
    hashes = random.integers(0, 1 << 63, 300, np.uint64)
    for i in range(0, 300, 3):  # a neighbour with up to nine bits turned
        turned = random.choice(64, random.integers(1, 10), replace=False)
        flips = np.bitwise_or.reduce(np.uint64(1) << turned.astype(np.uint64))
        hashes[(i + 1) % 300] = hashes[i] ^ flips
    apart = np.bitwise_count(hashes[:, None] ^ hashes[None])
    expected = np.argwhere(np.triu(apart <= bits, 1))
    assert len(expected) > 0 or bits == 0
    assert near_pairs(hashes, bits).tolist() == expected.tolist()


def test_digest_tells_shape_from_content() -> None:
    flat = np.arange(6, dtype=np.uint8)
    assert pixel_digest(flat.reshape(2, 3)) != pixel_digest(flat.reshape(3, 2))


def test_twins_by_hand() -> None:
    """a = b = c pixel for pixel, c of another label and in test; d nearly e."""
    brighter = np.clip(face(1).astype(int) + 3, 0, 255).astype(np.uint8)
    samples = [
        sample("a", 0, "train", face(0)),
        sample("b", 0, "train", face(0)),
        sample("c", 1, "test", face(0)),
        sample("d", 2, "train", face(1)),
        sample("e", 2, "validation", brighter),
        sample("f", -1, "train", face(2)),
        sample("broken", 0, "train", np.zeros((4, 4, 2), np.uint8)),
    ]
    seen: list[tuple[int, int]] = []
    found = check(samples, lambda done, total: seen.append((done, total)))
    assert seen == [(i, 7) for i in range(1, 8)]
    assert found.counts["anger"] == {"train": 3, "validation": 0, "test": 0}
    assert found.counts[NO_LABEL] == {"train": 1, "validation": 0, "test": 0}
    assert [name for name, _ in found.unreadable] == ["broken"]
    assert found.sizes == {(48, 48): 6}
    exact, near = found.exact, found.near
    assert exact is not None
    assert near is not None
    assert exact.shared["train"] == {"train": 2, "validation": 0, "test": 2}
    assert exact.shared["test"] == {"train": 1, "validation": 0, "test": 0}
    assert exact.conflicts == 3
    assert exact.pairs.tolist() == [[0, 1], [0, 2]]
    assert near.shared["train"] == {"train": 2, "validation": 1, "test": 2}
    assert near.shared["validation"] == {"train": 1, "validation": 0, "test": 0}
    assert [3, 4] in np.sort(near.pairs, axis=1).tolist()


def test_subjects_in_several_splits() -> None:
    samples = [
        Sample(str(i), 0, "kdef", split, face(i), subject=subject)
        for i, (split, subject) in enumerate(
            [("train", "F01"), ("test", "F01"), ("train", "F02"), ("train", "F02")]
        )
    ]
    found = check(samples)  # type: ignore[arg-type]
    assert (found.subjects, found.subjects_across) == (2, 1)


def test_sheet_shows_each_class_in_its_row() -> None:
    """Classes are flat greys of their own, so rows can be told by their pixels."""
    samples = [
        sample(f"{label}-{i}", label, "train", np.full((20, 20), 30 * label + 10, np.uint8))
        for label in range(7)
        for i in range(3)
    ]
    sheet = np.asarray(contact_sheet(samples, check(samples), "title"))
    for label in range(7):
        value = 30 * label + 10
        rows = np.flatnonzero((sheet == value).all(2).sum(1) >= 3 * 72)
        assert len(rows) == 72, f"class {label} has three faces of 72 px in one row"
