"""What `mien systems` prints, and what it says where it cannot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mien.cli import app
from mien.cli.systems import our_best, read_results
from mien.errors import SettingsError
from mien.networks.table import SYSTEMS

pytest.importorskip("torch")


def rows() -> list[dict[str, object]]:
    return [
        {"system": "hafnet", "dataset": "fer2013", "accuracy_percent": 70.0},
        {
            "system": "hafnet",
            "dataset": "fer2013",
            "accuracy_percent": 71.25,
            "recipe": "hafnet-small",
            "parameters": 4_949_845,
            "start": "bundled",
        },
        {"system": "hafnet", "dataset": "fer2013", "accuracy_percent": 71.0},
        {
            "system": "hafnet",
            "dataset": "ferplus",
            "accuracy_percent": 88.0,
            "parameters": 19_724_246,
        },
        {
            "system": "sfer-mdfae",
            "dataset": "fer2013",
            "accuracy_percent": 72.0,
            "parameters": 2_594_363,
            "start": "bundled",
        },
    ]


def test_our_best_figure_of_each_data_set() -> None:
    best = our_best(rows(), "hafnet")
    assert {name: row["accuracy_percent"] for name, row in best.items()} == {
        "fer2013": 71.25,
        "ferplus": 88.0,
    }
    assert our_best(rows(), "landmark-cnn") == {}


def test_json_names_every_system_with_its_size(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps(rows()))
    result = CliRunner().invoke(app, ["systems", "--json", "--results", str(file)])
    assert result.exit_code == 0, result.output
    told = {row["name"]: row for row in json.loads(result.stdout)}
    assert list(told) == list(SYSTEMS)
    hafnet = told["hafnet"]
    assert hafnet["parameters"] == 19_723_733  # see tests/networks/test_hafnet.py
    assert hafnet["published_percent"]["rafdb"] == 89.70
    assert hafnet["our_percent"]["fer2013"] == 71.25
    assert hafnet["our_networks"]["fer2013"] == {
        "recipe": "hafnet-small",
        "parameters": 4_949_845,
        "start": "bundled",
    }
    assert hafnet["input"]["side_px"] == 224


def test_the_table_fits_a_terminal_of_80_columns(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps(rows()))
    result = CliRunner().invoke(app, ["systems", "--results", str(file)])
    assert result.exit_code == 0, result.output
    for text in (*SYSTEMS, "19.724 M", "(19.72 M)", "fer2013 – / 71.25*†", "Vayadande"):
        assert text in result.stdout
    # Of the told size but for its eight classes, and from scratch: no mark.
    assert any(line.rstrip().endswith("ferplus – / 88.00") for line in result.stdout.splitlines())
    assert "* of another size" in result.stdout
    assert "…" not in result.stdout  # nothing cut
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("content", ["{}", "[1]", '[{"system": "hafnet"}]', "no json"])
def test_a_file_without_results_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "results.json"
    file.write_text(content)
    with pytest.raises(SettingsError, match=r"accuracy_percent.*another file"):
        read_results(file)


def test_a_missing_file_is_refused_where_it_was_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is no list of results"):
        read_results(tmp_path / "none.json")


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_the_command_line_is_there_without_torch() -> None:
    """Importing the commands loads neither torch nor what stands on it."""
    heavy = ("torch", "torchvision", "timm", "lightning", "sklearn", "matplotlib", "fastapi")
    code = f"import sys, mien.cli; print([m for m in {heavy} if m in sys.modules])"
    result = python(code)
    assert result.stdout.strip() == "[]", result.stderr


def test_without_torch_one_line_says_what_to_install() -> None:
    result = python(
        "import sys; sys.modules['torch'] = None; sys.argv = ['mien', 'systems']\n"
        "import mien.cli; mien.cli.main()"
    )
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "pip install 'mien[train]'" in result.stderr
