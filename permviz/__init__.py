"""permviz: hold the permutation symmetry of neural networks in your hands.

This page is the whole public API.
"""

from permviz.activations import ACTIVATIONS as ACTIVATIONS
from permviz.datasets import TASKS as TASKS
from permviz.datasets import Dataset as Dataset
from permviz.datasets import load_dataset as load_dataset
from permviz.engine import affine_losses as affine_losses
from permviz.gradients import loss_and_gradient as loss_and_gradient
from permviz.jacobians import hessian as hessian
from permviz.jacobians import jacobian as jacobian
from permviz.moves import change_basis as change_basis
from permviz.moves import half_turns as half_turns
from permviz.moves import make_equal as make_equal
from permviz.moves import rescale as rescale
from permviz.moves import shift_origin as shift_origin
from permviz.moves import sign_flip as sign_flip
from permviz.moves import sign_flips as sign_flips
from permviz.network import Network as Network
from permviz.network import NetworkSpec as NetworkSpec
from permviz.network import init_network as init_network
from permviz.network import loss as loss
from permviz.network import stack as stack
from permviz.network import unflatten as unflatten
from permviz.orbits import Stabiliser as Stabiliser
from permviz.orbits import coupled_network as coupled_network
from permviz.orbits import orbit_size as orbit_size
from permviz.orbits import stabiliser as stabiliser
from permviz.permutation import Permutation as Permutation
from permviz.planes import PlaneSlice as PlaneSlice
from permviz.planes import plane_slice as plane_slice
from permviz.planes import random_plane as random_plane
from permviz.slices import LineSlice as LineSlice
from permviz.slices import TranspositionLines as TranspositionLines
from permviz.slices import line_slice as line_slice
from permviz.slices import transposition_lines as transposition_lines
from permviz.symmetry import SymmetryGroup as SymmetryGroup
from permviz.symmetry import symmetry_group as symmetry_group
from permviz.training import History as History
from permviz.training import Progress as Progress
from permviz.training import TrainingRun as TrainingRun
from permviz.training import train as train
