"""``mien export``: what cannot be used is told in one line, and nothing is written."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("torch")

from mien.cli import app
from mien.errors import MienError, ModelError, SettingsError
from mien.export.options import mapping_of


@pytest.mark.parametrize(
    ("words", "kind", "message"),
    [
        (["--out", "model.pt"], SettingsError, "must name an .onnx file"),
        (["--int8"], SettingsError, "Add --data"),
        (["--split", "tset"], SettingsError, "Did you mean 'test'"),
        (["--limit", "-1"], SettingsError, "0 or more"),
        (["--map", "calm"], SettingsError, "LABEL=NAME"),
        (["--map", "calm=nuetral"], SettingsError, "Did you mean 'neutral'"),
        (["--map", "=anger"], SettingsError, "LABEL=NAME"),
        (["--map", "calm="], SettingsError, "LABEL=NAME"),
        (
            ["--map", "calm=neutral", "--map", "calm=happy"],
            SettingsError,
            "'calm' two names: 'neutral' and 'happy'",
        ),
        ([], ModelError, "There is no checkpoint"),
    ],
)
def test_one_line(tmp_path: Path, words: list[str], kind: type[MienError], message: str) -> None:
    out = [] if "--out" in words else ["--out", str(tmp_path / "model.onnx")]
    command = ["export", str(tmp_path / "none.ckpt"), *out, *words]
    with pytest.raises(kind, match=message) as caught:
        CliRunner().invoke(app, command, catch_exceptions=False)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_label_may_hold_spaces_and_equal_signs() -> None:
    told = ["very low = low", "a=b=anger", "calm=neutral", "calm=neutral"]
    assert mapping_of(told) == {"very low": "low", "a=b": "anger", "calm": "neutral"}
