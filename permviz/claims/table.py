"""The claims of the post "NonConvexity of neural networks", one by one: what it says, whether that is so, and the evidence.

The table :data:`CLAIMS` holds the words; the numbers come from :func:`claim_evidence`, for any network and data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import torch

from permviz.claims import averages, distinct, pictures, stationary, symmetry
from permviz.claims.averages import AverageLine, Midpoints, TwoAverages
from permviz.claims.evidence import Evidence
from permviz.claims.pictures import NodePictures
from permviz.claims.stationary import CopyLine, Subspaces
from permviz.claims.symmetry import Exchange, Matrices
from permviz.networks.checks import checked
from permviz.networks.datasets import Dataset
from permviz.networks.frozen import refuse_frozen
from permviz.networks.network import Network
from permviz.symmetry.permutation import Permutation

Verdict = Literal["right", "loose", "wrong"]

POST_URL = "https://amartya18x.github.io/post/nn_nonconvex/"
"""Where the post is; permviz/components/diagram/story.js links to it too."""

Details = Exchange | Matrices | AverageLine | Midpoints | Subspaces | TwoAverages | CopyLine | NodePictures
"""What pictures are drawn from, one kind each; :func:`permviz.figures.claims.claim_figure` draws them all."""

ClaimEvidence = Callable[[Network, Dataset, Permutation | None], Evidence[Details]]


@dataclass(frozen=True)
class Claim:
    """One claim of the post.

    Attributes:
        number: its place in the table, from 1.
        title: a few words.
        post: what the post says, in a sentence.
        verdict: "right", "loose" (true with a hypothesis or a correction) or "wrong".
        precise: the statement that is true.
        source: who proved it, or what it follows from.
        compute: the evidence for it.
        of_order: whether the evidence depends on the permutation; else it is that of the network and the data alone.
    """

    number: int
    title: str
    post: str
    verdict: Verdict
    precise: str
    source: str
    compute: ClaimEvidence
    of_order: bool = False


CLAIMS: tuple[Claim, ...] = (
    Claim(
        1,
        "Swapping two nodes keeps the function",
        "Two nodes that change places with all their edges leave the function as it was: F(A) = F(B).",
        "right",
        "True at any parameters and for every elementwise activation, biases included. Only the order of "
        "summation changes, hence differences in float64 of about 1e−16 times the size of the sums. Half of the swap, the "
        "incoming edges alone, does change the function.",
        "Hecht-Nielsen 1990",
        symmetry.swap_keeps_function,
        of_order=True,
    ),
    Claim(
        2,
        "Each optimum has ∏ nₖ! copies",
        "For each optimal value there are ∏ nₖ! points of parameter space that attain it.",
        "loose",
        "The permuted copies are ∏ nₖ! / |Stab| points, Stab being the permutations that move no parameter. Sign flips of"
        " odd activations such as tanh multiply that by 2 for each hidden node if no permutation with flips but the identity "
        "moves no parameter; a zero node, or two opposite ones, leave fewer. ReLU and linear nodes make a continuum. In a "
        "layer wider than needed the copies lie in connected subspaces of minima and are not isolated.",
        "tanh: Sussmann 1992; Chen, Lu & Hecht-Nielsen 1993. Other odd activations: Albertini & Sontag 1993; Kůrková & Kainen "
        "1994. Şimşek et al. 2021",
        symmetry.equivalent_points,
    ),
    Claim(
        3,
        "Averaging all copies makes nodes equal",
        "The average over all permutations gives every node of a layer the same value.",
        "right",
        "The average over a group is the projection onto the parameters that the group leaves fixed. Here: all nodes of a"
        " layer alike, so that the average computes what a network of one node a layer computes, its outgoing weights "
        "taken nₖ times. In the post’s matrices a column is a layer: each column averages to one value.",
        "Averaging over a finite group (called its Reynolds operator: the mean over all its moves); checked against full "
        "enumeration",
        symmetry.average_equalises,
    ),
    Claim(
        4,
        "Were it convex, the average would be optimal",
        "Jensen’s inequality would make the average of all copies optimal too, which is “absurd”.",
        "right",
        "With a hypothesis: if some network has a lower loss than every network of one node a layer, the loss is not "
        "convex, nor even quasi-convex. It suffices that one network’s average is worse than itself. Where one node a "
        "layer is enough, nothing is absurd and the argument is silent. The post’s own reason, that the outputs of a "
        "classifier would be equal, is wrong: outputs are not permuted, and each keeps weights of its own.",
        "Jensen 1906",
        averages.average_is_worse,
    ),
    Claim(
        5,
        "The average of two copies need not be optimal",
        "The average of two permutations of an optimal point need not be optimal.",
        "loose",
        "At a global minimum the midpoint is never better, and worse unless it is a global minimum as well. At a local "
        "minimum it can be better: three sine nodes have one of loss 0.615, whose midpoint with a copy has 0.347. At "
        "random weights the midpoint is better about as often as worse, so being near a good optimum matters.",
        "Definition of a minimum; measured for the rest. Barriers: Entezari et al. 2021",
        averages.midpoint_of_two,
    ),
    Claim(
        6,
        "Saddles are exponentially more",
        "“The number of saddle points are exponentially more!”",
        "loose",
        "One hidden layer of m nodes inherits affine subspaces of critical points from each smaller width r: G(r, m) of "
        "them, the surjections from m onto r. Over all r they exceed the m! copies by a factor near 0.72 · 1.44ᵐ; for a "
        "fixed number of coinciding nodes only polynomially. Subspaces, not points, mostly saddles; far above the needed "
        "width, those of global minima outnumber them.",
        "Fukumizu & Amari 2000; Şimşek et al. 2021",
        stationary.saddles_outnumber,
    ),
    Claim(
        7,
        "It looks like Rastrigin’s function",
        "What the loss might look like is shown by the Rastrigin function: many optima.",
        "loose",
        "Good for counting: 11ⁿ minima among 21ⁿ critical points on [−5.12, 5.12]ⁿ. But the symmetries of Rastrigin’s "
        "function leave its best point in place, so averaging a minimum with all its images never hurts: it finds that "
        "point. (Averaging two may: 0 and 0.995, neighbouring minima, average to 20.2.) A network’s symmetries move its "
        "good minima, and the average of all copies can be worse than they are.",
        "Rastrigin 1974; roots certified by their brackets",
        averages.unlike_rastrigin,
    ),
    Claim(
        8,
        "Linear networks have no minima",
        "Linear layers have no maximum or minimum, so they are no counterexample.",
        "wrong",
        "The slip: Ax + b, as a function of the input x, has no minimum; the loss, a function of the weights, has. With "
        "squared loss every local minimum is global, and all other critical points are saddles; yet the loss is not convex: "
        "(aw − 1)² is 0 at (1, 1) and at (−1, −1), and 1 halfway. Only cross-entropy on classes that a linear map separates, "
        "if only weakly (quasi-separable), has an infimum, a greatest lower bound, that no weights attain; with weight decay "
        "some always do.",
        "Baldi & Hornik 1989 (full rank, distinct eigenvalues, no biases); Kawaguchi 2016; quasi-separation: Albert & Anderson "
        "1984",
        stationary.linear_has_minima,
    ),
    Claim(
        9,
        "Stationary ends, none between: not convex",
        "Two points with zero subgradient and none between them: then the function is not convex.",
        "right",
        "And stronger than needed. Every stationary point of a differentiable convex function is a global minimiser, and "
        "those form a convex set. So ONE non-stationary point between two stationary ones is enough, or two stationary "
        "points of different loss. With kinks (ReLU), say global minimisers in place of stationary points.",
        "First-order condition of convexity (Boyd & Vandenberghe 2004, ch. 3)",
        stationary.stationary_ends,
        of_order=True,
    ),
    Claim(
        10,
        "Node values must be distinct",
        "The count holds only when the values of the nodes in a layer are distinct.",
        "right",
        "As a sufficient condition: distinct incoming rows, bias included, in every layer give all ∏ nₖ! copies, even where "
        "outgoing weights are equal. "
        "Necessary and sufficient is that no permutation but the identity leaves every parameter in place.",
        "Orbit-stabiliser theorem",
        distinct.distinct_nodes,
    ),
    Claim(
        11,
        "Seen by node values, F is symmetric",
        "As a function of the node values F does not change when they are permuted, and the map to them is many-to-one.",
        "right",
        "A swap exchanges the places of two pictures and changes none. All copies have the same collection of pictures. "
        "With the places kept, different parameters always agree at one input, and at all inputs in special cases, such "
        "as equal nodes.",
        "Follows from h = σ(Wh + b); shown by examples",
        pictures.node_pictures,
        of_order=True,
    ),
    Claim(
        12,
        "No optimum is unique",
        "A network cannot have a unique optimum if it has two distinct node values in the same layer.",
        "right",
        "Distinct values come from distinct incoming weights, so the swap of the two nodes leads to another point of the same "
        "loss. More is true: two nodes in a layer suffice, for equal ones can share their outgoing weights otherwise. A loss "
        "of the outputs alone is meant: with weight decay an optimum whose nodes are equal can be the only one.",
        "Hecht-Nielsen 1990; Fukumizu & Amari 2000",
        distinct.no_unique_optimum,
        of_order=True,
    ),
)  # fmt: skip
"""In the order of the argument; ``CLAIMS[n - 1]`` is number ``n``."""


OF_NO_DECAY = (6, 8)
"""Claims whose evidence is of a loss without decay, whatever the data have."""


@checked
def claim_evidence(claim: int, network: Network, data: Dataset, permutation: Permutation | None = None) -> Evidence[Details]:
    """What a network shows of a claim.

    Args:
        claim: 1 to 12.
        network: single, with a hidden layer; computed in float64.
        data: a task that it fits. With weight decay the evidence is of loss plus decay, and its hypothesis says so.
        permutation: of its hidden nodes, single; the identity or ``None`` stands for the swap of two nodes.

    Raises:
        ValueError: for another claim, a batch of networks, frozen entries, or a network without hidden layers.

    >>> from permviz.networks.datasets import load_dataset
    >>> from permviz.networks.network import NetworkSpec, init_network
    >>> claim_evidence(1, init_network(NetworkSpec((2, 3, 1))), load_dataset("moons")).holds
    True
    """
    if isinstance(claim, bool) or not isinstance(claim, int) or not 1 <= claim <= len(CLAIMS):
        raise ValueError(f"Claim {claim!r} given: expected a number from 1 to {len(CLAIMS)}.")
    if not network.single().spec.hidden:
        raise ValueError(f"A network of widths {network.spec.widths} given: expected one with a hidden layer.")
    refuse_frozen(network.spec, "the evidence of the post's claims")
    if permutation is not None and permutation.batch_shape:
        raise ValueError(f"Permutations of batch shape {permutation.batch_shape} given: expected a single one.")
    found = CLAIMS[claim - 1].compute(network.to(torch.float64), data, permutation)
    if not data.weight_decay or claim in OF_NO_DECAY:
        return found
    meant = f"With weight decay the loss is loss plus decay, L + λ‖θ‖² with λ = {data.weight_decay:g}."
    return replace(found, hypothesis=f"{found.hypothesis} {meant}")
