"""What the sceptics of alignment say, each with this pair's own numbers."""

from __future__ import annotations

import streamlit as st

from permviz.networks.digits import differs, loss_text, told_apart, written
from permviz.ui.parts.views import Shown
from permviz.ui.views.align.pair import Between


def confidence(found: Between) -> str:
    """How much of the midpoint's loss is under-confidence, or over-confidence; empty where the task has no classes."""
    line = found.before if found.after is None else found.after
    decay = float(line.middle.decay)
    raw, mended = float(line.middle.loss) - decay, float(line.middle.calibrated_loss) - decay
    loss = "loss without decay" if decay else "loss"
    if line.middle.accuracy is None:
        return ""
    if bool(line.middle.accuracy == 1):
        return f"All answers of the midpoint are right, so all of its {loss}, {loss_text(raw)}, is doubt: no mistake is in it."
    if not differs(raw, mended):
        return f"The midpoint is as sure as it is right: no temperature lowers its {loss} of {loss_text(raw)}."
    surer = "less" if float(line.middle.temperature) < 1 else "more"
    low, high = told_apart(raw, mended)
    return (
        f"The midpoint is {surer} sure than it is right: outputs divided by the best temperature take its {loss} from "
        f"{low} to {high}. That part of a wall is confidence, not mistakes."
    )


def sceptics(shown: Shown, found: Between) -> None:
    """Folded away: confidence, optimiser, width, many networks."""
    recipe = shown.experiment.recipe
    told = confidence(found)
    with st.expander("What sceptics say"):
        lines = [f"- **Is it a wall, or doubt?** {told}"] if told else []
        trained = (
            f"Here Adam with a learning rate of {recipe.rate:g}: under *More*, try a tenth of it. "
            if recipe.steps
            else "Here no step of Adam leads to A. "
            if recipe.trains
            else "No training leads to A here, so how it came about is not known. "
        )
        lines += [
            f"- **The training decides.** {trained}That permutations are enough is owed to it, not to the "
            "architecture ([Ainsworth et al. 2023](https://arxiv.org/abs/2209.04836)).",
            f"- **Width decides.** Widest layer here: {max(recipe.hidden)}. Narrow networks keep their walls "
            "([Entezari et al. 2022](https://arxiv.org/abs/2110.06296)).",
            "- **A match is for a pair.** One order for each network that suits all pairs at once is more to ask "
            "([Sharma et al. 2024](https://arxiv.org/abs/2404.06498)).",
        ]
        st.markdown(written("\n".join(lines)))
