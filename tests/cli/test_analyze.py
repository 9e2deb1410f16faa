"""What the command says when it is done."""

from importlib import import_module

import pytest
from typer.testing import CliRunner

from mien.assessment.assess import assess
from mien.cli import app
from mien.result import Result, SourceNotes
from readings import reading


@pytest.mark.parametrize(
    ("people", "options", "told"),
    [
        (5, ["--classroom"], "20 instants read, too few people to show as a class, 0 frames"),
        (12, ["--classroom"], "20 instants read, 12 persons followed, 0 frames"),
        (5, [], "20 instants read, 5 persons followed, 0 frames"),
        (1, [], "20 instants read, 1 person followed, 0 frames"),
    ],
)
def test_a_class_of_too_few_is_not_counted(
    monkeypatch: pytest.MonkeyPatch, people: int, options: list[str], told: str
) -> None:
    rows = [reading(t / 2, person=p) for t in range(20) for p in range(1, people + 1)]
    notes = SourceNotes("class.mp4", 10.0, 20, 0, 0.5)
    result = Result(rows, assess(rows), notes, affect=True, classroom=bool(options))
    command = import_module("mien.cli.analyze")  # the package holds the function of that name
    monkeypatch.setattr(command, "analyze_recording", lambda *_: result)
    done = CliRunner().invoke(app, ["analyze", "class.mp4", "--out", "out", *options])
    assert done.exit_code == 0, done.output
    assert told in done.output
