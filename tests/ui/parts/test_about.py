"""What permviz says of itself, and what its build panel has in sight."""

from importlib.metadata import version

from permviz.ui.parts.about import about
from tests.pages.app_page import AppPage


def test_about_says_what_whose_how_and_which_versions() -> None:
    text = about()
    for words in (
        "permutation symmetry",
        "NonConvexity of neural networks",
        "float64",
        f"torch {version('torch').partition('+')[0]}",
    ):
        assert words in text


def test_the_build_panel_shows_what_is_often_changed_and_folds_the_rest_away() -> None:
    at = AppPage.opened({"task": "moons", "samples": "60", "net": "4-2", "steps": "30"}).at
    (more,) = (expander for expander in at.sidebar.expander if expander.label == "More")
    assert not more.proto.expanded
    folded = {field.label for field in [*more.number_input, *more.selectbox, *more.text_input]}
    assert folded == {"Noise", "Samples", "Seed", "Learning rate"}
    fields = {
        field.label for field in [*at.sidebar.number_input, *at.sidebar.selectbox, *at.sidebar.text_input, *at.sidebar.toggle]
    }
    assert fields - folded == {"Task", "Hidden layers", "Activation", "Training steps", "Finish at a stationary point"}
