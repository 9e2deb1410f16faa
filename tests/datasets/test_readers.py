"""What each reader makes of its owners' quirks."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import dataset_trees as trees
from dataset_trees import names
from datasets.reading import read, shown
from mien.datasets.folds import folds_of
from mien.datasets.pixels import read_pixels
from mien.datasets.reader import Problems
from mien.datasets.table import open_dataset
from mien.errors import DataError
from mien.labels import labels_of


def test_rafdb_counts_from_one(tmp_path: Path) -> None:
    samples, problems = read(trees.rafdb(tmp_path))
    assert [(s.name, shown(s), s.split) for s in samples] == [
        ("train_00001.jpg", "sadness", "train"),
        ("train_00002.jpg", "surprise", "train"),
        ("test_0001.jpg", "neutral", "test"),
    ]
    assert samples[0].extra == {"gender": 1, "race": 2, "age": 3}
    assert problems == {"row not understood": 1, "picture missing": 1}
    inside, _ = read(tmp_path / "basic")
    assert names(inside) == names(samples)


def test_rafdb_compound(tmp_path: Path) -> None:
    samples, problems = read(trees.rafdb_compound(tmp_path))
    assert [shown(s) for s in samples] == ["happily surprised", "disgustedly surprised"]
    assert problems == {"row not understood": 1}


def test_affectnet(tmp_path: Path) -> None:
    samples, problems = read(trees.affectnet(tmp_path), "affectnet8")
    assert [(s.name, shown(s), s.split) for s in samples] == [
        ("train_set/0.jpg", "happiness", "train"),
        ("train_set/10.jpg", "contempt", "train"),
        ("val_set/5.jpg", "anger", "validation"),
    ]
    assert samples[0].extra == {"valence": -0.25, "arousal": 0.5}
    assert samples[2].extra == {"arousal": 0.5}  # -2 means not given
    assert samples[0].landmarks_px is not None
    assert samples[0].landmarks_px[1].tolist() == [2, 3]
    assert problems == {
        "annotation not understood": 1,
        "annotation missing": 1,
        "picture missing": 1,
    }
    seven, _ = read(tmp_path, "affectnet7")
    assert names(seven) == ["train_set/0.jpg", "val_set/5.jpg"]


def test_ckplus_peaks_and_neutral(tmp_path: Path) -> None:
    samples, problems = read(trees.ckplus(tmp_path))
    assert [(s.name[-5:-4], shown(s), s.subject) for s in samples] == [
        ("1", "neutral", "S005"),
        ("3", "disgust", "S005"),
        ("4", "disgust", "S005"),
        ("5", "disgust", "S005"),
    ]
    assert samples[0].landmarks_px is None
    assert samples[3].landmarks_px is not None
    assert samples[3].landmarks_px[2].tolist() == [2.5e0, 4.0]
    assert problems == {"sequence without an emotion": 1, "emotion not understood": 1}


def test_kdef_names(tmp_path: Path) -> None:
    samples, problems = read(trees.kdef(tmp_path))
    assert {s.name[5:-4]: (shown(s), s.subject) for s in samples} == {
        "AF01ANS": ("anger", "F01"),
        "BF01SUS": ("surprise", "F01"),  # the other session of the same woman
        "AM10AFS": ("fear", "M10"),
    }
    assert problems == {"name not understood": 1}
    every, _ = read(tmp_path, "kdef-angles")
    assert {s.extra["yaw_deg"] for s in every} == {0, -90}


def test_sfew_and_afew(tmp_path: Path) -> None:
    stills, problems = read(trees.sfew(tmp_path / "sfew"))
    assert [(shown(s), s.split) for s in stills] == [
        ("anger", "train"),
        ("surprise", "train"),
        ("sadness", "validation"),
    ]
    assert problems == {"class not understood": 1}
    clips, problems = read(trees.afew(tmp_path / "afew"))
    assert [(shown(s), s.split) for s in clips] == [("happiness", "train"), ("fear", "validation")]
    assert read_pixels(clips[0]).shape == (6, 32, 32, 3)
    assert problems == {"file of another kind": 1}


def test_dfew_folds(tmp_path: Path) -> None:
    samples, problems = read(trees.dfew(tmp_path))
    assert names(samples) == [f"{clip:05d}" for clip in range(1, 10)]
    assert [shown(s) for s in samples[:7]] == list(labels_of("dfew"))
    assert [s.split for s in samples] == ["test"] * 2 + ["train"] * 7
    assert folds_of(samples, 5).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4]
    assert read_pixels(samples[0]).shape == (3, 40, 40, 3)
    assert problems["clip missing"] == 1
    assert problems["row not understood"] == 1


def test_dfew_without_a_list_makes_no_folds_of_its_own(tmp_path: Path) -> None:
    root = trees.dfew(tmp_path)
    lists = sorted(root.rglob("*testset_*.csv")) or sorted(root.rglob("test*/set_*.csv"))
    for path in lists[1:]:
        path.unlink()
    with pytest.raises(DataError, match=r"7 of 9 samples are in no fold of the owners \(there: 1"):
        folds_of(read(root)[0], 5)
    lists[0].unlink()
    with pytest.raises(DataError, match=r"9 of 9 samples are in no fold .*there: none"):
        folds_of(read(root)[0], 5)


def test_daisee(tmp_path: Path) -> None:
    samples, problems = read(trees.daisee(tmp_path))
    assert [(s.subject, shown(s), s.split) for s in samples] == [
        ("110001", "high", "train"),
        ("400022", "very low", "validation"),
        ("500044", "very high", "test"),
    ]
    assert samples[0].extra == {"boredom": 0, "confusion": 1, "frustration": 0}
    assert problems == {"row not understood": 1, "clip missing": 1, "clip without a label": 1}


def test_folder_of_known_and_own_classes(tmp_path: Path) -> None:
    samples, problems = read(trees.folder(tmp_path / "states"))
    assert {s.label_set for s in samples} == {"classroom"}
    assert {Path(s.name).parent.name for s in samples if shown(s) == "tired"} == {"tired"}
    assert problems == {"neither picture nor video": 1}
    for i, name in enumerate(("train/calm", "train/cross", "valid/calm")):
        trees.picture(tmp_path / "own" / name / "a.png", i)
    own, _ = read(tmp_path / "own")
    assert [(shown(s), s.split) for s in own] == [
        ("calm", "train"),
        ("cross", "train"),
        ("calm", "validation"),
    ]


def test_folder_tells_what_lies_beside_splits_and_classes(tmp_path: Path) -> None:
    for i, name in enumerate(("train/calm/1.png", "train/cross/1.png", "train/1.png")):
        trees.picture(tmp_path / name, i)
    trees.picture(tmp_path / "tset/calm/1.png", 5)
    found = Problems()
    assert len(open_dataset(tmp_path, "folder", found)) == 2
    assert [kind for kind, _ in found.found] == ["folder of no split", "in no class folder"]
    assert found.found[0][1].startswith("tset (1 files; a split is named train,")


def test_classes_that_differ_in_case_or_spaces_are_refused(tmp_path: Path) -> None:
    """Else each would be a class of its own, one of them never learned."""
    for i, name in enumerate(("train/Happy", "train/sad", "test/happy ", "test/sad")):
        trees.picture(tmp_path / name / "1.png", i)
    with pytest.raises(DataError, match=r"'Happy' and 'happy '.*Rename"):
        open_dataset(tmp_path, "folder")


@pytest.mark.parametrize(
    ("name", "table", "kind"),
    [
        ("rafdb", "basic/Annotation/manual/train_00001_manu_attri.txt", None),
        ("daisee", "Labels/TestLabels.csv", None),
        ("affectnet8", "train_set/annotations/0_exp.npy", "annotation not understood"),
    ],
)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x80"])
def test_a_table_that_is_no_text_costs_its_rows_alone(
    tmp_path: Path, name: str, table: str, kind: str | None, content: bytes
) -> None:
    root = trees.TREES[name](tmp_path / "data")
    _, before = read(root, name)
    (root / table).write_bytes(content)
    samples, problems = read(root, name)
    assert samples
    if kind:
        assert problems[kind] == before.get(kind, 0) + 1


@pytest.mark.parametrize(
    ("name", "table"),
    [("rafdb", "basic/EmoLabel/list_patition_label.txt"), ("fer2013", "labels.csv")],
)
def test_the_only_table_that_is_no_text_is_told(tmp_path: Path, name: str, table: str) -> None:
    trees.picture(tmp_path / "images/1.png")
    (tmp_path / table).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / table).write_bytes(b"usage \xff\xfe\x80\nmore \xff")
    with pytest.raises(DataError, match="row not understood"):
        open_dataset(tmp_path, name)


def test_an_emotion_that_is_no_text_is_told(tmp_path: Path) -> None:
    root = trees.TREES["ckplus"](tmp_path)
    (root / "Emotion/S005/001/S005_001_00000005_emotion.txt").write_bytes(b"\xff\xfe\x80")
    with pytest.raises(DataError, match="2 emotion not understood"):
        open_dataset(root, "ckplus")


@pytest.mark.parametrize("content", [b"no archive", None])
def test_an_archive_of_something_else_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "archive.zip"
    if content is None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("train/happy/1.jpg", b"")
    else:
        file.write_bytes(content)
    with pytest.raises(DataError, match=r"archive\.zip holds no labels\.csv.*unpack"):
        open_dataset(file)


@pytest.mark.parametrize("content", [b"\xff\xfe\x80,1", b'1,"' + b"2" * (1 << 21)])
def test_a_list_of_dfew_that_is_no_table_is_told(tmp_path: Path, content: bytes) -> None:
    root = trees.dfew(tmp_path)
    (root / "label/single_trainset_2.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"A table below .* cannot be read as DFEW .*Copy it anew"):
        read(root, "dfew")


def test_a_field_of_daisee_too_long_for_a_table_is_told(tmp_path: Path) -> None:
    root = trees.daisee(tmp_path)
    (root / "Labels/TestLabels.csv").write_bytes(b'ClipID,"' + b"2" * (1 << 21))
    with pytest.raises(DataError, match=r"cannot be read as DAiSEE .*field larger"):
        read(root, "daisee")
