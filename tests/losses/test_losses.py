"""Each loss against arithmetic by hand, finite differences and its own aim."""

from collections.abc import Callable

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402

from mien.errors import ModelError  # noqa: E402
from mien.losses.affinity import Affinity  # noqa: E402
from mien.losses.affinity_printed import AffinityPrinted  # noqa: E402
from mien.losses.center import Center  # noqa: E402
from mien.losses.partition import EPSILON, Partition  # noqa: E402
from mien.losses.partition_printed import PartitionPrinted  # noqa: E402
from mien.losses.sparse_center import SparseCenter  # noqa: E402
from mien.losses.table import LOSSES, loss_of  # noqa: E402
from mien.networks.output import NetworkOutput  # noqa: E402

torch.set_num_threads(1)


def answer(features: Tensor | None = None, heads: Tensor | None = None) -> NetworkOutput:
    return NetworkOutput(torch.zeros(1, 2), features, heads)


def column(*values: float) -> Tensor:
    return torch.tensor(values)[:, None]


def with_centres(loss: torch.nn.Module, *values: float) -> torch.nn.Module:
    with torch.no_grad():
        loss.centres.copy_(column(*values))
    return loss


TWO = torch.tensor([0, 1])


def test_affinity_by_hand() -> None:
    loss = with_centres(Affinity(2, 1), 0.0, 2.0)
    assert float(loss(answer(column(1.0, 5.0)), TWO).detach()) == pytest.approx(2.5)


def test_affinity_over_two_features_by_hand() -> None:
    loss = Affinity(2, 2)
    with torch.no_grad():
        loss.centres.copy_(torch.tensor([[0.0, 0.0], [2.0, 4.0]]))
    # ||(1, 2)||^2 = 5 for one sample; Var = 2 + 8.
    assert float(loss(answer(torch.tensor([[1.0, 2.0]])), TWO[:1]).detach()) == pytest.approx(0.5)


def test_affinity_printed_by_hand() -> None:
    value = AffinityPrinted(2)(answer(column(0.0, 2.0, 5.0)), torch.tensor([0, 0, 1]))
    assert float(value) == pytest.approx(-74 / 3)


def test_affinity_printed_against_its_double_sum() -> None:
    f, y = torch.randn(7, 3), torch.tensor([0, 1, 2, 0, 1, 2, 2])
    near = sum(((f[i] - f[y == y[i]].mean(0)) ** 2).sum() for i in range(7))
    far = sum(((f[i] - f[j]) ** 2).sum() for i in range(7) for j in range(7) if i != j)
    torch.testing.assert_close(AffinityPrinted(4)(answer(f), y), (near - far) / 7)


def test_partition_by_hand() -> None:
    heads = torch.tensor([[[1.0], [3.0]]])
    expected = torch.tensor(1 + 2 / (2 + EPSILON)).log()
    torch.testing.assert_close(Partition()(answer(heads=heads), TWO[:1]), expected)


def test_partition_of_one_head_is_zero() -> None:
    assert float(Partition()(answer(heads=torch.randn(2, 1, 3)), TWO)) == 0.0


def test_partition_of_equal_heads_is_finite() -> None:
    heads = torch.ones(2, 4, 3, requires_grad=True)
    value = Partition()(answer(heads=heads), TWO)
    value.backward()
    assert bool(torch.isfinite(value))
    assert bool(torch.isfinite(heads.grad).all())


def test_partition_printed_by_hand() -> None:
    heads = torch.tensor([[[0.0], [0.5], [3.0]]])
    assert float(PartitionPrinted()(answer(heads=heads), TWO[:1])) == pytest.approx(1.5)


def test_partition_printed_is_a_mean_over_the_batch() -> None:
    heads = torch.tensor([[[0.0], [0.5]], [[0.0], [9.0]]])
    assert float(PartitionPrinted()(answer(heads=heads), TWO)) == pytest.approx(0.75)


def test_center_by_hand() -> None:
    loss = with_centres(Center(2, 1), 0.0, 2.0)
    assert float(loss(answer(column(1.0, 5.0)), TWO).detach()) == pytest.approx(2.5)


def test_sparse_center_by_hand() -> None:
    loss = SparseCenter(2, 2)
    with torch.no_grad():
        for parameter in loss.parameters():
            parameter.zero_()
        # Logits (first of the two): w = sigmoid(40) = 1 and sigmoid(0) = 1/2.
        loss.layers[-1].bias.copy_(torch.tensor([40.0, 0.0, 0.0, 0.0]))
    value = loss(answer(torch.tensor([[1.0, 2.0]])), TWO[:1])
    assert float(value.detach()) == pytest.approx(1.5)


def test_sparse_center_with_all_weights_one_is_the_center_loss() -> None:
    sparse, plain = SparseCenter(2, 3), Center(2, 3)
    with torch.no_grad():
        sparse.layers[-1].weight.zero_()
        sparse.layers[-1].bias.copy_(torch.tensor([40.0] * 3 + [0.0] * 3))
        sparse.centres.normal_()
        plain.centres.copy_(sparse.centres)
    x = answer(torch.randn(4, 3))
    labels = torch.tensor([0, 1, 1, 0])
    torch.testing.assert_close(sparse(x, labels), plain(x, labels))


def test_weights_of_sparse_center_lie_in_the_printed_range() -> None:
    weights = SparseCenter(2, 5).weights(torch.randn(8, 5) * 10)
    assert weights.shape == (8, 5)
    assert bool(((weights > 0) & (weights <= 1)).all())


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_agree_with_finite_differences(name: str) -> None:
    torch.manual_seed(0)
    loss = loss_of(name, 3, 4).double()
    labels = torch.tensor([0, 1, 2, 1, 0])
    features = torch.randn(5, 4, dtype=torch.double, requires_grad=True)
    heads = (0.3 * torch.randn(5, 3, 4, dtype=torch.double)).requires_grad_()
    centres = [p for key, p in loss.named_parameters() if key == "centres"]

    def call(f: Tensor, h: Tensor, *_: Tensor) -> Tensor:
        # The unused input is added with weight zero so that every input has a gradient.
        return loss(answer(f, h), labels) + 0 * (f.sum() + h.sum())

    with torch.no_grad():
        for centre in centres:
            centre.normal_()
    assert torch.autograd.gradcheck(call, (features, heads, *centres))


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_reach_every_parameter_and_unknown_labels_do_not_count(name: str) -> None:
    torch.manual_seed(0)
    loss = loss_of(name, 3, 4)
    features, heads = torch.randn(4, 4), torch.randn(4, 2, 4)
    labels = torch.tensor([0, 1, 2, 1])
    value = loss(answer(features, heads), labels)
    if list(loss.parameters()):
        value.backward()
    assert all(bool(p.grad.abs().sum() > 0) for p in loss.parameters())
    if "partition" not in name:
        longer = answer(torch.cat([features, torch.full((1, 4), 9.0)]), heads)
        torch.testing.assert_close(loss(longer, torch.tensor([0, 1, 2, 1, -1])), value)


@pytest.mark.parametrize("name", LOSSES)
def test_a_batch_without_known_labels_gives_a_finite_value(name: str) -> None:
    value = loss_of(name, 3, 4)(answer(torch.randn(2, 4), torch.randn(2, 2, 4)), -TWO - 1)
    assert bool(torch.isfinite(value))


@pytest.mark.parametrize("name", LOSSES)
def test_what_the_network_does_not_give_is_named(name: str) -> None:
    with pytest.raises(ModelError, match=r"(features|heads).*recipe"):
        loss_of(name, 3, 4)(answer(), TWO)


def test_an_unknown_loss_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(ModelError, match=r"'afinity'.*Did you mean 'affinity'.*sparse_center"):
        loss_of("afinity", 3, 4)


def test_affinity_needs_two_classes() -> None:
    with pytest.raises(ModelError, match="two classes"):
        Affinity(1, 4)


def minimised(value: Callable[[], Tensor], parameters: list[Tensor], steps: int) -> None:
    optimiser = torch.optim.Adam(parameters, lr=0.05)
    for _ in range(steps):
        optimiser.zero_grad()
        value().backward()
        optimiser.step()


def spreads(x: Tensor, labels: Tensor) -> tuple[float, float]:
    """Mean squared distance to the own class's mean, and between the two means."""
    first, second = x[labels == 0], x[labels == 1]
    within = torch.cat([first - first.mean(0), second - second.mean(0)])
    between = first.mean(0) - second.mean(0)
    return float((within**2).sum(1).mean()), float((between**2).sum())


def test_classes_contract_and_separate_under_affinity() -> None:
    torch.manual_seed(0)
    x = torch.randn(20, 4, requires_grad=True)
    labels = torch.arange(20) % 2
    loss = Affinity(2, 4)
    within, between = spreads(x.detach(), labels)
    minimised(lambda: loss(answer(x), labels), [x, *loss.parameters()], 200)
    contracted, separated = spreads(x.detach(), labels)
    assert contracted < within / 4
    assert separated > between * 4


@pytest.mark.parametrize("name", ["center", "sparse_center"])
def test_classes_contract_under_the_centre_losses(name: str) -> None:
    """The weights of the sparse form are held: see the next test."""
    torch.manual_seed(0)
    x = torch.randn(20, 4, requires_grad=True)
    labels = torch.arange(20) % 2
    loss = loss_of(name, 2, 4)
    within, _ = spreads(x.detach(), labels)
    minimised(lambda: loss(answer(x), labels), [x, loss.centres], 100)
    assert spreads(x.detach(), labels)[0] < within / 4


def test_weights_of_sparse_center_shrink_as_its_page_says() -> None:
    torch.manual_seed(0)
    x, labels, loss = torch.randn(20, 4), torch.arange(20) % 2, SparseCenter(2, 4)
    before = float(loss.weights(x).mean().detach())
    minimised(lambda: loss(answer(x), labels), list(loss.layers.parameters()), 20)
    assert float(loss.weights(x).mean().detach()) < before / 2


@pytest.mark.parametrize("name", ["partition", "partition_printed"])
def test_heads_drift_apart_under_the_partition_losses(name: str) -> None:
    torch.manual_seed(0)
    heads = (0.01 * torch.randn(3, 4, 5)).requires_grad_()
    loss = loss_of(name, 2, 5)
    before = float(heads.detach().var(1).mean())
    minimised(lambda: loss(answer(heads=heads), torch.zeros(3).long()), [heads], 50)
    assert float(heads.detach().var(1).mean()) > 10 * before


def test_the_sign_as_printed_would_pull_heads_together() -> None:
    """Why the sign is turned: the printed max(0, |A_i - A_j|^2 - delta) has its least value
    at equal heads."""
    heads = torch.randn(1, 3, 5, requires_grad=True)
    before = float(heads.detach().var(1).mean())

    def printed() -> Tensor:
        return (((heads[:, :, None] - heads[:, None]) ** 2).sum(3) - 1.0).clamp_min(0).sum()

    minimised(printed, [heads], 50)
    assert float(heads.detach().var(1).mean()) < before


def test_the_printed_affinity_has_no_lower_bound() -> None:
    """Scaled by s, features lower it by s^2; the default is unmoved by a common scale."""
    torch.manual_seed(0)
    x, labels = torch.randn(6, 3), torch.arange(6) % 2
    printed, default = AffinityPrinted(2), Affinity(2, 3)
    at_one = float(printed(answer(x), labels))
    assert at_one < 0
    for scale in (10.0, 1000.0):
        assert float(printed(answer(scale * x), labels)) == pytest.approx(
            scale**2 * at_one, rel=1e-4
        )
    value = float(default(answer(x), labels).detach())
    with torch.no_grad():
        default.centres *= 1000
    assert float(default(answer(1000 * x), labels).detach()) == pytest.approx(value, rel=1e-4)
    assert value > 0
