"""The page of the ablations says what the rows say."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from benchmarks.ablation_gain import CLAIMS, Gain, gain_of, right_of, verdict_of
from benchmarks.ablations_page import claims_of, compared, gains_of, page_of
from benchmarks.right_answers import packed, unpacked

pytest.importorskip("torch")

import torch
from benchmarks.ablations import SMALLER, VARIANTS, print_of, still_true

from benchmarks import ablations
from mien.networks.table import system_of
from mien.training.recipe_file import find_recipe, read_recipe


def row(variant: str, seed: int, right: list[bool]) -> dict[str, Any]:
    packed = base64.b64encode(np.packbits(np.array(right)).tobytes()).decode()
    return {
        "system": "hafnet",
        "variant": variant,
        "seed": seed,
        "accuracy_percent": round(100 * sum(right) / len(right), 2),
        "parameters": 2_500_000,
        "pictures": len(right),
        "right": packed,
        "processor": "one",
    }


#: Of ten pictures the whole has nine right, the other four: six that only the whole has (the
#: first six), one that only the other has (the last).
WHOLE = row("whole", 1, [True] * 9 + [False])
OTHER = row("other", 1, [False] * 6 + [True] * 3 + [True])


def test_what_was_right_is_kept_whole() -> None:
    assert right_of(OTHER).tolist() == [False] * 6 + [True] * 4
    assert len(right_of(WHOLE)) == 10  # not the sixteen bits of two bytes


def test_variants_are_compared_on_the_same_pictures() -> None:
    difference, over_trainings, p = compared(gain_of([OTHER], [WHOLE]))
    assert difference.startswith("-50.0 (-90.0 to ")  # resampled tens of -1 (six), 0, and 1 (one)
    assert over_trainings == "–"
    # exact McNemar of 6 against 1: 2 * (1 + 7) / 2**7 = 0.125
    assert p == "0.125"
    assert compared(gain_of([row("other", 2, [True] * 10)], [WHOLE])) == ["–"] * 3


def test_seeds_that_both_have_are_averaged() -> None:
    wholes = [row("whole", seed, [True] * 5 + [False] * 5) for seed in (1, 2, 3)]
    others = [row("other", seed, [True] * (5 + seed) + [False] * (5 - seed)) for seed in (1, 2, 3)]
    difference, over_trainings, p = compared(gain_of(others, wholes))
    # gains of 10, 20 and 30 points: mean 20, Student's half width 4.303 * 10 / sqrt(3) = 24.8
    assert difference.startswith("+20.0 (")
    assert over_trainings == "-4.8 to +44.8"
    # one, two, three changes for the better: 2 / 2, 2 / 4, 2 / 8
    assert p == "1.000, 0.500, 0.250"


def test_no_p_is_nought() -> None:
    # exact McNemar of 12 against 0: 2 / 2**12 = 0.0005
    worse = row("other", 1, [False] * 12)
    assert compared(gain_of([worse], [row("whole", 1, [True] * 12)]))[2] == "<0.001"


def test_the_page_has_a_line_for_what_was_run() -> None:
    page = page_of([WHOLE, OTHER], [("hafnet", "whole"), ("hafnet", "other"), ("hafnet", "none")])
    # Wilson's interval of 9 of 10, 95 %: 0.596 to 0.982
    assert "| `hafnet` | whole | 2.50 M | 90.0 (59.6–98.2) |  |  |  |" in page
    assert "| `hafnet` | other | 2.50 M | 40.0 (16.8–68.7) | -50.0 (" in page
    assert "none" not in page


@pytest.mark.parametrize(
    ("pictures", "trainings", "verdict"),
    [
        ((-2.0, -0.1), None, "as claimed, in one training"),
        ((0.1, 2.0), None, "the other way round, in one training"),
        ((-2.0, 0.1), None, "not told apart"),
        ((-2.0, -0.1), (-1.5, -0.5), "as claimed"),
        ((-2.0, -0.1), (-3.0, 1.0), "not told apart"),
        ((0.1, 2.0), (0.5, 1.5), "the other way round"),
    ],
)
def test_a_claim_holds_where_both_intervals_lie_on_its_side(
    pictures: tuple[float, float], trainings: tuple[float, float] | None, verdict: str
) -> None:
    assert verdict_of(Gain(0.0, pictures, trainings, (0.5,))) == verdict


def test_claims_are_told_of_what_was_run_beside_the_whole() -> None:
    whole, one = row("whole", 1, [True] * 10), row("1 head", 1, [False] * 10)
    order = [("hafnet", "whole"), ("hafnet", "1 head"), ("sfer-mdfae", "whole")]
    lines = claims_of(gains_of([whole, one, row("2 heads", 2, [True] * 10)], order))
    assert [line[2:] for line in lines] == [
        ["1 head", "-100.0 (-100.0 to -100.0)", "as claimed, in one training"]
    ]
    assert "four heads are best" in lines[0][1]


def test_every_variant_stands_for_a_claim() -> None:
    wholes = {next(v.name for v in VARIANTS if v.system == s) for s in ("hafnet", "sfer-mdfae")}
    claimed = {(claim.system, name) for claim in CLAIMS for name in claim.variants}
    assert claimed == {(v.system, v.name) for v in VARIANTS if v.name not in wholes}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: f"{v.system}, {v.name}")
def test_every_variant_is_a_recipe_and_a_network(variant: Any) -> None:
    settings = (*SMALLER, *variant.settings)
    recipe = read_recipe(find_recipe(f"{variant.system}-fer2013-cpu"), settings)
    network = system_of(recipe.system).build(7, **recipe.switches)
    assert sum(p.numel() for p in network.parameters()) < 5e6
    assert recipe.stages == ()
    whole = next(v for v in VARIANTS if v.system == variant.system)
    assert variant == whole or set(variant.settings) > set(whole.settings)


def test_no_two_variants_are_the_same_network() -> None:
    """From the same weights they answer otherwise, or learn by other losses. The windowed
    attention was the dense one on a map as small as this."""
    seen: list[tuple[str, str, torch.Tensor]] = []
    picture = torch.rand(2, 1, 48, 48, generator=torch.Generator().manual_seed(1))
    for variant in VARIANTS:
        recipe = ablations.recipe_of(variant, 1)
        torch.manual_seed(1)
        network = system_of(recipe.system).build(7, **recipe.switches).eval()
        with torch.no_grad():
            logits = network(picture).logits
        told = f"{recipe.system}, {recipe.loss.terms}"
        for name, other, answers in seen:
            same = torch.allclose(logits, answers, atol=1e-6)
            assert told != other or not same, (variant.name, name)
        seen.append((variant.name, told, logits))


def test_one_head_has_no_other_to_part_from() -> None:
    (one,) = (v for v in VARIANTS if v.name == "1 head")
    assert "partition" not in " ".join(one.settings)


def test_right_answers_as_text_and_back() -> None:
    right = np.arange(37) % 3 == 0
    np.testing.assert_array_equal(unpacked(packed(right), 37), right)
    assert packed(np.array([True] + [False] * 7)) == "gA=="  # 0b10000000


def test_a_row_of_another_recipe_is_run_again() -> None:
    first, second = VARIANTS[:2]
    here = {"system": first.system, "variant": first.name, "seed": 1, "recipe": print_of(first, 1)}
    assert print_of(first, 1) != print_of(first, 2) != print_of(second, 2)
    changed = here | {"recipe": "0" * 16}
    without = {key: here[key] for key in ("system", "variant", "seed")}
    gone = here | {"variant": "no variant any more"}
    assert still_true([here, changed, without, gone]) == [here]


def test_settings_left_at_their_default_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    before, recipe = print_of(VARIANTS[0], 1), ablations.recipe_of(VARIANTS[0], 1)
    for teacher, same in (("", True), ("best.onnx", False)):
        told = replace(recipe, loss=replace(recipe.loss, teacher=teacher))
        monkeypatch.setattr(ablations, "recipe_of", lambda *_, told=told: told)
        assert (print_of(VARIANTS[0], 1) == before) is same
