"""``mien recognize`` on real pictures."""

import json
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

COMMAND = [sys.executable, "-m", "mien", "recognize"]


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    words = [*COMMAND, *(str(a) for a in arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=cwd)


def test_five_faces_one_smile_and_none(shared: Path, tmp_path: Path) -> None:
    faces = shared / "data/faces"
    done = run(
        faces / "multi_face.jpg", faces / "single_face.jpg", faces / "free-mountain-vector-01.jpg",
        "--json", "--annotate", tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(s["image"]).name for s in said] == ["multi_face.jpg"] * 5 + [
        "single_face.jpg",
        "free-mountain-vector-01.jpg",
    ]
    assert said[5]["expression"] == "happiness"
    assert said[6] == {"image": said[6]["image"], "face": None}
    for face in said[:6]:
        assert {"box", "expression", "probabilities", "pose", "quality"} <= set(face)
        assert abs(sum(face["probabilities"].values()) - 1) < 1e-2
    assert len(list(tmp_path.glob("*.png"))) == 3


def test_pictures_of_one_name_all_get_a_copy(tmp_path: Path) -> None:
    for place in ("a/x.png", "b/x.png"):
        (tmp_path / place).parent.mkdir()
        Image.new("RGB", (64, 48)).save(tmp_path / place)
    done = run(tmp_path / "a/x.png", tmp_path / "b", "--annotate", tmp_path / "drawn")
    assert done.returncode == 0, done.stderr
    assert {p.name for p in (tmp_path / "drawn").iterdir()} == {"x-read.png", "x-read-2.png"}


def test_pictures_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for place in ("a", "b", "c"):
        (tmp_path / place).mkdir()
        Image.new("RGB", (64, 48)).save(tmp_path / place / "x.png")
    typed = ["a/x.png", "./b/x.png", "c/"]
    told = ["a/x.png", "./b/x.png", "c/x.png"]
    done = run(*typed, "--json", cwd=tmp_path)
    assert [json.loads(line)["image"] for line in done.stdout.splitlines()] == told
    assert run(*typed, cwd=tmp_path).stdout.splitlines() == [f"{path}: no face" for path in told]


def test_a_path_that_is_no_utf8_is_shown_with_its_bytes(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xe9t\xe9")
    folder.mkdir()
    Image.new("RGB", (64, 48)).save(folder / "x.png")
    done = run(folder.name, f"{folder.name}/x.png", "--json", cwd=tmp_path)
    told = [json.loads(line)["image"] for line in done.stdout.splitlines()]
    assert told == [r"\udce9t\udce9/x.png"] * 2


def test_a_bad_picture_does_not_cost_the_others(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"none")
    done = run(tmp_path / "bad.png", shared / "data/faces/single_face.jpg")
    assert done.returncode == 2
    assert "happiness" in done.stdout
    assert len(done.stderr.strip().splitlines()) == 1


def test_pictures_of_a_folder_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    for number in range(1, 3):
        Image.new("RGB", (64, 48)).save(tmp_path / f"{number}.png")
    for number in range(3, 10):
        (tmp_path / f"{number}.png").write_bytes(b"none")
    done = run(tmp_path)
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr.splitlines() == [
        f"mien: 7 of 9 pictures in {tmp_path} could not be read: 3.png, 4.png, 5.png, 6.png, "
        "7.png and 2 more. Export or copy them again."
    ]


def test_a_picture_with_an_ending_of_its_own_is_read(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "c.jfif").write_bytes((shared / "data/faces/single_face.jpg").read_bytes())
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/c.JPE").write_bytes((tmp_path / "c.jfif").read_bytes())
    done = run(tmp_path / "c.jfif", tmp_path / "folder")
    assert done.returncode == 0, done.stderr
    assert [line.count("happiness") for line in done.stdout.splitlines()] == [1, 1]


def test_a_video_is_sent_to_analyze(shared: Path) -> None:
    done = run(shared / "data/faces/single_face.mp4")
    assert done.returncode == 2
    assert "mien analyze" in done.stderr
