"""The page: complete, closed, escaped, and never quiet about what was missed."""

import re
from dataclasses import replace

import pytest

from mien.evaluation.charts.whiskers import Row, whiskers
from mien.evaluation.ensembles import together
from mien.evaluation.evaluate import Evaluation, against_first
from mien.evaluation.fairness import judge_groups
from mien.evaluation.judgement import Estimate, judge
from mien.evaluation.report_page import render_page
from mien.evaluation.report_table import p_value, percent, with_interval
from mien.metrics.comparison import holm
from simulated import answers


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    one = replace(answers(2.0, seed=1, missed=12), left_out={"contempt: <b>": 24})
    other = answers(2.4, seed=2, missed=12)
    found = [
        ("one", one, 1.2),
        ("other", other, 1.0),
        ("both", together([one, other], "average"), 1.0),
    ]
    comparisons = against_first(found)
    light = {name: "bright" if i % 3 else "dark" for i, name in enumerate(one.names)}
    facts = {
        "data": "fer2013.zip",
        "label_set": "fer2013",
        "split": "test",
        "samples": {"test": 600},
        "checkpoints": [{"file": "<script>", "system": "one", "facts": {}}],
        "date": "2026-01-01",
    }
    return Evaluation(
        tuple(judge(*f) for f in ((a, t, k) for t, a, k in found)),
        comparisons,
        tuple(holm([c.mcnemar.exact_p for c in comparisons])),
        judge_groups(found[-1][1], {"light": light}),
        facts,
    )


def test_every_chart_has_its_table(evaluation) -> None:
    page = render_page(evaluation)
    assert page.count('class="chart"') == 7
    assert page.count("<table>") == 8  # and the facts
    assert "<script>;" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in re.sub(r"http-equiv", "", page)
    assert "12 pictures (2.0 %) could not be read" in page


def test_what_was_left_out_is_told(evaluation) -> None:
    first = replace(evaluation, judgements=evaluation.judgements[:1], comparisons=())
    assert "24 samples were left out: contempt: &lt;b&gt;." in render_page(first)


def test_numbers_in_words() -> None:
    assert percent(0.7316) == "73.2"
    assert percent(float("nan")) == "–"
    assert with_interval(Estimate(0.5, 0.4, 0.6, 9)) == "50.0 (40.0–60.0)"
    assert (p_value(0.0005), p_value(0.0314)) == ("p < 0.001", "p = 0.031")


def test_whiskers_lie_on_their_scale() -> None:
    """50 % lies midway between ticks at 40 % and 60 %."""
    drawn = whiskers([Row("a", Estimate(0.5, 0.4, 0.6, 9), "50")], "t")
    (dot,) = re.findall(r'<circle cx="([\d.]+)"', drawn)
    left, right = re.findall(r'<path d="M([\d.]+) .*?H([\d.]+)', drawn)[0]
    assert float(dot) == pytest.approx((float(left) + float(right)) / 2, abs=0.1)
    assert whiskers([Row("a", Estimate(float("nan"), 0, 1, 0), "–")], "t") == ""


def test_whiskers_of_no_difference_at_all_are_drawn() -> None:
    drawn = whiskers([Row("same", Estimate(0.0, 0.0, 0.0, 9), "0")], "t", mark=(0.0, "none"))
    assert drawn.count("<circle") == 1
