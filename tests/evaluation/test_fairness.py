"""Groups of people."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from mien.errors import DataError
from mien.evaluation.fairness import LEAST, judge_groups, read_groups
from simulated import answers


def test_figures_of_each_group_and_the_test_between_them() -> None:
    said = answers(1.5)
    light = {name: "dark" if i < 200 else "bright" for i, name in enumerate(said.names)}
    del light[said.names[0]]
    (found,) = judge_groups(said, {"light": light})
    assert [g.value for g in found.groups] == ["bright", "dark", "unknown"]
    assert [g.accuracy.count for g in found.groups] == [400, 199, 1]
    right = said.right
    assert found.groups[0].accuracy.value == pytest.approx(right[200:].mean())
    assert found.gap == pytest.approx(abs(right[200:].mean() - right[1:200].mean()))
    counts = [[part.sum(), (~part).sum()] for part in (right[200:], right[1:200])]
    assert found.p == pytest.approx(chi2_contingency(counts).pvalue)


def test_small_groups_are_shown_but_not_compared() -> None:
    said = answers(1.5)
    few = {name: "few" if i < LEAST - 1 else "many" for i, name in enumerate(said.names)}
    (found,) = judge_groups(said, {"size": few})
    assert len(found.groups) == 2
    assert (found.gap, found.p) == (None, None)


def test_all_right_is_no_difference() -> None:
    said = answers(30.0)
    assert np.all(said.right)
    (found,) = judge_groups(said, {"x": {n: str(i % 2) for i, n in enumerate(said.names)}})
    assert (found.gap, found.p) == (0, 1)


def test_reading_a_table(tmp_path) -> None:
    table = tmp_path / "groups.csv"
    table.write_text("name,age,light\na.png,young,dark\nb.png,,bright\n")
    assert read_groups(table) == {
        "age": {"a.png": "young"},
        "light": {"a.png": "dark", "b.png": "bright"},
    }


@pytest.mark.parametrize("content", ["face,age\na,b\n", "name\na\n", ""])
def test_tables_that_are_none(content, tmp_path) -> None:
    table = tmp_path / "groups.csv"
    table.write_text(content)
    with pytest.raises(DataError, match="expected 'name'"):
        read_groups(table)
    with pytest.raises(DataError, match="can be read"):
        read_groups(tmp_path / "gone.csv")
