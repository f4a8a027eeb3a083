"""How well a network answers, apart from how sure it is of itself.

The midpoint of two networks is often right and unsure: part of its cross-entropy is under-confidence, which one number mends.
The calibrated loss is that of the outputs divided by the temperature that suits them best (Guo et al. 2017, 1706.04599).
Weight decay knows of no temperature: it is added to both losses alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from permviz.networks.checks import checked
from permviz.networks.evaluation import check_data, check_outputs, decay_of
from permviz.networks.losses import get_loss
from permviz.networks.network import Data, Network
from permviz.networks.results import Result

COLDEST, HOTTEST = 1e-4, 1e4
"""Temperatures tried; answers that are all right have none that is best: the colder, the lower their loss."""
HALVINGS = 60


@dataclass(frozen=True, eq=False, repr=False)
class Calibration(Result):
    """Of one network or a batch, on one data set.

    Attributes:
        loss: as it is, ``(*batch,)``, decay included as in :func:`permviz.loss`.
        accuracy: share of samples whose class is given the most; of two classes the second is, from a probability of 1/2 on.
            ``None`` for targets that are no classes.
        calibrated_loss: least loss of ``outputs / T``, plus decay; the loss itself for targets that are no classes.
        temperature: that ``T``, from 1e-4 to 1e4; above 1 where the network is surer than right. 1 where there are no classes.
        decay: ``lambda ||theta||^2``, ``(*batch,)``: what the weight decay of the data adds to both losses.
    """

    loss: Tensor
    accuracy: Tensor | None
    calibrated_loss: Tensor
    temperature: Tensor
    decay: Tensor


@checked
def calibrate(network: Network, data: Data) -> Calibration:
    """Loss, accuracy, and the loss at the best temperature.

    ``L(beta F)`` is convex in ``beta = 1 / T`` for the cross-entropies; the sign of ``<F, dL/dF(beta F)>`` says on which side
    its minimum lies, and is bisected in ``log beta``. The temperature is fitted on the very samples on which the loss is told.

    Args:
        network: one network or a batch.
        data: the task, which names its loss.

    Raises:
        ValueError: for data that do not fit together, or not the network.

    >>> from permviz.networks.datasets import load_dataset
    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> told = calibrate(init_network(NetworkSpec((2, 3, 1))), load_dataset("moons"))
    >>> bool(told.calibrated_loss <= told.loss)
    True
    """
    check_data(data)
    with torch.no_grad():
        network = network.to(torch.float64)
        outputs = network(data.inputs)
        check_outputs(data.targets, outputs.shape[-1], data.loss)
        row = get_loss(data.loss)
        z, packed = outputs.mT, row.pack(data.targets, outputs.dtype)
        loss = row.value(z, packed)
        one, weight_decay = torch.ones_like(loss), decay_of(data)
        decay = weight_decay * network.flatten().square().sum(-1) if weight_decay else torch.zeros_like(loss)
        if not row.classifies:
            return Calibration(loss + decay, None, loss + decay, one, decay)
        low, high = -one * torch.log(one * HOTTEST), -one * torch.log(one * COLDEST)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            slope = (z * row.gradient(z * middle.exp()[..., None, None], packed)).sum((-2, -1))
            low, high = torch.where(slope > 0, low, middle), torch.where(slope > 0, middle, high)
        beta = ((low + high) / 2).exp()
        warmed = row.value(z * beta[..., None, None], packed)
        better = warmed < loss
        chosen = row.answer(outputs)
        right = chosen == data.targets if row.answers == "class" else (chosen >= 0.5) == (data.targets > 0)
        accuracy = right.to(outputs.dtype).mean(-1)
        least, temperature = torch.where(better, warmed, loss), torch.where(better, 1 / beta, one)
        return Calibration(loss + decay, accuracy, least + decay, temperature, decay)
