"""permviz: hold the permutation symmetry of neural networks in your hands.

This page is the whole public API.
"""

from permviz.activations import ACTIVATIONS as ACTIVATIONS
from permviz.datasets import TASKS as TASKS
from permviz.datasets import Dataset as Dataset
from permviz.datasets import load_dataset as load_dataset
from permviz.network import Network as Network
from permviz.network import NetworkSpec as NetworkSpec
from permviz.network import init_network as init_network
from permviz.network import loss as loss
from permviz.network import stack as stack
from permviz.network import unflatten as unflatten
from permviz.permutation import Permutation as Permutation
