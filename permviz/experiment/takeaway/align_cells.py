"""The Align page as code: network B, the line to it as it is, matched or moved by hand; every method on several pairs.

What the code finds made is told in :mod:`.figure_cells`.
"""

from __future__ import annotations

from permviz.experiment.codec import is_named
from permviz.experiment.experiment import Experiment
from permviz.experiment.fresh import fresh_data, fresh_draw
from permviz.experiment.recipe import LAST_SEED
from permviz.landscape.asymmetry import wider_widths
from permviz.landscape.matching_methods import METHODS

Cells = list[str]


def _trained(seed: str, stopped: str = "") -> str:
    return f"pv.follow_recipe(experiment.recipe.changed(seed={seed}{stopped}), data=data).network"


def _other(experiment: Experiment) -> str:
    """Code of network B."""
    view = experiment.align
    if view.other == "file" and view.theta and not is_named(view.theta):
        return f"pv.Experiment(recipe, theta={view.theta!r}).carried_network()"
    if view.other == "file":
        return 'pv.load_network("b.safetensors")  # network B, which you have'
    if view.other == "copy":
        return f"pv.Permutation.random(net.spec, seed={view.seed})(net)"
    return _trained(str(view.seed), "" if view.steps < 0 else f", steps={view.steps}, finish=False")


def _signed(experiment: Experiment) -> str:
    return "" if experiment.align.flips else ", signed=False"


def _lines(experiment: Experiment, last: str, moved: str) -> str:
    """The cell's end: barriers by the definition chosen, and the figure; ``last`` is code of the line to B where it stands."""
    view = experiment.align
    shown = f"before, {last or None}, {view.definition!r}, {moved!r}, loss_label=loss_label, log={view.log}"
    told = [f'print("B as it is:", float(before.barrier({view.definition!r})))']
    if last:
        told.append(f'print("{moved}:", float({last}.barrier({view.definition!r})))')
    return "\n".join([*told, f"pv.figures.alignment_figure({shown})"])


def pair_cells(experiment: Experiment) -> Cells:
    """A and B as the page shows them: B as it is, matched, or where a hand put its nodes."""
    view, other = experiment.align, f"other = {_other(experiment)}"
    before = "before = pv.line_slice(copy, other, data)"
    matched = f"match = pv.match(copy, other, data, {view.method!r}{_signed(experiment)})\nprint(match.status)"
    if not view.matched and not view.order:
        return [other, f"{before}\n{_lines(experiment, '', 'B matched')}"]
    if not view.order:
        after = "after = match.after.line"
        return [other, f"{matched}\n{before}\n{after}\n{_lines(experiment, 'after', 'B matched')}"]
    nodes = f"{matched}\nnodes = match.permutation.inverse()(match.aligned)  # signs and scales alone\n" if view.matched else ""
    by_hand = f"after = pv.line_slice(copy, pv.Permutation({view.order!r})({'nodes' if nodes else 'other'}), data)"
    return [other, f"{nodes}{before}\n{by_hand}\n{_lines(experiment, 'after', 'B as you moved it')}"]


def methods_cells(experiment: Experiment) -> Cells:
    """Every method on the pairs of the page; A with its nodes as trained."""
    view = experiment.align
    seed = f"({view.seed} + k) % {LAST_SEED + 1:_}"
    if view.other == "file":
        made = f"other = {_other(experiment)}\nothers = [other]"
    elif view.other == "copy":
        made = f"others = [pv.Permutation.random(net.spec, seed={seed})(net) for k in range({view.pairs})]"
    else:
        made = f"others = [{_trained(seed)} for k in range({view.pairs})]"
        if view.steps >= 0:
            made += f"\nothers[0] = {_other(experiment)}  # where its training was stopped"
    return [
        made,
        "def barrier(line):\n"
        f"    return float(line.barrier({view.definition!r}))\n\n\n"
        'barriers = {"as it is": [barrier(pv.line_slice(net, b, data)) for b in others]}\n'
        f"for method in {list(METHODS)}:\n"
        "    try:\n"
        f"        matches = [pv.match(net, b, data, method{_signed(experiment)}) for b in others]\n"
        "    except ValueError as refused:\n"
        '        print(f"{method} is left out: {refused}")\n'
        "    else:\n"
        "        barriers[method] = [barrier(match.after.line) for match in matches]\n"
        f"pv.figures.methods_figure(barriers, {view.definition!r}, loss_label=loss_label)",
    ]


def example_cells(experiment: Experiment) -> Cells:
    """The pair that no order brings together."""
    return [
        "a, b, points = pv.no_match_example()\n"
        "orders = [pv.Permutation([p, q]) for p in ([0, 1], [1, 0]) for q in ([0, 1], [1, 0])]\n"
        "lines = [pv.line_slice(a, order(b), points) for order in orders]\n"
        'print("barriers of all orders:", [float(line.barrier()) for line in lines])\n'
        "best = min(lines[1:], key=lambda line: float(line.barrier()))\n"
        'pv.figures.alignment_figure(lines[0], best, moved="B in its best other order")'
    ]


def asymmetry_cells(experiment: Experiment) -> Cells:
    """Walls over share and kappa of frozen weights: as stored, or of networks trained as the page does."""
    view, recipe = experiment.align, experiment.recipe
    if view.where == "digits":
        made = [f"found = pv.stored_asymmetry_map({view.stored!r})"]
    else:
        fresh = not recipe.is_own and fresh_data(recipe, recipe.dataset()) is not None
        held_out = f"experiment.recipe.changed(draw={fresh_draw(recipe)}).dataset()" if fresh else "None"
        made = [
            f"held_out = {held_out}\n"
            f"found = pv.asymmetry_map(net.spec, data, steps={recipe.steps}, learning_rate={recipe.rate}, "
            f"widths={wider_widths(recipe.spec)}, held_out=held_out)"
        ]
    return [*made, "pv.figures.asymmetry_figure(found)", "pv.figures.asymmetry_controls_figure(found)"]
