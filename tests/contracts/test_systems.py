"""What every published system keeps, whoever wrote it; runs over the whole table."""

import inspect
import re
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from mien.errors import ModelError  # noqa: E402
from mien.network_input import NetworkInput  # noqa: E402
from mien.networks.checkpoint import TrainedNetwork  # noqa: E402
from mien.networks.complexity import system_complexity  # noqa: E402
from mien.networks.output import NetworkOutput  # noqa: E402
from mien.networks.table import SYSTEMS, System, system_of  # noqa: E402

torch.set_num_threads(1)
CLASSES = 7


@dataclass
class Reduced:
    """A size that a test can afford."""

    side_px: int
    frames: int | None = None
    switches: dict[str, Any] = field(default_factory=dict)


REDUCED = {
    "hafnet": Reduced(32, switches={"stem": "small", "width": 16}),
    "cbam-resnet50": Reduced(32, switches={"stem": "small", "width": 16}),
    "sfer-mdfae": Reduced(48, switches={"width": 16, "side_px": 48, "heads": 4, "top_n": 4}),
    "landmark-cnn": Reduced(48, switches={"width": 16}),
    "r2plus1d-attention": Reduced(32, 8, {"backbone": "r2plus1d_10", "width": 16}),
}
#: Switches that give the printed size where the defaults do not, and its unit over 1e9.
PRINTED_WITH = {"r2plus1d-attention": ({"middle": "original"}, 1e9 / 2**30)}


def test_the_five_are_there_in_order() -> None:
    assert list(SYSTEMS) == list(REDUCED)


def built(name: str, classes: int = CLASSES) -> nn.Module:
    torch.manual_seed(0)
    return SYSTEMS[name].build(classes, **REDUCED[name].switches)


def stirred(network: nn.Module) -> nn.Module:
    """All parameters moved a little: gates and norms that start at zero let nothing pass."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += 0.05 * torch.randn_like(parameter)
    return network


def inputs(system: System, batch: int) -> tuple[Tensor, ...]:
    reduced = REDUCED[system.name]
    frames = (reduced.frames,) if reduced.frames else ()
    pictures = torch.rand(batch, system.input.channels, *frames, *(reduced.side_px,) * 2)
    if not system.input.landmarks:
        return (pictures,)
    return pictures, torch.rand(batch, system.input.landmarks, 2)


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> System:
    return SYSTEMS[request.param]


def test_shapes(system: System) -> None:
    network = built(system.name).eval()
    with torch.no_grad():
        out = network(*inputs(system, 2))
    assert isinstance(out, NetworkOutput)
    assert out.logits.shape == (2, CLASSES)
    assert out.features is not None
    assert out.features.ndim == 2
    assert len(out.features) == 2
    if out.heads is not None:
        assert out.heads.ndim == 3
        assert len(out.heads) == 2
    assert out.attention, "explanations need at least one map"
    for name, places in out.attention.items():
        assert len(places) == 2, name
        assert 2 <= places.ndim <= 4, name
    values = [out.logits, out.features, *out.attention.values()]
    assert all(bool(torch.isfinite(v).all()) for v in values)


def test_gradients_reach_every_parameter(system: System) -> None:
    network = stirred(built(system.name)).train()
    logits = network(*inputs(system, 3)).logits
    nn.functional.cross_entropy(logits, torch.tensor([0, 1, 2])).backward()
    silent = [
        name
        for name, parameter in network.named_parameters()
        if parameter.grad is None or not bool(parameter.grad.abs().sum() > 0)
    ]
    assert silent == []


def test_answers_do_not_depend_on_chance_or_neighbours(system: System) -> None:
    network = stirred(built(system.name)).eval()
    given = inputs(system, 3)
    with torch.no_grad():
        together = network(*given).logits
        assert torch.equal(together, network(*given).logits)
        alone = network(*(x[1:2] for x in given)).logits
    torch.testing.assert_close(alone, together[1:2], rtol=1e-3, atol=1e-4)
    assert float((together[0] - together[1]).abs().max()) > 0, "inputs change nothing"


def test_size_is_the_printed_one_within_two_percent(system: System) -> None:
    """The video network's printed figure is met by its authors' backbone, and in units of
    2^30; its page tells why the default is another."""
    switches, unit = PRINTED_WITH.get(system.name, ({}, 1.0))
    size = system_complexity(system, CLASSES, switches)
    assert size.parameters > 0
    assert size.multiply_adds > 0
    if system.printed_parameters:
        assert size.parameters == pytest.approx(system.printed_parameters, rel=0.02)
    if system.printed_macs:
        assert size.multiply_adds * unit == pytest.approx(system.printed_macs, rel=0.02)


def test_every_switch_of_the_table_is_one_of_the_network(system: System) -> None:
    module = import_module(f"mien.networks.{system.module}")
    parameters = list(inspect.signature(module.build).parameters.values())[1:]
    assert {p.name: p.default for p in parameters} == dict(system.switches)


def test_the_page_cites_the_paper_and_tells_shapes_and_departures(system: System) -> None:
    page = inspect.getdoc(import_module(f"mien.networks.{system.module}")) or ""
    assert "Shapes" in page
    assert re.search("Departures|Read into the paper", page)
    assert (Path(__file__).parents[2] / "docs" / "systems" / f"{system.name}.md").is_file()


def test_the_document_cites_the_paper_and_tells_size_and_departures(system: System) -> None:
    file = Path(__file__).parents[2] / "docs" / "systems" / f"{system.name}.md"
    page = " ".join(file.read_text("utf-8").split())
    *_, title = re.split(r": | \d{4}: ", system.paper, maxsplit=1)
    assert title in page
    for section in ("## Shapes", "## Size", "## Switches", "## Departures", "## Use"):
        assert section in page, section
    assert all(f"`{switch}`" in page for switch in system.switches)
    assert f"{system_complexity(system).parameters:,}" in page
    for accuracy in system.published.values():
        assert f"{accuracy:.2f}".removesuffix(".00") in page


def test_a_backbone_is_named(system: System) -> None:
    module = import_module(f"mien.networks.{system.module}")
    backbone = module.backbone_of(built(system.name))
    assert sum(p.numel() for p in backbone.parameters()) > 0


def test_a_checkpoint_gives_the_same_answers(system: System, tmp_path: Path) -> None:
    network = stirred(built(system.name)).eval()
    trained = TrainedNetwork(
        system.name,
        REDUCED[system.name].switches,
        tuple("abcdefg"),
        NetworkInput(REDUCED[system.name].side_px, frames=REDUCED[system.name].frames),
        network.state_dict(),
    )
    file = tmp_path / "best.ckpt"
    file.write_bytes(trained.to_bytes())
    given = inputs(system, 1)
    with torch.no_grad():
        again = TrainedNetwork.read(file).network()(*given).logits
        torch.testing.assert_close(again, network(*given).logits)


def test_unknown_switches_and_names_are_refused() -> None:
    with pytest.raises(ModelError, match=r"hafnet has no switch head\. Valid: combine, heads"):
        SYSTEMS["hafnet"].build(7, head=4)
    with pytest.raises(ModelError, match=r"'haf'.*hafnet, cbam-resnet50"):
        system_of("haf")
