"""What the widgets of this room have in common."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import ipywidgets

from guessnet import palette
from guessnet.server import Server
from guessnet.texts import text

Result = TypeVar("Result")


class Shown:
    """Something to read that does not change: plain text, and HTML where that says it better."""

    def __init__(self, plain: str, markup: str | None = None) -> None:
        self._plain = plain
        self._markup = markup

    def __repr__(self) -> str:
        return self._plain

    def _repr_html_(self) -> str | None:
        return self._markup


def style(*names: str) -> str:
    """Style sheets of this room, by their names, and before them the palette."""
    sheets = (Path(__file__).with_name(f"{name}.css") for name in names)
    return palette.CSS + "".join(sheet.read_text("utf-8") for sheet in sheets)


_PANEL = style("view", "code", "panel")


class Kernel:
    """The event loop of the notebook in which a widget was made, if it was made in one.

    Widgets are touched there and nowhere else.
    """

    def __init__(self) -> None:
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def __bool__(self) -> bool:
        return self._loop is not None

    def soon(self, action: Callable[[], object]) -> None:
        """Do something in the loop. May be called in any thread; without a loop nothing happens."""
        if self._loop:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody looks any more
                self._loop.call_soon_threadsafe(action)


def in_thread(work: Callable[[], Result], name: str) -> Future[Result]:
    """Begin some work in a thread of its own, for which nobody has to wait."""
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name=f"guessnet {name}", daemon=True).start()
    return future


def known_as(server: Server) -> str:
    """By what a server is taken for the same when a cell is run again."""
    step: Any = server.step
    return server.name or str(getattr(step, "name", getattr(step, "__name__", step)))


def frame(kind: str, lang: str, sheets: str, *parts: Any) -> Any:
    """What there is to see of something: its parts one below the other, and how they look.

    ``gn-KIND`` is its class. When the kernel has gone, it says so.
    """
    looks = ipywidgets.HTML(f"<style>{sheets}</style>")
    looks.layout.display = "none"
    dead = ipywidgets.HTML(f'<div role="status">{text("view.dead", lang)}</div>')
    made = ipywidgets.Box([looks, dead.add_class("gn-dead"), *parts])
    return made.add_class("gn-view").add_class(f"gn-{kind}")


def panel(kind: str, lang: str, *parts: Any) -> Any:
    """As `frame`, with the looks that several widgets share."""
    return frame(kind, lang, _PANEL, *parts).add_class("gn-panel")


def button(words: str, hint: str, action: Callable[[], object], name: str) -> Any:
    """A button; ``gn-press-NAME`` is its class."""
    made = ipywidgets.Button(description=words, tooltip=hint)
    made.on_click(lambda _: action())
    return made.add_class(f"gn-press-{name}")


def pill(state: str, mark: str, words: str) -> str:
    """A state in a word, as HTML; the words are escaped already."""
    return (
        f'<span class="gn-pill gn-{state}" role="status">'
        f'<span class="gn-pill-mark" aria-hidden="true">{mark}</span>{words}</span>'
    )


def as_output(widget: Any, plain: str) -> dict[str, Any]:
    """What Jupyter shows: the widget, or plain text where there are no widgets.

    The widget could say it, but ipywidgets 7, which Colab has, does so in another way than 8.
    """
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"text/plain": plain, "application/vnd.jupyter.widget-view+json": view}


def hide(widget: Any, hidden: bool) -> None:
    (widget.add_class if hidden else widget.remove_class)("gn-hidden")


def close(widget: Any) -> None:
    """Close a widget and its parts, which the widget itself would leave behind."""
    for child in getattr(widget, "children", ()):
        close(child)
    for part in (getattr(widget, "style", None), widget.layout, widget):
        if part is not None:
            part.close()
