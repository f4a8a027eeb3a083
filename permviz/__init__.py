"""permviz: hold the permutation symmetry of neural networks in your hands.

This page is the whole public API. Figures are in ``pv.figures``, which is loaded when it is first asked for.
"""

from importlib import import_module as _import_module
from os import PathLike as _PathLike
from types import ModuleType as _ModuleType

from permviz.claims.evidence import Evidence as Evidence
from permviz.claims.table import CLAIMS as CLAIMS
from permviz.claims.table import Claim as Claim
from permviz.claims.table import claim_evidence as claim_evidence
from permviz.derivatives.hessians import hessian as hessian
from permviz.derivatives.jacobians import jacobian as jacobian
from permviz.derivatives.passes import loss_and_gradient as loss_and_gradient
from permviz.experiment.experiment import Experiment as Experiment
from permviz.experiment.follow import follow_recipe as follow_recipe
from permviz.experiment.link import from_query as from_query
from permviz.experiment.link import to_query as to_query
from permviz.experiment.recipe import Recipe as Recipe
from permviz.experiment.sweep import sweep as sweep
from permviz.experiment.sweep_table import SweepProgress as SweepProgress
from permviz.experiment.sweep_table import SweepTable as SweepTable
from permviz.experiment.takeaway.notebook import to_notebook as to_notebook
from permviz.experiment.takeaway.python_code import to_python as to_python
from permviz.landscape.affine import affine_losses as affine_losses
from permviz.landscape.alignment import Match as Match
from permviz.landscape.alignment import match as match
from permviz.landscape.alignment_stored import StoredMatch as StoredMatch
from permviz.landscape.alignment_stored import stored_alignment as stored_alignment
from permviz.landscape.asymmetry import AsymmetryMap as AsymmetryMap
from permviz.landscape.asymmetry import AsymmetryProgress as AsymmetryProgress
from permviz.landscape.asymmetry import asymmetry_map as asymmetry_map
from permviz.landscape.asymmetry_stored import stored_asymmetry_map as stored_asymmetry_map
from permviz.landscape.census import census as census
from permviz.landscape.census_classes import Census as Census
from permviz.landscape.census_classes import CensusClass as CensusClass
from permviz.landscape.convexity import LeastLoss as LeastLoss
from permviz.landscape.convexity import NonconvexityArgument as NonconvexityArgument
from permviz.landscape.convexity import jensen_argument as jensen_argument
from permviz.landscape.convexity import least_loss as least_loss
from permviz.landscape.convexity import width_argument as width_argument
from permviz.landscape.counterexample import no_match_example as no_match_example
from permviz.landscape.exhaustive import AllBarriers as AllBarriers
from permviz.landscape.exhaustive import Rank as Rank
from permviz.landscape.exhaustive import all_barriers as all_barriers
from permviz.landscape.interpolation import Barriers as Barriers
from permviz.landscape.interpolation import Interpolation as Interpolation
from permviz.landscape.interpolation import interpolate as interpolate
from permviz.landscape.jensen import JensenCurve as JensenCurve
from permviz.landscape.jensen import jensen_curve as jensen_curve
from permviz.landscape.linear import LinearBarrier as LinearBarrier
from permviz.landscape.linear import identity_example as identity_example
from permviz.landscape.linear import linear_barrier as linear_barrier
from permviz.landscape.lines import LineSlice as LineSlice
from permviz.landscape.lines import TranspositionLines as TranspositionLines
from permviz.landscape.lines import line_slice as line_slice
from permviz.landscape.lines import transposition_lines as transposition_lines
from permviz.landscape.melting import Melt as Melt
from permviz.landscape.melting import MeltStage as MeltStage
from permviz.landscape.melting import melt as melt
from permviz.landscape.merging import Merge as Merge
from permviz.landscape.merging import merge as merge
from permviz.landscape.midpoints import MidpointBarriers as MidpointBarriers
from permviz.landscape.midpoints import midpoint_barriers as midpoint_barriers
from permviz.landscape.permutohedron import Permutohedron as Permutohedron
from permviz.landscape.permutohedron import permutohedron as permutohedron
from permviz.landscape.planes import PlaneSlice as PlaneSlice
from permviz.landscape.planes import plane_slice as plane_slice
from permviz.landscape.planes import random_plane as random_plane
from permviz.landscape.seed_pairs import SeedPairs as SeedPairs
from permviz.landscape.seed_pairs import seed_pairs as seed_pairs
from permviz.landscape.stationary import PointCertificate as PointCertificate
from permviz.landscape.stationary import certify as certify
from permviz.landscape.stationary import certify_derivatives as certify_derivatives
from permviz.landscape.stationary import certify_point as certify_point
from permviz.networks.activations import ACTIVATIONS as ACTIVATIONS
from permviz.networks.arrays import Scaling as Scaling
from permviz.networks.calibration import Calibration as Calibration
from permviz.networks.calibration import calibrate as calibrate
from permviz.networks.checks import checked as _checked
from permviz.networks.comparison import Comparison as Comparison
from permviz.networks.comparison import compare as compare
from permviz.networks.datasets import Dataset as Dataset
from permviz.networks.datasets import load_dataset as load_dataset
from permviz.networks.files import load_network as load_network
from permviz.networks.files import network_from_bytes as network_from_bytes
from permviz.networks.files import network_to_bytes as network_to_bytes
from permviz.networks.files import network_to_json as network_to_json
from permviz.networks.files import save_network as save_network
from permviz.networks.frozen import frozen_mask as frozen_mask
from permviz.networks.network import FrozenEntries as FrozenEntries
from permviz.networks.network import Network as Network
from permviz.networks.network import NetworkSpec as NetworkSpec
from permviz.networks.network import init_network as init_network
from permviz.networks.network import loss as loss
from permviz.networks.network import stack as stack
from permviz.networks.network import unflatten as unflatten
from permviz.networks.results import drawn_by as _drawn_by
from permviz.networks.state_dicts import network_from_state_dict as network_from_state_dict
from permviz.networks.tasks import TASKS as TASKS
from permviz.networks.torch_modules import to_torch as to_torch
from permviz.networks.torch_reading import from_torch as from_torch
from permviz.rastrigin.critical_counts import CriticalCounts as CriticalCounts
from permviz.rastrigin.critical_counts import count_critical_points as count_critical_points
from permviz.rastrigin.critical_points import CriticalPoints as CriticalPoints
from permviz.rastrigin.critical_points import find_critical_points as find_critical_points
from permviz.rastrigin.descents import Basins as Basins
from permviz.rastrigin.descents import Descent as Descent
from permviz.rastrigin.descents import basins as basins
from permviz.rastrigin.descents import descend as descend
from permviz.rastrigin.descents import rastrigin_surface as rastrigin_surface
from permviz.rastrigin.descents import seeded_starts as seeded_starts
from permviz.rastrigin.function import RastriginPoints as RastriginPoints
from permviz.rastrigin.function import rastrigin_function as rastrigin_function
from permviz.rastrigin.function import rastrigin_points as rastrigin_points
from permviz.rastrigin.one_weight import OneWeightNeurons as OneWeightNeurons
from permviz.rastrigin.one_weight import bump_neurons as bump_neurons
from permviz.rastrigin.one_weight_surfaces import OneWeightPlane as OneWeightPlane
from permviz.rastrigin.one_weight_surfaces import one_weight_permutohedron as one_weight_permutohedron
from permviz.rastrigin.one_weight_surfaces import one_weight_plane as one_weight_plane
from permviz.symmetry.alike import AlikeNeurons as AlikeNeurons
from permviz.symmetry.alike import DecayedOrbit as DecayedOrbit
from permviz.symmetry.averaging import reduced_average as reduced_average
from permviz.symmetry.averaging import row_permutations as row_permutations
from permviz.symmetry.averaging import running_averages as running_averages
from permviz.symmetry.averaging import shuffled_permutations as shuffled_permutations
from permviz.symmetry.averaging import symmetric_average as symmetric_average
from permviz.symmetry.canonical import canonical_form as canonical_form
from permviz.symmetry.groups import SymmetryGroup as SymmetryGroup
from permviz.symmetry.groups import symmetry_group as symmetry_group
from permviz.symmetry.monomial import Monomial as Monomial
from permviz.symmetry.moves import change_basis as change_basis
from permviz.symmetry.moves import half_turns as half_turns
from permviz.symmetry.moves import make_equal as make_equal
from permviz.symmetry.moves import rescale as rescale
from permviz.symmetry.moves import shift_origin as shift_origin
from permviz.symmetry.moves import sign_flip as sign_flip
from permviz.symmetry.moves import sign_flips as sign_flips
from permviz.symmetry.orbits import SymmetryOrbit as SymmetryOrbit
from permviz.symmetry.orbits import symmetry_orbit as symmetry_orbit
from permviz.symmetry.permutation import Permutation as Permutation
from permviz.symmetry.stabiliser import Stabiliser as Stabiliser
from permviz.symmetry.stabiliser import coupled_network as coupled_network
from permviz.symmetry.stabiliser import orbit_size as orbit_size
from permviz.symmetry.stabiliser import stabiliser as stabiliser
from permviz.training.runs import History as History
from permviz.training.runs import Progress as Progress
from permviz.training.runs import TrainingRun as TrainingRun
from permviz.training.status import Ending as Ending
from permviz.training.status import Status as Status
from permviz.training.train import train as train


@_checked
def to_page(
    experiment: Experiment, link: str = "", lesson: str = "", network: Network | None = None, data: Dataset | None = None
) -> str:
    """The text that :func:`write_page` writes; arguments and errors are the same."""
    text: str = _import_module("permviz.components.page.writing").to_page(experiment, link, lesson, network, data)
    return text


@_checked
def write_page(
    experiment: Experiment,
    path: str | _PathLike[str],
    link: str = "",
    lesson: str = "",
    network: Network | None = None,
    data: Dataset | None = None,
) -> None:
    """Write a page that needs no server: one HTML file, below 200 kB, with the experiment's network alive in it.

    Neurons are dragged, walked and exchanged in two steps as in the app, by the same modules; what each order does to the loss
    is computed in the page in float64, and the argument of the network's average (:func:`jensen_argument`) stands below. It
    opens from a disk without a network, or in a frame, for which ``sandbox="allow-scripts"`` suffices. Nothing is trained in
    it: the experiment is trained first, as by :func:`follow_recipe`, unless it carries parameters.

    Args:
        experiment: what is shown.
        path: of the file, which is overwritten.
        link: address of the same experiment in an app, to be named on the page.
        lesson: ``"class"`` or ``"talk"``: the lesson above the network, as in the app, with those of its steps that one page
            suffices for. Steps are ticked as they are done; what they ask is answered by computation.

        network: the network, where the experiment has only a name of it.
        data: the table, where the experiment is of one (:meth:`Dataset.from_csv`).

    Raises:
        ValueError: for a network without two neurons in a hidden layer, a link that does not begin with http:// or https://,
            samples and parameters for which 200 kB do not suffice, or a lesson that needs more than the page.
        OSError: if the file cannot be written.
    """
    _import_module("permviz.components.page.writing").write_page(experiment, path, link, lesson, network, data)


def __getattr__(name: str) -> _ModuleType:
    """``pv.figures``: it needs plotly, which nothing else does."""
    if name == "figures":
        return _import_module("permviz.figures")
    raise AttributeError(f"module 'permviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), "figures"]


def _picture(result: object) -> str | None:
    """What notebooks show of a result."""
    drawn: str | None = _import_module("permviz.figures.notebook").picture(result)
    return drawn


_drawn_by(_picture)
