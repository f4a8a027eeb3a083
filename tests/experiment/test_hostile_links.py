"""Whatever stands in an address: an experiment, a sentence for what was left out, and from then on a link that is right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from permviz.experiment.codec import encode_parameters
from permviz.experiment.experiment import Experiment
from permviz.experiment.link import _names, from_query, to_query
from permviz.experiment.own import drawn_task
from permviz.experiment.recipe import Recipe
from permviz.networks.network import init_network
from tests.experiment.test_own import KIND, SIZE
from tests.hostile import hostile, sentence, spoilt

RECIPE = Recipe(task=drawn_task([(0, 1), (2, 3)], [(4, 5), (6, 7)]), hidden=(4, 3))
RIGHT = {
    **to_query(Experiment(RECIPE, theta=encode_parameters(init_network(RECIPE.spec)))),
    "order": "1023.012",
    "slices.swap": "1_0_2",
    "slices.nodes": "2_0_1",
    "average.matrix": "1_2_3_4",
    "count.show": "growth",
    "rastrigin.u": "0.25",
}
NAMES = sorted(_names())
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from([*RIGHT.values(), KIND.name, SIZE.name]),
    st.sampled_from(["", "-1", "1e999", "nan", "inf", "٣", "1_000", "99999999999999999999", "0x10"]),
    st.from_regex(r"[0-9_.\-]{0,20}", fullmatch=True),
    st.from_regex(r"(drawn|table)\.[0-9a-zA-Z_.\-]{0,60}", fullmatch=True),
)  # fmt: skip


def opens(query: dict[str, str]) -> None:
    experiment, notes = from_query(query)
    for note in notes:
        sentence(note)
    again, complaints = from_query(to_query(experiment))
    assert again == experiment
    assert complaints == ()
    assert experiment.recipe.spec.widths[1:-1] == experiment.recipe.hidden


@hostile("links", 0.5)
@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=12), VALUES, max_size=8))
def test_any_values(query: dict[str, str]) -> None:
    opens(query)


@hostile("links", 0.5)
@given(st.data())
def test_right_links_spoilt(data: st.DataObject) -> None:
    query = dict(RIGHT)
    for name in data.draw(st.lists(st.sampled_from(sorted(RIGHT)), min_size=1, max_size=3, unique=True)):
        query[name] = data.draw(spoilt(query[name].encode())).decode("utf-8", "replace")
    opens(query)
