"""The locks: what the requirements bring along, in one version each, with a hash for every file; torch is not in them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = {"requirements.lock": "requirements.txt", "requirements-dev.lock": "requirements-dev.txt"}
TORCH = tomllib.loads((ROOT / "requirements-lock.toml").read_text())["dependency-metadata"][0]
CUDA = ("nvidia-", "cuda-", "triton")
"""What the default build of torch on Linux brings besides, and its CPU build does not."""


@dataclass(frozen=True)
class Locked:
    """A line of a lock: one version of a package, where a condition holds, and how many files it may come from."""

    name: str
    version: str
    where: str
    hashes: int

    @property
    def here(self) -> bool:
        return not self.where or Marker(self.where).evaluate()


def locked(text: str) -> list[Locked]:
    """The lines of a lock, in its order; comments are left out."""
    lines = "".join(f"{line}\n" for line in text.splitlines() if not line.lstrip().startswith("#"))
    found = []
    for line in filter(None, lines.replace("\\\n", " ").splitlines()):
        spoken, *hashes = line.split("--hash=sha256:")
        name, version, where = re.fullmatch(r"([a-z0-9-]+)==(\S+)(?: ; (.+))?", spoken.strip()).groups(default="")
        found.append(Locked(name, version, where, sum(bool(re.fullmatch("[0-9a-f]{64}", h.strip())) for h in hashes)))
    return found


def pins(file: str) -> Iterator[Requirement]:
    """What a file of requirements and those that it includes pin."""
    for line in (ROOT / file).read_text().splitlines():
        if line.startswith("-r "):
            yield from pins(line.removeprefix("-r ").strip())
        elif line and not line.startswith("#"):
            yield Requirement(line)


def needs(requirement: Requirement) -> Iterator[Requirement]:
    """What an installed package asks for, as it is asked for itself: with its extras, on this system."""
    texts = TORCH["requires-dist"] if requirement.name == "torch" else requires(requirement.name) or []
    for needed in map(Requirement, texts):
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)):
            yield needed


def complaints(lock: str, file: str) -> list[str]:
    """What is wrong with the text of a lock for a file of requirements: walked through what is installed here."""
    lines = locked(lock)
    here = {line.name: line.version for line in lines if line.here}
    found = [f"{line.name}=={line.version} has no hash" for line in lines if not line.hashes]
    found += [f"{line.name} is locked" for line in lines if line.name == "torch" or line.name.startswith(CUDA)]
    todo, seen = list(pins(file)), set()
    while todo:
        asked = todo.pop()
        name = canonicalize_name(asked.name)
        if name != "torch" and here.get(name) is None:
            found.append(f"{name} is missing")
        elif name != "torch" and not asked.specifier.contains(here[name], prereleases=True):
            found.append(f"{name} is {here[name]}, not {asked.specifier}")
        if name not in seen and (name == "torch" or name in here):
            seen.add(name)
            todo.extend(needs(asked))
    return sorted(set(found)) + [f"nothing asks for {name}" for name in sorted(set(here) - seen)]


@pytest.mark.parametrize(("lock", "file"), LOCKS.items(), ids=LOCKS)
def test_the_lock_has_all_that_the_requirements_need_and_nothing_else(lock: str, file: str) -> None:
    assert complaints((ROOT / lock).read_text(), file) == [], "after a change of the requirements: make lock"


HASH = " --hash=sha256:" + 64 * "0" + "\n"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (r"streamlit==[0-9.]+ ", "streamlit==1.66.0 ", "streamlit is 1.66.0, not ==1.67.0"),
        (r"starlette==[0-9.]+ ", "starlette==0.1.0 ", "starlette is 0.1.0, not "),
        (r"sympy==(.|\n)+?(?=\n[a-z])", "", "sympy is missing"),
        (r"segno==1.6.6 \\\n(    --hash=sha256:\w+( \\)?\n)+", "segno==1.6.6\n", "segno==1.6.6 has no hash"),
        (r"\A", "torch==2.13.0" + HASH, "torch is locked"),
        (r"\A", "triton==3.7.1 ; sys_platform == 'linux'" + HASH, "triton is locked"),
        (r"\A", "left-over==1.0" + HASH, "nothing asks for left-over"),
    ],
)
def test_what_does_not_fit_is_complained_of(old: str, new: str, complaint: str) -> None:
    """Negative control: a lock that was changed by hand, or not made anew."""
    text = (ROOT / "requirements.lock").read_text()
    changed = re.sub(old, new, text, count=1)
    assert changed != text
    assert any(complaint in found for found in complaints(changed, "requirements.txt"))


def test_both_locks_agree() -> None:
    app, tests = ({(x.name, x.version, x.where) for x in locked((ROOT / lock).read_text())} for lock in LOCKS)
    assert app <= tests


def test_torch_needs_what_its_lock_says() -> None:
    """Told to the tool that makes the locks, because it would ask the default build, which brings CUDA on Linux."""
    installed = {str(r) for r in map(Requirement, requires("torch") or []) if not r.marker and not r.name.startswith(CUDA)}
    assert installed == {str(Requirement(text)) for text in TORCH["requires-dist"]}
    assert [str(pin) for pin in pins("requirements.txt") if pin.name == "torch"] == [f"torch=={TORCH['version']}"]
