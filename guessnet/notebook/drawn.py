"""Views that a script draws in the browser, and what stands in for them where it does not.

anywidget may not be installed; or its script does not reach the browser, as when JupyterLab runs in
another environment than the kernel, or VS Code without a network.
"""

from collections.abc import Callable
from typing import Any

import ipywidgets

from guessnet.notebook.parts import button, close, style
from guessnet.texts import text

try:
    from anywidget import AnyWidget as AnyWidget
except ModuleNotFoundError:
    AnyWidget = ipywidgets.DOMWidget  # type: ignore[misc]  # can be made, and shows nothing

_STYLE = style("view", "panel", "drawn")


def drawn(view: AnyWidget, lang: str, in_words: Callable[[], Any]) -> Any:
    """A view, and below it, where no script draws it, a button that puts words in its place.

    `in_words` makes these, of core widgets. Without anywidget they are there at once. The script of
    the view gives its element the class ``gn-drawn``, which hides the button.
    """
    looks = ipywidgets.HTML(f"<style>{_STYLE}</style>")
    looks.layout.display = "none"
    place = ipywidgets.Box([looks]).add_class("gn-view").add_class("gn-place")
    if AnyWidget is ipywidgets.DOMWidget:
        place.children = (looks, in_words())
        return place

    def put_words() -> None:
        place.children = (looks, in_words())
        close(press)

    words, hint = text("view.in-words", lang), text("view.in-words.hint", lang)
    press = button(words, hint, put_words, "in-words")
    place.children = (looks, view, press)
    return place
