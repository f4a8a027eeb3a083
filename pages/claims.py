"""The post, claim by claim: what it says, the verdict, and the live computation that shows it."""

from permviz.ui.frame import show_page
from permviz.ui.views.claims.views import show_claims


def claims() -> None:
    show_claims()


show_page(claims)
