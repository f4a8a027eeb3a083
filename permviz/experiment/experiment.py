"""The Experiment: one frozen, typed, versioned description of what is on the screen, and its URL form.

Everything shown is a pure function of it: the recipe of the network, the permutation, and the settings of each page. The URL
holds it, caches are keyed by it, and a notebook rebuilds the screen's numbers from it. Training may differ in its last bits
between processors, so the parameters of a small network travel in the URL beside the recipe that made them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Annotated, Any

from permviz.experiment.codec import decode_parameters, is_named
from permviz.experiment.kinds import Choice, Orders, Text, Words
from permviz.experiment.recipe import Recipe
from permviz.experiment.screen import ALONE, HIDEABLE
from permviz.experiment.settings import Fits, SettingError, Settings, parts_of, settings_of
from permviz.experiment.views import (
    AlignView,
    AverageView,
    ClaimsView,
    CountView,
    LessonView,
    MeltView,
    PageSettings,
    RastriginView,
    SlicesView,
    SwapView,
)
from permviz.networks.network import Network, NetworkSpec
from permviz.symmetry.permutation import Permutation


def _order_of_nodes(experiment: Experiment, spec: NetworkSpec) -> str:
    if not experiment.order:
        return ""
    if tuple(map(len, experiment.order)) != spec.hidden:
        return f"the order does not fit hidden layers of {'-'.join(map(str, spec.hidden))} nodes"
    return _refusal(lambda: experiment.permutation)


def _parameters(experiment: Experiment, spec: NetworkSpec) -> str:
    return _refusal(experiment.carried_network)


def _refusal(compute: Callable[[], object]) -> str:
    try:
        compute()
    except ValueError as error:
        return str(error).rstrip(".")
    return ""


@dataclass(frozen=True)
class Experiment(Settings):
    """What is on the screen.

    Attributes:
        recipe: what is trained.
        order: the permutation, one order a hidden layer, in the gather meaning; empty for the identity.
        theta: the parameters in their URL form; of a network that was brought and is too large for that, its name; or empty:
            then they are trained.
        hide: parts of the app that are not shown, of :data:`~permviz.experiment.screen.HIDEABLE`.
        view: the one part that is shown, of :data:`~permviz.experiment.screen.ALONE`; empty for the whole app.
        present: whether it is shown to a room: large, and without the build panel.
        swap, slices, average, count, rastrigin, claims, align, melt: settings of the pages.
        lesson: the lesson that is followed, and how far.

    Raises:
        SettingError: a ``ValueError`` that says which setting was given what, and what is expected.

    >>> Experiment(Recipe(hidden=(3,)), order=((2, 0, 1),)).permutation.orders[0].tolist()
    [2, 0, 1]
    """

    recipe: Recipe = field(default_factory=Recipe)
    order: Annotated[tuple[tuple[int, ...], ...], Orders(), Fits(_order_of_nodes)] = ()
    theta: Annotated[str, Text(1600), Fits(_parameters)] = ""
    hide: Annotated[tuple[str, ...], Words(tuple(HIDEABLE))] = ()
    view: Annotated[str, Choice(("", *ALONE), "part")] = ""
    present: bool = False
    swap: SwapView = field(default_factory=SwapView)
    slices: SlicesView = field(default_factory=SlicesView)
    average: AverageView = field(default_factory=AverageView)
    count: CountView = field(default_factory=CountView)
    rastrigin: RastriginView = field(default_factory=RastriginView)
    claims: ClaimsView = field(default_factory=ClaimsView)
    align: AlignView = field(default_factory=AlignView)
    melt: MeltView = field(default_factory=MeltView)
    lesson: LessonView = field(default_factory=LessonView)

    def __post_init__(self) -> None:
        for name, table in _PARTS.items():
            if not isinstance(getattr(self, name), table):
                raise SettingError(f"{name.capitalize()} {getattr(self, name)!r:.60}", f"expected a {table.__name__}")
        super().__post_init__()
        for setting in settings_of(type(self)):
            reason = setting.misfit(self, self.recipe.spec) if setting.misfit else ""
            if reason:
                raise self.refusal(setting, reason)

    @cached_property
    def permutation(self) -> Permutation:
        """What makes the copy."""
        return Permutation(self.order) if self.order else Permutation.identity(self.recipe.spec)

    @cached_property
    def _network(self) -> Network | None:
        return decode_parameters(self.theta, self.recipe.spec) if self.theta and not self.is_of_named_network else None

    @property
    def is_of_named_network(self) -> bool:
        """Whether its network is one that was brought, and is too large to travel: only its name does."""
        return is_named(self.theta)

    def carried_network(self) -> Network | None:
        """The network whose parameters the experiment carries, or ``None``: then it is to be trained."""
        return self._network

    def changed(self, **changes: Any) -> Experiment:
        """A validated copy, changed in its own settings, those of its recipe, and pages, of which only the changes are given.

        Another recipe drops the parameters, and what was done to the other network of the Align page, which follows it; other
        layers drop the order, and like another activation a network B that was brought; another order is shown at its copy, not
        on the way.

        Raises:
            SettingError: for a value out of range, or an unknown name.

        >>> experiment = Experiment(order=((1, 0, 2, 3), (0, 1, 2))).changed(hidden=(3,), slices={"log": True})
        >>> experiment.order, experiment.slices.log
        ((), True)
        """
        of_recipe = {name: changes.pop(name) for name in _RECIPE & changes.keys()}
        recipe = (Experiment(changes.pop("recipe")) if "recipe" in changes else self).recipe.changed(**of_recipe)
        if recipe != self.recipe:
            changes = {"theta": "", **changes}
            if isinstance(changes.get("align", {}), Mapping):
                brought = {} if recipe.spec == self.recipe.spec else {"theta": ""}
                anew = {"order": (), "steps": -1, "matched": False, "compare": False, "truth": False, "broken": False}
                changes["align"] = {**anew, **brought, **changes.get("align", {})}
        if recipe.hidden != self.recipe.hidden:
            changes = {"order": (), **changes}
        if changes.get("order", self.order) != self.order:
            changes = {"swap": {"t": 1.0}, **changes}
        pages = {
            name: getattr(self, name).changed(**given)
            for name, given in changes.items()
            if name in PAGES and isinstance(given, Mapping)
        }
        return super().changed(recipe=recipe, **changes | pages)


_RECIPE = {part.name for part in fields(Recipe)}
_PARTS = parts_of(Experiment)
PAGES = {name: table for name, table in _PARTS.items() if issubclass(table, PageSettings)}
"""Pages that have settings, as links call them, and the table of each."""


def fitted(experiment: Experiment) -> tuple[Experiment, dict[str, str]]:
    """The experiment with the settings of pages that do not fit its network at their defaults, and for each of them the reason.

    Returns:
        The experiment itself where all fit; reasons by ``page.setting``, as the end of a sentence.

    >>> fitted(Experiment(Recipe(hidden=(4,)), slices=SlicesView(layer=2)))[1]
    {'slices.layer': "the network's only hidden layer is 1"}
    """
    reasons: dict[str, str] = {}
    for page, table in PAGES.items():
        for setting in settings_of(table):
            view = getattr(experiment, page)  # a layer comes before the nodes that are counted in it
            if setting.misfit is None or getattr(view, setting.name) == setting.default:
                continue
            reason = setting.misfit(view, experiment.recipe.spec)
            if reason:
                reasons[f"{page}.{setting.link}"] = reason
                experiment = experiment.changed(**{page: {setting.name: setting.default}})
    return experiment, reasons
