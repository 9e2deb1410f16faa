"""FER2013 and FER+ in each form in which their owners or others give them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import dataset_trees as trees
from datasets.reading import read, shown
from mien.datasets.pixels import read_pixels
from mien.datasets.reader import Problems
from mien.datasets.table import open_dataset, reader_for
from mien.errors import DataError


def test_fer2013_zip(tmp_path: Path) -> None:
    samples, problems = read(trees.fer2013_zip(tmp_path), "fer2013")
    assert [shown(s) for s in samples] == ["anger", "happiness", "sadness", "neutral", "fear"]
    assert [s.split for s in samples] == ["train", "train", "validation", "test", "test"]
    assert [s.weight for s in samples] == [1, 1, 1, 0, 1]  # its label is chance
    assert problems == {"row not understood": 2}
    assert (read_pixels(samples[1]) == trees.grey48(1)[..., None]).all()


def test_ferplus_rules_by_hand(tmp_path: Path) -> None:
    """Row 0 without single votes: neutral 4, anger 3, disgust 2; 4 of 9 is no majority."""
    samples, _ = read(trees.fer2013_zip(tmp_path), "ferplus")
    assert [shown(s) for s in samples] == ["none", "happiness", "sadness", "none", "none"]
    assert [s.extra["largest_vote"] for s in samples] == [0, 1, 3, -1, -1]
    assert samples[0].votes == pytest.approx(np.array([4, 0, 0, 0, 3, 2, 0, 0]) / 9)
    assert samples[1].votes == pytest.approx([0, 1, 0, 0, 0, 0, 0, 0])
    assert [s.weight for s in samples] == pytest.approx([1, 1, 1, 0, 0.4])
    assert samples[4].extra["fer2013"] == 2  # fear


def test_fer2013_csv_with_spaces_and_votes_beside(tmp_path: Path) -> None:
    samples, problems = read(trees.fer2013_csv(tmp_path))
    assert [shown(s) for s in samples] == ["anger", "happiness", "neutral"]
    assert problems == {"row not understood": 1}
    assert (read_pixels(samples[2])[..., 0] == trees.grey48(2)).all()
    plus, _ = read(tmp_path, "ferplus")
    # Row 2 of both tables is faulty in FER2013's: votes stay with their own rows.
    assert [shown(s) for s in plus] == ["neutral", "happiness", "contempt"]


def test_ferplus_without_votes_says_what_is_missing(tmp_path: Path) -> None:
    trees.fer2013_csv(tmp_path)
    (tmp_path / "fer2013new.csv").unlink()
    with pytest.raises(DataError, match=r"fer2013new\.csv"):
        open_dataset(tmp_path, "ferplus")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows[:-1], r"fer2013new\.csv has 3 rows, icml_face_data\.csv 4"),
        (lambda rows: [*rows, rows[-1]], r"fer2013new\.csv has 5 rows, icml_face_data\.csv 4"),
        (
            lambda rows: [rows[1], rows[0], *rows[2:]],
            r"fer2013new\.csv says PublicTest in line 2, icml_face_data\.csv Training",
        ),
        (lambda rows: [*rows[:-1], "PrivateTest,fer3.png,10,0"], "line 5.*not FER.'s table"),
        (lambda rows: [*rows[:-1], rows[-1].replace("10", "nan")], "line 5.*not FER.'s table"),
        (lambda rows: [*rows[:-1], "\xff\xfe"], "line 5.*not FER.'s table"),
    ],
)
def test_ferplus_table_of_other_rows_is_refused(
    tmp_path: Path, change: Callable[[list[str]], list[str]], words: str
) -> None:
    trees.fer2013_csv(tmp_path)
    header, *rows = (tmp_path / "fer2013new.csv").read_text().splitlines()
    trees.text(tmp_path / "fer2013new.csv", "\n".join([header, *change(rows)]) + "\n")
    with pytest.raises(DataError, match=words) as caught:
        open_dataset(tmp_path, "ferplus")
    assert "\n" not in str(caught.value)
    assert len(open_dataset(tmp_path, "fer2013")) == 3  # needs no votes


def test_a_row_of_the_archive_without_all_votes_is_told(tmp_path: Path) -> None:
    file = trees.fer2013_zip(tmp_path)
    with zipfile.ZipFile(file) as archive:
        table = archive.read("labels.csv").decode().splitlines()
    table[1] = ",".join(table[1].split(",")[:-2])
    trees.text(tmp_path / "unpacked" / "labels.csv", "\n".join(table) + "\n")
    samples, problems = read(tmp_path / "unpacked", "ferplus")
    assert len(samples) == 4
    assert problems == {"row not understood": 3}


def test_fer2013_folder_tells_public_from_private(tmp_path: Path) -> None:
    samples, problems = read(trees.fer2013_folder(tmp_path))
    assert {s.name.split("/")[-1]: s.split for s in samples} == {
        "Training_1.jpg": "train",
        "Training_2.jpg": "train",
        "PublicTest_3.jpg": "validation",
        "PrivateTest_4.jpg": "test",
    }
    assert problems == {"class not of FER2013": 1}


@pytest.mark.parametrize("name", ["val", "valid", "Validation", "PublicTest"])
def test_fer2013_folder_of_validation_is_read(tmp_path: Path, name: str) -> None:
    trees.fer2013_folder(tmp_path)
    trees.picture(tmp_path / name / "Angry" / "6.jpg", 9, (48, 48))
    trees.picture(tmp_path / name / "happy" / "PublicTest_7.jpg", 9, (48, 48))
    samples, problems = read(tmp_path, "fer2013")
    found = {s.name: (s.split, shown(s)) for s in samples}
    assert len(found) == 6
    assert found[f"{name}/Angry/6.jpg"] == ("validation", "anger")
    assert found[f"{name}/happy/PublicTest_7.jpg"] == ("validation", "happiness")
    assert problems == {"class not of FER2013": 1}


def test_fer2013_folders_in_the_words_of_the_challenge(tmp_path: Path) -> None:
    for i, split in enumerate(("Training", "PublicTest", "PrivateTest")):
        trees.picture(tmp_path / split / "sad" / f"{split}_{i}.png", i, (48, 48))
    assert reader_for(tmp_path).name == "fer2013"
    samples, problems = read(tmp_path)
    assert sorted(s.split for s in samples) == ["test", "train", "validation"]
    assert problems == {}


def test_fer2013_folder_tells_what_it_does_not_read(tmp_path: Path) -> None:
    trees.fer2013_folder(tmp_path)
    for i, name in enumerate(("train_aug/angry/1.jpg", "train_aug/angry/2.jpg", "train/3.jpg")):
        trees.picture(tmp_path / name, i, (48, 48))
    trees.picture(tmp_path / "train/angry/more/4.jpg", 4, (48, 48))
    trees.text(tmp_path / "train/angry/notes.txt", "")
    trees.text(tmp_path / "train/angry/.hidden", "")
    trees.text(tmp_path / "about/read.me", "")
    found = Problems()
    samples = open_dataset(tmp_path, "fer2013", found)
    assert len(samples) == 5
    assert sorted(found.found) == [
        ("class not of FER2013", "test/bored/PrivateTest_5.jpg"),
        (
            "folder of no split",
            "train_aug (2 files; a split is named train, training, val, "
            "valid, validation, publictest, test or privatetest)",
        ),
        ("in no class folder", "train/3.jpg"),
        ("no picture", "train/angry/notes.txt"),
    ]


def test_fer2013_folder_and_name_of_other_splits_are_refused(tmp_path: Path) -> None:
    """Else somebody's own validation would be learned from, or the test split would."""
    trees.fer2013_folder(tmp_path)
    trees.picture(tmp_path / "val/angry/Training_6.jpg", 1, (48, 48))
    trees.picture(tmp_path / "train/sad/PrivateTest_7.jpg", 2, (48, 48))
    words = r"2 pictures.*train/sad/PrivateTest_7\.jpg.*--dataset folder"
    with pytest.raises(DataError, match=words):
        open_dataset(tmp_path, "fer2013")
