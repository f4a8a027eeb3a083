"""Networks as torch modules: an ``nn.Sequential`` whose ``Linear`` layers hold ``W_k`` and ``b_k`` in the very shapes of
:class:`permviz.Network`. The way back: :mod:`.torch_reading`.
"""

from __future__ import annotations

from torch import Tensor, nn

from permviz.networks.activations import Activation, get_activation
from permviz.networks.checks import checked
from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Network


class Elementwise(nn.Module):
    """An activation that torch has no module of, such as the sine.

    Args:
        activation: a key of ``permviz.ACTIVATIONS``.

    >>> Elementwise("sin")(Tensor([0, 0]))
    tensor([0., 0.])
    """

    __constants__ = ("activation",)

    def __init__(self, activation: str) -> None:
        super().__init__()
        self.activation = get_activation(activation).name

    def forward(self, z: Tensor) -> Tensor:
        """``sigma(z)``, of any shape."""
        return get_activation(self.activation).value(z)

    def extra_repr(self) -> str:
        return repr(self.activation)


def activation_module(activation: Activation) -> nn.Module:
    """A new module of it: torch's own where there is one."""
    return activation.module() if activation.module else Elementwise(activation.name)


@checked
def to_torch(network: Network) -> nn.Sequential:
    """The network as ``nn.Sequential(Linear, activation, Linear, ...)``, to be trained or built into something larger.

    Parameters are copies, on the network's device and in its dtype, and require gradients. Inputs ``(*, n_0)`` of that dtype
    give outputs ``(*, n_L)``. Neither torch's random numbers nor its default dtype are touched.

    Raises:
        ValueError: for a batch of networks, or frozen entries, which a module would train.

    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> to_torch(init_network(NetworkSpec((2, 4, 1), "sin")))
    Sequential(
      (0): Linear(in_features=2, out_features=4, bias=True)
      (1): Elementwise('sin')
      (2): Linear(in_features=4, out_features=1, bias=True)
    )
    """
    activation = get_activation(network.single().activation)
    refuse_frozen(network.spec, "a torch module")
    parts: list[nn.Module] = []
    for w, b in zip(network.weights, network.biases, strict=True):
        linear = nn.Linear(w.shape[1], w.shape[0], device="meta")  # there nothing is drawn
        linear.weight, linear.bias = (nn.Parameter(p.detach().clone()) for p in (w, b))
        parts += [linear, activation_module(activation)]
    return nn.Sequential(*parts[:-1])
