"""A visitor without a browser: Streamlit's websocket protocol, spoken as the browser speaks it, hundreds in one process.

A :class:`Visitor` opens a page, makes swaps as the diagram's JavaScript would report them, and waits until the server has
drawn everything. It keeps what a browser keeps: the address, the values of the widgets, the page, and the diagram's data.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE_SECONDS = 120.0
Order = list[list[int]]

_VALUES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "selectbox": ("string_value", lambda widget: widget.options[widget.default]),
    "number_input": ("double_value", lambda widget: widget.default),
    "text_input": ("string_value", lambda widget: widget.default),
    "checkbox": ("bool_value", lambda widget: widget.default),
}
"""Kind of widget -> under which name a browser reports its value, and its value when it is first drawn."""


class _Counting(ClientConnection):
    """A connection that counts what comes in, as it comes off the wire."""

    wire = 0

    def data_received(self, data: bytes) -> None:
        self.wire += len(data)
        super().data_received(data)


async def _connected(url: str, cookie: str = "") -> _Counting:
    connection = await connect(
        f"ws://{urlsplit(url).netloc}{urlsplit(url).path}/_stcore/stream",
        create_connection=_Counting,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
        open_timeout=PATIENCE_SECONDS,
        ping_interval=None,
        additional_headers={"Cookie": cookie} if cookie else None,
    )
    assert isinstance(connection, _Counting)
    return connection


@dataclass(frozen=True)
class Answer:
    """What one request cost.

    Attributes:
        seconds: from sending until the server had drawn everything.
        acknowledged: seconds until the diagram acknowledged a swap; 0 for other requests.
        size: bytes of the messages of the answer.
        wire: the same bytes as they came off the wire, compressed if the server does so.
        right: whether the diagram holds the order asked for; true for other requests.
    """

    seconds: float
    acknowledged: float
    size: int
    wire: int
    right: bool


@dataclass
class Visitor:
    """One session. Make it by :meth:`arrive`; close it by :meth:`leave`."""

    socket: _Counting
    page: str = ""
    address: str = ""
    """The query string of the address bar."""
    diagram: dict[str, Any] = field(default_factory=dict)
    """The diagram's data, as its JavaScript reads them; empty until they have come."""
    runs: int = 0
    """Runs of the script that have come to their end; one that was cut short for another has not."""
    session: str = ""
    """The name that the server has given to the session."""
    sentences: list[str] = field(default_factory=list)
    """What warnings, errors and other notes have said since the last request."""
    polling: str = ""
    """The fragment that a browser asks for again and again, while there is one."""
    page_hash: str = ""
    """Streamlit's name of the page that the browser believes to be on; none before the first run."""
    places: dict[str, str] = field(default_factory=dict)
    """The fragment that each widget and component is in, by Streamlit's name of it."""
    widgets: dict[str, WidgetState] = field(default_factory=dict)
    """What every widget holds, as it goes with each request."""
    _epoch: str = field(default_factory=lambda: secrets.token_hex(8))
    _n: int = 0
    _asked: str = ""
    _size: int = 0
    _diagram_id: str = ""
    _diagram_fragment: str = ""

    @classmethod
    async def arrive(cls, url: str, query: str = "", page: str = "", cookie: str = "") -> Visitor:
        """Connect to the server at ``url`` and open its ``page`` ("" is the front page); drawn when this returns."""
        socket = await _connected(url, cookie)
        visitor = cls(socket, page=page, address=query)
        await visitor.rerun()
        return visitor

    async def come_back(self, url: str) -> None:
        """Connect anew, as a browser does when its server has been away: to a new session, which is asked for nothing yet."""
        self.socket = await _connected(url)

    async def leave(self) -> None:
        await self.socket.close()

    @property
    def order(self) -> Order:
        return self.diagram["order"]

    async def rerun(self, address: str | None = None, fragment: str = "", history: bool = False) -> Answer:
        """Ask for a run; with an ``address`` of any age, or as going back in the history does, and wait until it is drawn."""
        return await self._ask(self.request(self.address if address is None else address, fragment, history))

    async def turn(self, page: str, address: str) -> Answer:
        """Go to another page, or to the same one at another address, within the visit, as the browser's Back does."""
        self.page, self.page_hash, self.widgets = page, "", {}
        return await self.rerun(address, history=True)

    async def swap(self, order: Order) -> Answer:
        """Report ``order`` as the diagram does, and wait until it is acknowledged and everything is drawn."""
        self._n += 1
        told = {"epoch": self._epoch, "n": self._n, "nodes": self.diagram["nodes"], "order": order, "attempt": 0}
        told["place"] = {"mode": "swap", "t": 1}
        state = WidgetState(id=self._diagram_id, json_value=json.dumps({"order": told}, separators=(",", ":")))
        self.widgets[self._diagram_id] = state
        mine = {"epoch": self._epoch, "n": self._n}
        request = self.request(self.address, self._diagram_fragment)
        return await self._ask(request, lambda: self.diagram["ack"] == mine, order)

    async def enter(self, key: str, **value: Any) -> Answer:
        """Report a value of the widget with that key, such as ``string_value="b"``, and wait until all is drawn."""
        name = next(name for name in self.places if name.endswith(f"-{key}"))
        self.widgets[name] = WidgetState(id=name, **value)
        return await self._ask(self.request(self.address, self.places[name]))

    async def trained(self) -> None:
        """Wait as a browser does until the network of the page is trained: by asking again."""
        while self.polling:
            await asyncio.sleep(0.3)
            await self.rerun(fragment=self.polling)

    def request(self, address: str, fragment: str = "", history: bool = False) -> BackMsg:
        """What a browser sends to have the page run again, with the values of all its widgets."""
        request = BackMsg()
        run = request.rerun_script
        run.query_string, run.page_script_hash, run.fragment_id = address, self.page_hash, fragment
        run.is_auto_rerun = bool(fragment) and fragment == self.polling
        run.is_history_navigation = history
        if not self.page_hash:
            run.page_name = self.page
        run.widget_states.widgets.extend(self.widgets.values())
        return request

    async def _ask(self, request: BackMsg, heard: Callable[[], bool] = lambda: True, order: Order | None = None) -> Answer:
        size, wire, ended, begun, acknowledged = self._size, self.socket.wire, self.runs, time.perf_counter(), 0.0
        self.sentences.clear()
        await self.socket.send(request.SerializeToString())
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.runs == ended or not heard():
                await self.hear()
                if order is not None and not acknowledged and heard():
                    acknowledged = time.perf_counter() - begun
        right = order is None or self.order == order
        return Answer(time.perf_counter() - begun, acknowledged, self._size - size, self.socket.wire - wire, right)

    async def hear(self) -> ForwardMsg:
        """Wait for one message of the server and take it up."""
        frame = await self.socket.recv()
        assert isinstance(frame, bytes), "Streamlit speaks protobuf only"
        self._size += len(frame)
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._asked, self.session = "", message.new_session.initialize.session_id
        elif kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.address = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.polling = self._asked = message.auto_rerun.fragment_id
        elif kind == "stop_auto_rerun" and self.polling in message.stop_auto_rerun.fragment_ids:
            self.polling = ""
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.runs += 1
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:  # a whole run: what it does not ask for is over
                self.polling = self._asked
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._draw(message.delta)
        return message

    def _draw(self, delta: Delta) -> None:
        kind = delta.new_element.WhichOneof("type")
        if kind == "alert":
            self.sentences.append(delta.new_element.alert.body)
        elif kind == "bidi_component":
            component = delta.new_element.bidi_component
            self.places[component.id] = delta.fragment_id
            if '"ack"' in component.json:  # no other component's data have it
                self.diagram = json.loads(component.json)
                self._diagram_id, self._diagram_fragment = component.id, delta.fragment_id
        elif kind in _VALUES:
            name, value = _VALUES[kind]
            widget = getattr(delta.new_element, kind)
            self.places[widget.id] = delta.fragment_id
            if widget.id not in self.widgets:
                self.widgets[widget.id] = WidgetState(id=widget.id, **{name: value(widget)})


def another_order(order: Order, rng: random.Random) -> Order:
    """``order`` with two nodes of one layer exchanged.

    >>> another_order([[0, 1]], random.Random(0))
    [[1, 0]]
    """
    changed = [list(layer) for layer in order]
    layer = rng.choice([layer for layer in changed if len(layer) > 1])
    i, j = rng.sample(range(len(layer)), 2)
    layer[i], layer[j] = layer[j], layer[i]
    return changed
