"""The files of ``deploy/`` beside each other and beside the repository: what they name is there, and named alike."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.browser.driver import ROOT
from tests.deploy.site import DEPLOY, instruction

DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COPIED = [source for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for source in line.split()]
CODE = {"app.py", "pages", "permviz", ".streamlit"}


def test_the_image_has_the_app_and_what_it_needs() -> None:
    assert sorted(COPIED) == sorted(CODE | {"requirements.txt", "requirements.lock"})
    assert all((ROOT / source).exists() for source in COPIED)


def test_docker_is_sent_what_is_copied_and_no_more() -> None:
    first, *rest = [x for x in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if not x.startswith("#")]
    assert first == "*"
    assert sorted(x.removeprefix("!") for x in rest if x.startswith("!")) == sorted(COPIED)


def test_a_change_of_the_app_installs_nothing_anew() -> None:
    """Docker repeats all that stands below the first line that has changed."""
    installed, copied = DOCKERFILE.rindex("pip install"), min(DOCKERFILE.index(f"COPY {source}") for source in CODE)
    assert installed < copied
    assert "--require-hashes -r /app/requirements.lock" in DOCKERFILE


def test_the_app_is_nobody_special_in_the_image() -> None:
    assert DOCKERFILE.index("USER permviz") < DOCKERFILE.index("\nCMD")


@pytest.mark.parametrize("path", ["", "/lab"])
def test_the_health_check_fails_where_nothing_answers(path: str) -> None:
    """Its other half is in ``test_proxy.py``, where something does."""
    command = [word.replace("8501", "9") for word in instruction("HEALTHCHECK")]
    done = subprocess.run(command, env={"STREAMLIT_SERVER_BASE_URL_PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "refused" in done.stderr


def test_systemd_starts_what_the_image_starts() -> None:
    (started,) = re.findall(
        r"^ExecStart=/opt/permviz/.venv/bin/python (.+)$", (DEPLOY / "permviz@.service").read_text(), re.MULTILINE
    )
    expected = {"0.0.0.0": "127.0.0.1", "8501": "%i"}
    assert started.split() == [expected.get(word, word) for word in instruction("CMD")[1:]]


def settings(text: str) -> set[str]:
    return set(re.findall(r"PERMVIZ_[A-Z_0-9]+", text))


def test_every_setting_of_the_proxy_is_explained() -> None:
    """And what is explained is a setting of something."""
    explained = settings((DEPLOY / "README.md").read_text())
    used = settings((DEPLOY / "haproxy.cfg").read_text()) | settings((DEPLOY / "compose.yaml").read_text())
    used |= settings((ROOT / "permviz/ui/guard.py").read_text())
    replicas = {name for name in used if name.startswith("PERMVIZ_REPLICA_")}
    assert used - replicas <= explained
    assert explained - {"PERMVIZ_REPLICA_1"} <= used


def test_the_community_clouds_torch_is_the_pinned_one() -> None:
    """Streamlit's own cloud installs with uv, from one file, for one Python."""
    lines = (DEPLOY / "community-cloud.txt").read_text().splitlines()
    pins = [x for x in (ROOT / "requirements.txt").read_text().splitlines() if x and not x.startswith("#")]
    (torch,) = [pin for pin in pins if pin.startswith("torch==")]
    version = torch.removeprefix("torch==")
    url = rf"torch @ https://download\.pytorch\.org/whl/cpu/torch-{re.escape(version)}%2Bcpu-cp311-cp311-\w+_x86_64\.whl"
    written = [x for x in lines if x and not x.startswith("#")]
    assert [x for x in written if not re.fullmatch(url, x)] == [x for x in pins if x != torch]
    assert sum(bool(re.fullmatch(url, x)) for x in written) == 1
