"""The command as a teacher runs it: real video in, files out, faults told on one line."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import pyarrow.parquet
import pytest

from clips import make_sound, make_video

COMMAND = [sys.executable, "-m", "mien"]
FILES = {
    "observations.parquet",
    "observations.csv",
    "states.csv",
    "summary.json",
    "report.html",
}
LESSON = """
title: Faces
points:
  - {title: First, start: 0, end: "0:10"}
  - {title: Second, start: "0:10", end: "0:20"}
"""


def run(*arguments: object, **options) -> subprocess.CompletedProcess[str]:
    words = [*COMMAND, *(str(a) for a in arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, **options)


def rows(folder: Path) -> list[dict]:
    return pyarrow.parquet.read_table(folder / "observations.parquet").to_pylist()


def test_a_lesson_from_video_to_report(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text(LESSON)
    video = shared / "data/faces/WolfgangLanger_Pexels.mp4"
    out = tmp_path / "out"
    done = run(
        "analyze", video, "--out", out, "--lesson", tmp_path / "lesson.yaml", "--annotated-video"
    )
    assert done.returncode == 0, done.stderr
    assert {p.name for p in out.iterdir()} == FILES | {"annotated.mp4"}
    table = rows(out)
    assert len(table) == 40
    assert {row["person_id"] for row in table} == {1}
    assert "AI Act" in done.stderr
    assert "Second" in (out / "report.html").read_text()
    with av.open(str(out / "annotated.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 472


def test_a_wrong_person_costs_no_second_reading(shared: Path, tmp_path: Path) -> None:
    words = ["analyze", shared / "data/faces/single_face.mp4", "--out", tmp_path / "o"]
    done = run(*words, "--person-ids", "7,1")
    assert done.returncode == 2
    assert "there is no person 7 among those found (1)" in done.stderr
    assert not (tmp_path / "o/report.html").exists()
    done = run(*words, "--person-ids", "1")
    assert done.returncode == 0, done.stderr
    assert "Going on at" in done.stderr
    assert run(*words[:-1], tmp_path / "whole").returncode == 0
    assert rows(tmp_path / "o") == rows(tmp_path / "whole")


def test_presence_only_reads_no_expression(shared: Path, tmp_path: Path) -> None:
    done = run(
        "analyze", shared / "data/faces/face_noface.mov", "--out", tmp_path / "o", "--no-affect"
    )
    assert done.returncode == 0, done.stderr
    table = rows(tmp_path / "o")
    assert all(row["expression"] is None for row in table)
    assert any(row["face"] for row in table)
    assert not table[-1]["face"]
    rules = {s["rule"] for s in json.loads((tmp_path / "o/summary.json").read_text())[
        "assessment"]["states"]}  # fmt: skip
    assert rules == {"focus", "involvement"}


def test_killed_and_resumed_is_the_same_as_whole(shared: Path, tmp_path: Path) -> None:
    # 100 s: a stretch is kept every 30 s
    long = tmp_path / "long.mp4"
    loop(shared / "data/faces/WolfgangLanger_Pexels.mp4", long, 5)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert run("analyze", long, "--out", whole, "--every", "0.1").returncode == 0
    words = [*COMMAND, "analyze", str(long), "--out", str(parts), "--every", "0.1"]
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (parts / ".partial/000001.parquet").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not (parts / "report.html").exists()
    done = run("analyze", long, "--out", parts, "--every", "0.1")
    assert done.returncode == 0, done.stderr
    assert "Going on at" in done.stderr
    assert not (parts / ".partial").exists()
    first, second = rows(whole), rows(parts)
    assert [r["time_s"] for r in first] == [r["time_s"] for r in second]
    assert [r["person_id"] for r in first] == [r["person_id"] for r in second]


def test_killed_while_drawing_leaves_no_faces_once_the_run_is_done(
    shared: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    script = (
        "import os, signal, sys; from mien.report.video_encoder import VideoEncoder;"
        "VideoEncoder._finish = lambda _: os.kill(os.getpid(), signal.SIGKILL);"
        "from mien.cli import main; sys.argv = ['mien', *sys.argv[1:]]; main()"
    )
    words = ["analyze", str(shared / "data/faces/single_face.mp4"), "--out", str(out)]
    child = subprocess.run(
        [sys.executable, "-c", script, *words, "--annotated-video"],
        capture_output=True,
        timeout=120,
    )
    assert child.returncode == -signal.SIGKILL
    assert any(p.name.endswith(".part") for p in out.iterdir())
    assert run(*words).returncode == 0
    assert {p.name for p in out.iterdir()} == FILES


def loop(source: Path, target: Path, times: int) -> None:
    """The same pictures several times in a row, without coding them anew."""
    with av.open(str(source)) as read, av.open(str(target), "w") as write:
        track = read.streams.video[0]
        copy = write.add_stream_from_template(track)
        shift, length = 0, track.duration
        for _ in range(times):
            read.seek(0)
            for packet in read.demux(track):
                if packet.dts is None:
                    continue
                packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, copy
                write.mux(packet)
            shift += length


def bad_sources(folder: Path) -> dict[str, Path]:
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_text("no video\n" * 99)
    (folder / "nothing").mkdir()
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 40)
    (folder / "loop.mp4").symlink_to(folder / "loop.mp4")
    whole = make_video(folder / "whole.mp4", list(range(0, 2000, 40))).read_bytes()
    (folder / "cut.mp4").write_bytes(whole[: len(whole) // 3])
    return {
        "missing": folder / "gone.mp4",
        "empty": folder / "empty.mp4",
        "not a video": folder / "text.mp4",
        "sound only": make_sound(folder / "sound.mp4"),
        "truncated without index": folder / "cut.mp4",
        "empty folder": folder / "nothing",
        "broken picture": folder / "broken.png",
        "links in a loop": folder / "loop.mp4",
        "a device": Path("/dev/null"),
        "no such camera": Path("webcam:97"),
    }


def test_bad_sources_cost_one_line_and_nothing_else(tmp_path: Path) -> None:
    for what, path in bad_sources(tmp_path).items():
        out = tmp_path / "out"
        done = run("analyze", path, "--out", out, "--no-affect")
        assert done.returncode == 2, what
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        assert len(lines) == 1, (what, lines)
        assert lines[0].startswith("mien: "), what
        assert not out.exists() or not list(out.iterdir()), what


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--every", "-1"], "--every must be"),
        (["--every", "nan"], "--every must be"),
        (["--every", "inf"], "--every must be"),
        (["--seconds", "0"], "--seconds must be a positive number of seconds, got 0.0"),
        (["--seconds", "-3"], "--seconds must be"),
        (["--seconds", "nan"], "--seconds must be"),
        (["--seconds", "inf"], "--seconds must be"),
        (["--detector", "yolo"], "Valid: blazeface"),
        (["--person-ids", "a"], "whole numbers such as 1,3"),
        (["--person-ids", "²"], "whole numbers such as 1,3"),
        (["--person-ids", "1"], "there is no person 1 among those found (nobody)"),
        (["--classroom", "--annotated-video"], "groups only"),
        (["--lesson", "gone.yaml"], "gone.yaml"),
        (["--model", "gone.onnx"], "gone.onnx"),
    ],
)
def test_bad_options(tmp_path: Path, arguments: list[str], words: str) -> None:
    video = make_video(tmp_path / "v.mp4", [0, 40, 80])
    done = run("analyze", video, "--out", tmp_path / "out", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out/report.html").exists()


def test_output_that_is_no_folder(tmp_path: Path) -> None:
    video = make_video(tmp_path / "v.mp4", [0, 40, 80])
    (tmp_path / "file").touch()
    done = run("analyze", video, "--out", tmp_path / "file", "--no-affect")
    assert done.returncode == 2
    assert "Choose another folder" in done.stderr


def test_a_full_disk(tmp_path: Path) -> None:
    """A limit on the size of files acts as a disk that takes 2,000 bytes."""
    video = make_video(tmp_path / "v.mp4", list(range(0, 4000, 40)))
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        "from mien.cli import main; sys.argv = ['mien', *sys.argv[1:]]; main()"
    )
    words = [sys.executable, "-c", script, "analyze", str(video), "--out", str(tmp_path / "o"),
             "--no-affect"]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2, done.stderr
    assert "Cannot write" in done.stderr
    assert "Traceback" not in done.stderr
    left = {p.name for p in (tmp_path / "o").iterdir() if p.name != ".partial"}
    assert not any(name.endswith(".part") for name in left)
    assert "report.html" not in left


def test_damaged_frames_are_counted_and_told(tmp_path: Path) -> None:
    data = bytearray(make_video(tmp_path / "v.mkv", list(range(0, 8000, 40))).read_bytes())
    data[len(data) // 3 : len(data) // 2] = os.urandom(len(data) // 2 - len(data) // 3)
    (tmp_path / "bad.mkv").write_bytes(data)
    done = run("analyze", tmp_path / "bad.mkv", "--out", tmp_path / "o", "--every", "0")
    assert done.returncode == 0, done.stderr
    found = re.search(r"(\d+) frames? could not be decoded", done.stdout)
    assert found, done.stdout
    told = int(found[1])
    assert told > 0
    summary = json.loads((tmp_path / "o/summary.json").read_text())
    assert summary["source"]["undecodable"] == told


def test_a_name_that_no_text_can_hold_is_told_everywhere(tmp_path: Path) -> None:
    make_video(tmp_path / "v.mp4", [0, 40, 80])
    video, out = tmp_path / os.fsdecode(b"le\xe7on.mp4"), tmp_path / os.fsdecode(b"r\xe9sum\xe9")
    (tmp_path / "v.mp4").rename(video)
    done = run("analyze", video, "--out", out, "--no-affect", "--annotated-video")
    assert done.returncode == 0, done.stderr
    assert r"r\udce9sum\udce9" in done.stdout
    assert json.loads((out / "summary.json").read_text())["source"]["name"] == r"le\udce7on.mp4"
    assert r"le\udce7on.mp4" in (out / "report.html").read_text()
    assert (out / "annotated.mp4").stat().st_size
