"""What ``deploy/`` describes, on this machine: the Dockerfile's own command, twice, behind HAProxy with the shipped file."""

from __future__ import annotations

import json
import re
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.browser.driver import ROOT, Server, free_port, serving

DEPLOY = ROOT / "deploy"
NAMES = ("one", "two")
"""Of the replicas, in the proxy's cookie."""
COOKIE = "permviz"


def haproxy() -> str | None:
    """Debian keeps it where only the superuser looks."""
    return shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")


def instruction(name: str) -> list[str]:
    """The command of an instruction of the Dockerfile, such as ``CMD``, in its JSON form."""
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    (found,) = re.findall(rf"^{name} [^\[\n]*(\[.*\])$", text, re.MULTILINE)
    return [sys.executable if word == "python" else word for word in json.loads(found)]


def replica_command(port: int) -> list[str]:
    """What a container runs, at another port and for this machine alone."""
    return [{"8501": str(port), "0.0.0.0": "127.0.0.1"}.get(word, word) for word in instruction("CMD")]


class Site:
    """Two replicas and the proxy, below ``path``; their metrics are open, so that it is the proxy that closes them."""

    def __init__(self, folder: Path, stack: ExitStack, path: str = "", names: tuple[str, ...] = NAMES) -> None:
        self.folder, self.stack, self.path = folder, stack, path
        self.ports = {name: free_port() for name in names}
        self.replicas: dict[str, Server] = {}
        for name in names:
            self.start(name)
        self.proxy = self.proxied()
        self.url = self.proxy.url

    def proxied(self, **more: str) -> Server:
        """A proxy before the replicas, with more settings if there are any."""
        port = free_port()
        settings = {f"PERMVIZ_REPLICA_{i}": f"127.0.0.1:{at}" for i, at in enumerate(self.ports.values(), start=1)}
        settings |= {"PERMVIZ_BIND": f"127.0.0.1:{port}", "PERMVIZ_PATH": self.path, **more}
        command = [str(haproxy()), "-f", str(DEPLOY / "haproxy.cfg")]
        log = self.folder / f"proxy-{port}.log"
        return self.stack.enter_context(serving(command, port, log, base=self.path, settings=settings))

    def start(self, name: str) -> None:
        """A replica, as the compose file starts it: also one that has died."""
        settings = {
            "STREAMLIT_SERVER_COOKIE_SECRET": "one for all replicas",
            "STREAMLIT_SERVER_ALLOWED_HOSTS": "localhost 127.0.0.1",
            "STREAMLIT_SERVER_BASE_URL_PATH": self.path,
            "PERMVIZ_METRICS": "1",
            "OMP_NUM_THREADS": "1",
        }
        port = self.ports[name]
        replica = serving(replica_command(port), port, self.folder / f"{name}.log", base=self.path, settings=settings)
        self.replicas[name] = self.stack.enter_context(replica)
