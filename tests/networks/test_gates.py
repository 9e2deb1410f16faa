"""Gates taken out: the same answers where they say the same to every face, near ones else."""

import pytest

torch = pytest.importorskip("torch")

from mien.networks.compact import CompactNet, SqueezeExcitation  # noqa: E402
from mien.networks.gates import without_gates  # noqa: E402

torch.set_num_threads(1)


def _lived_in() -> CompactNet:
    torch.manual_seed(3)
    network = CompactNet(8, 0.0, blocks=(2, 3, 3), side_px=56).train()
    with torch.no_grad():
        for _ in range(5):
            network(torch.rand(16, 1, 48, 48))
    return network.eval()


def _gates(network: CompactNet) -> list[SqueezeExcitation]:
    return [part for part in network.modules() if isinstance(part, SqueezeExcitation)]


def _steady(network: CompactNet) -> None:
    """Every gate says the same to every face, something else to every channel."""
    with torch.no_grad():
        for gate in _gates(network):
            gate.up.weight.zero_()
            gate.up.bias.copy_(torch.linspace(-2, 2, len(gate.up.bias)))


def test_gates_that_never_change_leave_nothing_behind() -> None:
    network = _lived_in()
    assert len(_gates(network)) == 6
    _steady(network)
    plain = without_gates(network, torch.rand(4, 1, 48, 48))
    assert not _gates(plain)
    assert not plain.gated
    faces = torch.rand(8, 1, 48, 48)
    with torch.no_grad():
        for mine, theirs in zip(plain.eval()(faces), network(faces), strict=True):
            torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-4)


def test_a_gate_is_taken_as_its_mean_over_the_faces() -> None:
    network = _lived_in()
    first = _gates(network)[0]
    with torch.no_grad():
        # One unit sees the mean of channel 0; it opens channel 3 alone.
        for part in (first.down, first.up):
            part.weight.zero_()
            part.bias.zero_()
        first.down.weight[0, 0] = first.down.bias[0] = 1.0
        first.up.weight[3, 0] = 5.0
    faces = torch.rand(6, 1, 48, 48)
    seen: list[torch.Tensor] = []
    handle = first.register_forward_hook(lambda _m, given, _o: seen.append(given[0]))
    with torch.no_grad():
        network(faces)
    handle.remove()
    opened = torch.sigmoid(5 * torch.relu(1 + seen[0].mean((2, 3))[:, 0])).mean()
    plain = without_gates(network, faces)
    place = next(n for n, m in network.named_modules() if m is first).removesuffix(".excite")
    before = network.get_submodule(f"{place}.second.1").weight
    after = plain.get_submodule(f"{place}.second.1").weight
    expected = torch.full((8,), 0.5)
    expected[3] = opened
    assert float(opened) > 0.5
    torch.testing.assert_close(after / before, expected)


def test_the_network_with_gates_stays_as_it_was() -> None:
    network = _lived_in().train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    without_gates(network, torch.rand(4, 1, 48, 48))
    assert network.training
    assert all(torch.equal(v, before[k]) for k, v in network.state_dict().items())
    assert not any(gate._forward_hooks for gate in _gates(network))
