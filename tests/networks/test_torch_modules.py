"""Networks as torch modules and back: what torch itself computes of a module is the oracle."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import (
    ELU,
    GELU,
    LSTM,
    AlphaDropout,
    BatchNorm1d,
    BatchNorm2d,
    Conv1d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Identity,
    LayerNorm,
    LazyLinear,
    LeakyReLU,
    Linear,
    MultiheadAttention,
    PReLU,
    ReLU,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    TransformerEncoderLayer,
)

import permviz as pv
from permviz.networks.torch_modules import Elementwise
from tests.cases import SINGLE_NETWORKS, Case, drawn, inputs

DEPTHS = [*SINGLE_NETWORKS, *(Case((3, 2), activation) for activation in pv.ACTIVATIONS)]
"""Every activation, 0 to 4 hidden layers."""


def same(a: pv.Network, b: pv.Network) -> bool:
    return a.spec == b.spec and a.dtype == b.dtype and torch.equal(a.flatten(), b.flatten())


def wild(model: nn.Module, seed: int = 0) -> nn.Module:
    """A model in float64 and eval mode, with parameters and running statistics that are those of no fresh one."""
    generator = torch.Generator().manual_seed(seed)
    model = model.double().eval()
    with torch.no_grad():
        for name, numbers in [*model.named_parameters(), *model.named_buffers()]:
            if numbers.is_floating_point():
                drawn = torch.randn(numbers.shape, generator=generator, dtype=torch.float64)
                numbers.copy_(drawn.square() + 0.1 if name.endswith("running_var") else drawn)
    return model


@pytest.mark.parametrize("case", DEPTHS, ids=str)
def test_the_module_computes_what_the_network_does_and_comes_back_to_the_last_bit(case: Case) -> None:
    net, x = case.network(), case.inputs()
    model = pv.to_torch(net)
    torch.testing.assert_close(model(x), net(x), rtol=0, atol=1e-12)
    assert same(pv.from_torch(model, net.activation), net)
    if len(case.widths) > 2:
        assert same(pv.from_torch(model), net)


@pytest.mark.parametrize("activation", pv.ACTIVATIONS)
def test_single_precision_stays(activation: str) -> None:
    net = drawn((2, 3, 1), activation).to(torch.float32)
    model = pv.to_torch(net)
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    torch.testing.assert_close(model(inputs(2).float()), net(inputs(2)), rtol=0, atol=1e-5)
    assert same(pv.from_torch(model), net)


@pytest.mark.parametrize("activation", pv.ACTIVATIONS)
def test_activations_agree_far_from_zero_and_in_their_slopes(activation: str) -> None:
    """Torch's own softplus is ``z`` above 20: there a module with its default would be off by 2e-9."""
    z = torch.linspace(-60, 60, 241, dtype=torch.float64, requires_grad=True)
    net = pv.Network((torch.ones(1, 1).double(),) * 2, (torch.zeros(1).double(),) * 2, activation)
    values = pv.to_torch(net)(z[:, None])
    torch.testing.assert_close(values, net(z[:, None]), rtol=1e-14, atol=1e-14)
    (slopes,) = torch.autograd.grad(values.sum(), z)
    torch.testing.assert_close(slopes, pv.ACTIVATIONS[activation].derivative(z.detach()), rtol=1e-12, atol=1e-12)


def test_the_module_is_trained_apart_from_the_network_and_randomness_is_left_alone() -> None:
    net = drawn((2, 3, 1))
    before, state = net.flatten().clone(), torch.get_rng_state()
    model = pv.to_torch(net)
    assert torch.equal(torch.get_rng_state(), state)
    model(inputs(2)).sum().backward()
    torch.optim.SGD(model.parameters(), lr=1.0).step()
    assert torch.equal(net.flatten(), before)
    assert not torch.equal(pv.from_torch(model).flatten(), before)
    assert not pv.from_torch(model).weights[0].requires_grad


def with_one(activation: nn.Module, layer: nn.Module | None = None) -> nn.Module:
    """The same module in several places: a child once, which acts every time."""
    middle = [layer, activation, layer] if layer is not None else [Linear(4, 4)]
    return Sequential(Linear(2, 4), activation, *middle, activation, Linear(4, 1))


MODELS: dict[str, tuple[Callable[[], nn.Module], int]] = {
    "linear alone": (lambda: Linear(3, 2), 3),
    "no bias": (lambda: Sequential(Linear(2, 4, bias=False), ReLU(inplace=True), Linear(4, 1)), 2),
    "two linear layers": (lambda: Sequential(Linear(2, 4), Linear(4, 1)), 2),
    "nested": (lambda: Sequential(Sequential(Linear(2, 4), SiLU()), Sequential(Sequential(Linear(4, 1)))), 2),
    "batch norm after": (lambda: Sequential(Linear(2, 4), BatchNorm1d(4), Tanh(), Linear(4, 1)), 2),
    "batch norm before": (lambda: Sequential(Linear(2, 4), Tanh(), BatchNorm1d(4), Linear(4, 1)), 2),
    "batch norm first and last": (lambda: Sequential(BatchNorm1d(2), Linear(2, 4), GELU(), Linear(4, 3), BatchNorm1d(3)), 2),
    "batch norm twice": (
        lambda: Sequential(BatchNorm1d(2), BatchNorm1d(2, affine=False), Linear(2, 3),
                           BatchNorm1d(3), BatchNorm1d(3, eps=0.1), ELU(), Linear(3, 1)),
        2,
    ),
    "dropout": (lambda: Sequential(Dropout(0.2), Linear(2, 4), Sigmoid(), AlphaDropout(), Linear(4, 1), Identity()), 2),
    "everything": (
        lambda: Sequential(Flatten(), Linear(6, 5), BatchNorm1d(5), LeakyReLU(), Dropout(), BatchNorm1d(5),
                           Linear(5, 4), LeakyReLU(), Linear(4, 2)),
        6,
    ),
    "one activation throughout": (lambda: with_one(Tanh()), 2),
    "one layer twice": (lambda: with_one(Tanh(), Linear(4, 4)), 2),
    "weight norm": (lambda: Sequential(nn.utils.parametrizations.weight_norm(Linear(2, 4)), Tanh(), Linear(4, 1)), 2),
}  # fmt: skip
"""Models, and how many inputs they have."""


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_read_as_what_it_computes_in_eval_mode(name: str) -> None:
    make, width = MODELS[name]
    model, x = wild(make()), inputs(width)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net = pv.from_torch(model)
    torch.testing.assert_close(net(x), model(x).detach(), rtol=1e-12, atol=1e-12)


def test_images_are_taken_flat() -> None:
    model = wild(Sequential(Flatten(), Linear(12, 3), Tanh(), Linear(3, 2)))
    images = inputs(12).reshape(7, 1, 3, 4)
    torch.testing.assert_close(pv.from_torch(model)(images.flatten(1)), model(images).detach(), rtol=0, atol=1e-13)


def test_torchs_own_softplus_is_taken_for_the_exact_one() -> None:
    z = torch.linspace(15, 45, 3001, dtype=torch.float64)[:, None]
    model = wild(Sequential(Linear(1, 1), Softplus(), Linear(1, 1)))
    for part in (model[0], model[2]):  # type: ignore[index]
        nn.init.ones_(part.weight)
        nn.init.zeros_(part.bias)
    assert 1e-9 < float((pv.from_torch(model)(z) - model(z)).detach().abs().max()) < 2.1e-9


@pytest.mark.parametrize("name", ["batch norm after", "dropout"])
def test_a_model_in_training_mode_is_told_of(name: str) -> None:
    model = wild(MODELS[name][0]())
    expected = pv.from_torch(model)
    with pytest.warns(UserWarning, match=r"in eval mode.*\(Layer '\d' \((BatchNorm1d|Dropout)"):
        assert same(pv.from_torch(model.train()), expected)


class Own(Sequential):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) + 1


def hooked() -> nn.Module:
    model = Sequential(Linear(2, 2))
    model[0].register_forward_hook(lambda module, given, out: out + 1)
    return model


def put_in() -> nn.Module:
    model = Linear(2, 2)
    model.forward = lambda x: x  # type: ignore[method-assign]
    return model


def broken(value: float) -> nn.Module:
    model = Sequential(Linear(2, 2))
    nn.init.constant_(model[0].weight, value)
    return model


def behind(*parts: nn.Module) -> nn.Module:
    """Layers behind a first one, before a last one."""
    return Sequential(Linear(2, 4), *parts, Linear(4, 1)).eval()


NEGATIVE = BatchNorm1d(4)
NEGATIVE.running_var = torch.full((4,), -1.0)

REFUSED: dict[str, tuple[Callable[[], nn.Module], str]] = {
    "convolution": (lambda: Sequential(Conv2d(1, 2, 3), Flatten(), Linear(2, 1)), "Layer '0' (Conv2d), which is"),
    "layer norm": (lambda: behind(LayerNorm(4)), "Layer '1' (LayerNorm), which is"),
    "attention": (lambda: behind(MultiheadAttention(4, 2)), "Layer '1' (MultiheadAttention), which is"),
    "transformer": (lambda: TransformerEncoderLayer(4, 2, 8), "TransformerEncoderLayer, which is"),
    "recurrent": (lambda: LSTM(2, 3), "LSTM, which is"),
    "embedding": (lambda: Sequential(Embedding(5, 2), Linear(2, 1)), "Layer '0' (Embedding), which is"),
    "batch norm of images": (lambda: behind(BatchNorm2d(4)), "BatchNorm2d), which is"),
    "inside": (lambda: Sequential(Sequential(Linear(2, 2), Conv1d(1, 1, 1))), "Layer '0.1' (Conv1d), which is"),
    "parametric activation": (lambda: behind(PReLU()), "PReLU), which is"),
    "another slope": (
        lambda: behind(LeakyReLU(0.2)),
        "(LeakyReLU), which is 'LeakyReLU(negative_slope=0.2",
    ),
    "another GELU": (lambda: behind(GELU("tanh")), "GELU), which is"),
    "another ELU": (lambda: behind(ELU(0.5)), "ELU), which is"),
    "another softplus": (lambda: behind(Softplus(2)), "Softplus), which is"),
    "a crude softplus": (lambda: behind(Softplus(threshold=1)), "Softplus), which is"),
    "a mixture": (lambda: Sequential(Linear(2, 4), Tanh(), Linear(4, 4), ReLU(), Linear(4, 1)), "Activations tanh, relu given"),
    "one layer without": (
        lambda: Sequential(Linear(2, 4), Tanh(), Linear(4, 4), Linear(4, 1)),
        "Activations tanh, linear given",
    ),
    "twice": (lambda: behind(Tanh(), Tanh()), "Layer '2' (Tanh) given after Layer '1' (Tanh): expected a Linear"),
    "an activation first": (lambda: Sequential(Tanh(), Linear(2, 1)), "given after nothing: expected a Linear"),
    "normalised between": (lambda: behind(Tanh(), BatchNorm1d(4), Tanh()), "given after Layer '2' (BatchNorm1d):"),
    "a sigmoid last": (lambda: Sequential(Linear(2, 1), Sigmoid()), "Layer '1' (Sigmoid) given last: expected Linear"),
    "a softmax last": (lambda: Sequential(Linear(2, 3), Softmax(1)), "Softmax), which is"),
    "normalised last": (lambda: Sequential(Linear(2, 3), Tanh(), BatchNorm1d(3)), "given last: expected Linear"),
    "nothing": (Sequential, "An empty model given last"),
    "dropout alone": (lambda: Sequential(Dropout()), "(Dropout) given last"),
    "flattened batch": (lambda: Sequential(Flatten(0), Linear(2, 1)), "(Flatten) from axis 0 to -1 given"),
    "other widths": (
        lambda: Sequential(Linear(2, 3), Tanh(), Linear(4, 1)),
        "Layer '2' (Linear) of 4 inputs given: the layer before it has 3",
    ),
    "other norm": (lambda: behind(BatchNorm1d(5)), "(BatchNorm1d) of 5 nodes given"),
    "other norm before": (
        lambda: Sequential(BatchNorm1d(3), Linear(2, 1)),
        "(Linear) of 2 inputs given: Layer '0' (BatchNorm1d) before it has 3",
    ),
    "batch statistics": (lambda: behind(BatchNorm1d(4, track_running_stats=False)), "without running statistics"),
    "negative variance": (lambda: behind(NEGATIVE), "variances that are not positive"),
    "own forward": (lambda: Own(Linear(2, 2)), "Own, which is"),
    "hooks": (hooked, "Layer '0' (Linear), which is"),
    "a forward put in": (put_in, "Linear, which is"),
    "lazy": (lambda: Sequential(LazyLinear(2)), "(LazyLinear) given without numbers"),
    "meta": (lambda: Linear(2, 2, device="meta"), "Linear given without numbers"),
    "half precision": (lambda: Linear(2, 2).half(), "of dtype torch.float16 given"),
    "mixed dtypes": (lambda: Sequential(Linear(2, 2), Tanh(), Linear(2, 1).double()), "different dtypes given"),
    "NaN": (lambda: broken(float("nan")), "Layer '0' (Linear) holds values that are not finite"),
    "infinity": (lambda: broken(float("inf")), "not finite"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_such_network_is_refused_in_a_sentence_that_names_the_layer(name: str) -> None:
    make, message = REFUSED[name]
    with pytest.raises(ValueError) as refused:
        pv.from_torch(make())
    sentence = str(refused.value)
    assert message in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400


def test_other_refusals() -> None:
    with pytest.raises(ValueError, match="batch of networks"):
        pv.to_torch(drawn((2, 3, 1), batch=(2,)))
    with pytest.raises(ValueError, match="activation is 'tanh', not 'relu'"):
        pv.from_torch(pv.to_torch(drawn((2, 3, 1))), "relu")
    with pytest.raises(ValueError, match="Unknown activation 'swish'"):
        pv.from_torch(Linear(2, 1), "swish")
    with pytest.raises(ValueError, match="Unknown activation"):
        Elementwise("swish")


def test_a_model_with_another_activation_is_not_the_network() -> None:
    """Negative control: the comparison of outputs tells activations apart."""
    net = drawn((2, 4, 1), "tanh")
    other = pv.Network(net.weights, net.biases, "erf")
    assert float((pv.to_torch(net)(inputs(2)) - other(inputs(2))).detach().abs().max()) > 1e-3
