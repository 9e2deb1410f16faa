"""lesson.yaml: what is read, and what a bad file is told."""

from __future__ import annotations

import pytest

from mien.assessment.lesson import KnowledgePoint, Lesson, load_lesson, parse_time
from mien.errors import SettingsError


def test_times_in_seconds_and_by_the_clock(tmp_path):
    path = tmp_path / "lesson.yaml"
    path.write_text(
        "title: Signals\n"
        "points:\n"
        "  - {title: Convolution, start: 1:30, end: '0:05:00'}\n"
        "  - {title: Sampling, start: 0, end: 90}\n"
        "  - title: Noïse\n    start: 1:00:00\n    end: 3700.5\n",
        encoding="utf-8",
    )
    assert load_lesson(path) == Lesson(
        "Signals",
        (
            KnowledgePoint("Sampling", 0, 90),
            KnowledgePoint("Convolution", 90, 300),
            KnowledgePoint("Noïse", 3600, 3700.5),
        ),
    )


def test_title_at():
    lesson = Lesson("", (KnowledgePoint("A", 0, 10), KnowledgePoint("B", 20, 30)))
    assert [lesson.title_at(t) for t in (0, 9.99, 10, 20, 30)] == ["A", "A", "", "B", ""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("points: [{title: A, start: 0, end: 9}, {title: B, start: 8, end: 20}]", "overlap"),
        ("points: [{title: A, start: 9, end: 3}]", "not after its start"),
        ("points: [{title: A, start: 3, end: 3}]", "not after its start"),
        ("points: [{title: A, start: -3, end: 3}]", "before 0"),
        ("points: [{title: A, strat: 0, end: 9}]", "Did you mean 'start'"),
        ("pionts: []", "Did you mean 'points'"),
        ("points: []", "at least one"),
        ("title: x", "at least one"),
        ("points: [{title: A, start: 0}]", "Point 1 needs 'end'"),
        ("points: [{title: A, start: soon, end: 9}]", "mm:ss"),
        ("points: [{title: A, start: '1:75', end: 900}]", "mm:ss"),
        ("points: [{title: A, start: 0, end: .inf}]", "mm:ss"),
        ("points: [{title: A, start: 0, end: 1}, {title: A, start: 1, end: 2}]", "called 'A'"),
        ("points: 3", "list"),
        ("- 1", "mapping"),
        ("", "mapping"),
        ("points: [", "not YAML"),
        ("title: x\npoints: [{title: A, start: 0, end: 9}]\npoints: []", "Line 3: .*'points'"),
        ("points:\n- title: A\n  start: 0\n  end: 9\n  start: 3", "Line 5: .*'start'"),
        pytest.param("points: " + 3000 * "[" + 3000 * "]", "nested too deep", id="deep"),
        ("title: [a]\npoints: [{title: A, start: 0, end: 9}]", "must be a text"),
    ],
)
def test_a_bad_file_is_told_what_and_where(tmp_path, text, message):
    path = tmp_path / "lesson.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=message) as error:
        load_lesson(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_folder_and_bytes(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        load_lesson(tmp_path / "none.yaml")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_lesson(tmp_path)
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_lesson(tmp_path / "x.yaml")


def test_a_file_cannot_make_objects(tmp_path):
    path = tmp_path / "lesson.yaml"
    path.write_text("title: !!python/object/apply:os.getcwd []\npoints: []")
    with pytest.raises(SettingsError):
        load_lesson(path)


@pytest.mark.parametrize(
    ("text", "time_s"), [("90", 90), ("01:30", 90), ("90:00", 5400), ("1:00:01.5", 3601.5)]
)
def test_parse_time(text, time_s):
    assert parse_time(text) == time_s
