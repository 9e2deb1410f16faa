"""Every shipped recipe is whole, valid, and builds its network; slips are told."""

from pathlib import Path

import pytest
import yaml

torch = pytest.importorskip("torch")

from mien.datasets.table import READERS  # noqa: E402
from mien.errors import ModelError, SettingsError  # noqa: E402
from mien.losses.table import loss_of  # noqa: E402
from mien.networks.complexity import complexity_of  # noqa: E402
from mien.networks.table import SYSTEMS, system_of  # noqa: E402
from mien.training import hardware  # noqa: E402
from mien.training.fold_trainings import fold_recipes  # noqa: E402
from mien.training.hardware import Hardware  # noqa: E402
from mien.training.prepared_data import input_of  # noqa: E402
from mien.training.recipe_file import (  # noqa: E402
    as_tree,
    find_recipe,
    read_recipe,
    recipes_directory,
    stages_of,
)
from mien.training.rehearsal import rehearse  # noqa: E402
from mien.training.sampling import Share  # noqa: E402

SHIPPED = sorted(
    path.stem for path in recipes_directory().glob("*.yaml") if not path.stem.startswith("bundled")
)


def test_there_is_one_for_each_published_result() -> None:
    """SCFED is read as a folder of classes; the two recipes of stages end with their target."""
    for system in SYSTEMS.values():
        for dataset in system.published:
            assert f"{system.name}-{dataset}" in SHIPPED
    for system in SYSTEMS:
        if system != "r2plus1d-attention":
            assert f"{system}-fer2013-cpu" in SHIPPED


#: Deeper than Python's own limit.
DEEP = 3000 * "[" + 3000 * "]"


@pytest.mark.parametrize("name", SHIPPED)
def test_it_is_whole_and_builds_its_network(name: str) -> None:
    file = find_recipe(name)
    recipe = read_recipe(file)
    assert file.read_text().startswith("# ")
    assert f"--recipe {name}" in file.read_text()
    written = yaml.safe_load(file.read_text())
    whole = as_tree(recipe)
    assert written.keys() == whole.keys()
    for section, keys in whole.items():
        if isinstance(keys, dict) and section != "loss":
            assert written[section].keys() == keys.keys(), section
    system = system_of(recipe.system)
    assert name.startswith(system.name)
    assert written["switches"].keys() == set(system.switches)
    with torch.device("meta"):
        network = system.build(7, **recipe.switches)
    assert complexity_of(network, input_of(recipe)).multiply_adds > 0
    for _, stage in stages_of(recipe):
        assert stage.data.dataset in READERS
        assert all(isinstance(loss_of(t, 7, 8), torch.nn.Module) for t in stage.loss.terms)
        Hardware("cpu").trainer_settings(stage)
        rehearse(stage, Share())


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("learning_rat=1", "Did you mean 'learning_rate'"),
        ("ema_decy=1", "Did you mean 'ema_decay'"),
        ("stem=small", "Valid: switches.stem"),
        ("name=adam", "Valid: optimizer.name, schedule.name"),
        ("epochs=many", "training.epochs must be a whole number"),
        ("epochs=0", "from 1 to 100000"),
        ("dataset", "--set takes key=value"),
        ("dataset=2001-13-45", "cannot be read as YAML"),  # a date that there is not
        pytest.param(f"dataset={DEEP}", "cannot be read as YAML", id="deep"),
        ("optimizer.rate=1", "optimizer.key 'rate' is unknown"),
    ],
)
def test_a_slip_is_told_with_the_nearest(setting: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        read_recipe(find_recipe("hafnet-fer2013-cpu"), [setting])
    assert "\n" not in str(caught.value)


def told_by_stages(name: str, settings: list[str], told: str) -> list[object]:
    """The value of a key in each stage of a recipe."""
    section, key = told.split(".")
    recipe = read_recipe(find_recipe(name), settings)
    return [getattr(getattr(stage, section), key) for _, stage in stages_of(recipe)]


@pytest.mark.parametrize(
    ("settings", "told", "expected"),
    [
        ([], "training.epochs", [24, 8]),
        (["epochs=1"], "training.epochs", [1, 1]),
        (["training.epochs=1"], "training.epochs", [1, 1]),
        (["stages.0.training.epochs=2"], "training.epochs", [2, 8]),
        (["epochs=1", "stages.0.training.epochs=2"], "training.epochs", [2, 1]),
        (["stages.0.training.epochs=2", "epochs=1"], "training.epochs", [1, 1]),
        (["learning_rate=0.01"], "optimizer.learning_rate", [0.01, 0.01]),
        (["data.votes=false"], "data.votes", [False, False]),
        (["epochs=1"], "data.votes", [True, False]),  # what else a stage tells stays
    ],
)
def test_a_setting_holds_in_every_stage(
    settings: list[str], told: str, expected: list[object]
) -> None:
    assert told_by_stages("hafnet-fer2013-cpu", settings, told) == expected


def test_a_term_of_the_loss_holds_in_every_stage(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("""
system: hafnet
loss: &same {terms: {center: 1, affinity: 2}}
stages: [{name: a, loss: *same}, {name: b}]
""")
    stages = stages_of(read_recipe(file, ["loss.terms.center=3"]))
    assert [s.loss.terms for _, s in stages] == [{"center": 3.0, "affinity": 2.0}] * 2


def test_the_number_of_folds_can_be_set() -> None:
    file = find_recipe("cbam-resnet50-ckplus")  # its stages tell 0 and 10 folds
    assert len(fold_recipes(read_recipe(file))) == 10
    assert len(fold_recipes(read_recipe(file, ["data.folds=2"]))) == 2
    folds = fold_recipes(read_recipe(file, ["stages.1.data.folds=3"]))
    told = [[s.data.folds for _, s in stages_of(recipe)] for recipe in folds]
    assert told == [[0, 3]] * 3


def test_a_recipe_that_there_is_not() -> None:
    with pytest.raises(SettingsError, match="Did you mean 'hafnet-rafdb'"):
        find_recipe("hafnet-rafbd")


def test_a_switch_that_the_network_does_not_have() -> None:
    recipe = read_recipe(find_recipe("hafnet-fer2013-cpu"), ["switches.head=2"])
    with pytest.raises(ModelError, match="no switch head"):
        system_of("hafnet").build(7, **recipe.switches)


@pytest.mark.parametrize(
    ("has_it", "bf16_s", "fp32_s", "expected"),
    [
        (True, 0.55, 1.0, "bf16-mixed"),
        (True, 0.85, 1.0, "32-true"),  # hardly less: not worth the precision
        (True, 1.5, 1.0, "32-true"),  # a processor that has the instructions, but slow ones
        (False, 0.5, 1.0, "32-true"),
    ],
)
def test_auto_is_what_is_quicker_here(
    monkeypatch: pytest.MonkeyPatch, has_it: bool, bf16_s: float, fp32_s: float, expected: str
) -> None:
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: has_it, raising=False)
    spent = {torch.bfloat16: bf16_s, torch.float32: fp32_s}
    monkeypatch.setattr(hardware, "_step_s", spent.__getitem__)
    hardware.gains_by_bf16.cache_clear()
    recipe = read_recipe(find_recipe("hafnet-fer2013-cpu"))
    assert Hardware("cpu").trainer_settings(recipe)["precision"] == expected
    hardware.gains_by_bf16.cache_clear()


def test_the_trial_that_auto_rests_on_takes_time() -> None:
    assert hardware._step_s(torch.float32) > 0
    with torch.no_grad():  # a teacher asks first
        assert hardware._step_s(torch.float32) > 0


def test_a_file_that_is_no_recipe(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    for content in ("- 1", "system: [", "\x00", f"system: {DEEP}", "system: 2001-13-45"):
        file.write_text(content)
        with pytest.raises(SettingsError, match=r"mine\.yaml"):
            read_recipe(file)
