"""Tables and files that visitors brought, on the shelf of the server by what they hold, and the tasks made of them."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

from permviz.experiment.codec import named_parameters
from permviz.experiment.own import table_task
from permviz.networks.datasets import Dataset
from permviz.networks.network import Network
from permviz.networks.tables import Table, read_table
from permviz.ui.state.shelf import Shelf
from permviz.ui.state.store import bytes_of

_SECRET = secrets.token_bytes(16)


@cache
def shelf() -> Shelf:
    """What the visitors of this server brought."""
    return Shelf()


def keep_table(owner: object, content: bytes) -> Table:
    """Read a table and keep it as it came, by its digest.

    Raises:
        ValueError: naming row and column of what cannot be read.
    """
    table = read_table(content)
    shelf().put(owner, table.digest, content, len(content))
    return table


def own_table(owner: object, digest: str) -> Table | None:
    """A table that this owner brought, read once more."""
    content = shelf().get(owner, digest)
    return None if content is None else read_table(content)


def keep_file(owner: object, content: bytes) -> str:
    """Keep a file, and give its name: that of its content."""
    name = f"file.{hashlib.sha256(content).hexdigest()[:24]}"
    shelf().put(owner, name, content, len(content))
    return name


def own_file(owner: object, name: str) -> bytes | None:
    """A file that this owner brought, by the name that it was given."""
    content: bytes | None = shelf().get(owner, name) if name.startswith("file.") else None
    return content


def keep_network(owner: object, network: Network) -> str:
    """Keep a network that is too large to travel in a link, and give its name."""
    name = named_parameters(network)
    shelf().put(owner, name, network, bytes_of(network))
    return name


def own_network(owner: object, name: str) -> Network | None:
    """A network that this owner brought, by its name."""
    network: Network | None = shelf().get(owner, name)
    return network


def own_data(owner: object, task: str) -> Dataset | None:
    """The data of a recipe's task, if it is of a table that this owner brought.

    Raises:
        ValueError: if the table is not as the name of the task says.
    """
    data: Dataset | None = shelf().get(owner, task)
    named = table_task(task)
    table = own_table(owner, named.digest) if named and data is None else None
    if named and table:
        data = named.dataset(table)
        shelf().put(owner, task, data, bytes_of(data))
    return data


def address(task: str) -> str:
    """By what a browser asks for the samples of an own task: nobody guesses it, and this server alone knows it."""
    return hashlib.blake2b(task.encode(), key=_SECRET, digest_size=16).hexdigest()


def at_address(secret: str) -> Dataset | None:
    """The data at an address, while somebody's visit keeps them."""
    return next((thing for name, thing in shelf().things() if address(name) == secret and isinstance(thing, Dataset)), None)
