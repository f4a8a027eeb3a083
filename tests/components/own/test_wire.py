"""Files and drawn points from the browser: read exactly, or refused in a sentence."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from permviz.components.own.wire import MOST_FILE_BYTES, decode_file, decode_id, decode_points

ID = "00c0ffee00c0ffee"


def message(content: bytes = b"x,y\n1,2", **change: Any) -> dict[str, Any]:
    return {"id": ID, "name": "a.csv", "content": base64.b64encode(content).decode()} | change


def test_a_file_comes_as_it_was() -> None:
    content = bytes(range(256)) * 10
    file = decode_file(message(content))
    assert (file.id, file.name, file.content) == (ID, "a.csv", content)
    assert "content" not in repr(file), "what is in it does not go into a log"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (r"C:\own\a.csv", "a.csv"),
        ("../../etc/a.csv", "a.csv"),
        ("a\u202e\n\x00b.csv", "a???b.csv"),
        ("/", "a file"),
        ("", "a file"),
        ("n" * 500, "n" * 80),
    ],
)
def test_a_name_is_one_that_a_page_can_show(given: str, shown: str) -> None:
    assert decode_file(message(name=given)).name == shown


BAD: dict[str, Any] = {
    "nothing": None,
    "text": "file",
    "a list": [],
    "no id": {"name": "a", "content": "eCx5"},
    "an id of another kind": message(id=3),
    "a long id": message(id="0" * 17),
    "an id that is no name": message(id="../../../etc/pass"),
    "no name": message(name=None),
    "no content": message(content_=""),
    "content that is no text": message() | {"content": 3},
    "content that is not base64": message() | {"content": "a,b!"},
    "content cut off": message() | {"content": "eCx5C"},
    "content that is not ASCII": message() | {"content": "éééé"},
    "nothing in it": message(b""),
    "too much in it": message() | {"content": "A" * ((MOST_FILE_BYTES + 2) // 3 * 4 + 4)},
}
del BAD["no content"]["content"]


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_anything_else_is_refused_in_a_sentence(bad: Any) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*[a-z]\.$"):
        decode_file(bad)


def test_the_largest_file_is_taken() -> None:
    assert len(decode_file(message(bytes(MOST_FILE_BYTES))).content) == MOST_FILE_BYTES


def test_a_name_of_a_message_is_read_without_its_content() -> None:
    assert decode_id({"id": ID}) == ID


def test_points_come_as_they_were_drawn() -> None:
    assert decode_points({"id": ID, "first": [[0, 255], [1, 2]], "second": []}) == ([(0, 255), (1, 2)], [])


@pytest.mark.parametrize(
    "bad",
    [None, {}, [], *({"first": [], "second": []} | change for change in ({"id": 1}, {"id": "x"}))]
    + [{"id": ID, "first": points, "second": []} for points in (
        None, "ab", {"0": [1, 2]}, [1, 2], [[1]], [[1, 2, 3]], [["1", "2"]], [[1.5, 2]], [[True, False]], [[-1, 0]], [[0, 256]],
    )],
)  # fmt: skip
def test_other_points_are_refused_in_a_sentence(bad: Any) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*[a-z]\.$"):
        decode_points(bad)
