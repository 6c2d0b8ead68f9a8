"""A real server to be stepped through, event by event, while real clients play with it.

The server runs in its own thread and is held there at every event; see `guessnet.trace.Stepper`. A
`Stepping` says when it may go on and keeps what has happened, so that one can also look back. Its
view is drawn by the browser (``stepper.js``) from one trait, the scene, which is always whole; the
list of what has happened is asked for by each page, by number, so that none of it can be lost.
Widgets belong to the event loop of the kernel, and nothing but `Stepping.wait` keeps that waiting.
"""

import asyncio
import contextlib
import html
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import ipywidgets
import traitlets

from guessnet import texts
from guessnet.errors import BadArgument, GuessnetError
from guessnet.notebook import scene as scenes
from guessnet.notebook.drawn import AnyWidget, drawn
from guessnet.notebook.parts import Shown, as_output, button, close, panel, style
from guessnet.notebook.picture import picture
from guessnet.notebook.scene import (
    Death,
    Look,
    Prediction,
    Ready,
    Scene,
    Story,
    asked_by,
    in_words,
    returned_by,
)
from guessnet.notebook.source import Program, program, tokens
from guessnet.server import Server, Step, build
from guessnet.texts import printable, text
from guessnet.trace import Event, Recording, Trace, variables_of
from guessnet.trace import Stepper as Gate

BATCH = 1 / 30  #: seconds between two changes of what is shown
TICK = 0.2  #: seconds between two looks at what moves without an event: queues, and where it stands
PACE = 0.6  #: seconds for which a recording that runs shows each event
RUN_LIMIT = 10_000  #: events after which a server that runs is held again
ROWS_AT_ONCE = 1000  #: events in one message to the browser
SETTLE = 0.5  #: seconds that a server gets, at first, to come to its first event


class View(AnyWidget):
    """What there is to see of a stepper. Belongs to the kernel's event loop."""

    _esm = Path(__file__).with_name("stepper.js")
    _css = style("view", "code", "stepper")

    program = traitlets.Dict().tag(sync=True)  #: title, lines of tokens, notes by line
    words = traitlets.Dict().tag(sync=True)  #: what stands on buttons and above tables
    scene = traitlets.Dict().tag(sync=True)  #: a `Scene`


class InWords:
    """The same in words, in core widgets: what `Stepping` prints, and its buttons, in `box`."""

    def __init__(self, stepping: "Stepping", lang: str) -> None:
        self._stepping = stepping
        self._page = ipywidgets.HTML()
        buttons = [
            button(text(f"stepper.{do}", lang), text(f"stepper.{do}.hint", lang), action, do)
            for do, action in (
                ("back", stepping.back),
                ("next", stepping.next),
                ("run", stepping.run),
                ("pause", stepping.pause),
            )
        ]
        actions = ipywidgets.Box(buttons).add_class("gn-actions")
        self.box = panel("stepper-in-words", lang, actions, self._page)

    def show(self) -> None:
        self._page.value = f"<pre>{html.escape(str(self._stepping))}</pre>"


class Stepping:
    """A server, or a recording, that one goes through event by event. Make it with `stepper`.

    Every button has a method that does the same. Printed, it says in words what it shows.

    Attributes
    ----------
    server
        The server, for clients to connect to; None for a recording.
    recording
        What has happened so far. It can be saved.
    """

    def __init__(
        self,
        what: Step | str | int | Callable[..., object] | Recording,
        *,
        secret: int | None,
        predict: bool,
        name: str | None,
    ) -> None:
        self._lang = texts.language()
        self._predicts = predict
        self._lock = threading.RLock()
        self._numbers: dict[str, int] = {}  # of threads
        self._story = Story(self._numbers)
        self._predictions: dict[int, Prediction] = {}  # by the index of the event that asked
        self._begun = 0
        self._passed = 0  # events since the server was last told to run
        self._runs = self._closing = False
        self.server: Server | None = None
        if isinstance(what, Recording):
            self.recording = what
            self._program = Program(what.name, what.source.rstrip("\n"))
            self._at: int | None = 0
        else:
            self.recording = Recording()
            self._program = program(what)
            self._at = None  # the index of the event that is looked at; None is the present
            self._gate = Gate(_Sink(self))
            self._trace = Trace(self._gate)
            self.server = build(what, secret=secret, trace=self._trace, name=name)
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:  # no notebook: the view is brought up to date when it is asked for
            self._loop = None
        self._view: View | None = None
        self._in_words: InWords | None = None
        self._place: Any = None
        self._refresh_is_due = False
        self._shown_at = 0.0
        self._timer: asyncio.TimerHandle | None = None  # of what is shown next
        self._player: asyncio.TimerHandle | None = None  # of a recording's next event

    # What can be done

    def next(self) -> None:
        """Let the server go on to its next event; looking back, look at the next event.

        Nothing happens while the server waits for a client.
        """
        with self._lock:
            if self._at is not None:
                self._look_at(self._at + 1)
            elif self._gate.held:
                self._passed = 0
                self._gate.next()
        self._show_soon(3 * BATCH)  # the next event is likely to be here sooner

    def back(self) -> None:
        """Look at the event before. The server itself stays where it is."""
        with self._lock:
            self._look_at((self._at if self._at is not None else self._latest) - 1)
        self._show_soon()

    def look(self, number: int) -> None:
        """Look at the event with this number, the first of which is 1."""
        with self._lock:
            self._look_at(number - 1)
        self._show_soon()

    def run(self) -> None:
        """Let the server run until `pause`, or until it has done `RUN_LIMIT` things.

        A recording is played; where there is no notebook, it is at its end at once.
        """
        with self._lock:
            self._runs = True
            if self.server:
                self._at, self._passed = None, 0
                self._gate.run()
            elif self._loop is None or self._at == self._latest:
                self._look_at(self._latest)
        self._show_soon()

    def pause(self) -> None:
        """Hold the server again, at its next event."""
        with self._lock:
            self._runs = False
            if self.server:
                self._gate.pause()
        self._show_soon()

    def predict(self, readables: Iterable[str | int], writeables: Iterable[str | int] = ()) -> None:
        """Say which sockets a wait will return, and let it begin.

        What came of it can be seen as soon as the wait is over. Raises `GuessnetError` if the
        program does not stand before a wait.

        Parameters
        ----------
        readables
            ``"listener"``, ``"client 1"`` or just 1. If there is nobody in either list, that says
            that the call will have to wait. Raises `BadArgument` for a socket that is not there.
        writeables
            The same for those to whom something can be sent, where the program asks for them.
        """
        with self._lock:
            now = self._now()
            if not self._can_predict(now):
                raise GuessnetError(text("stepper.no-prediction", self._lang))
            event = self.recording.events[now.place]
            asked = asked_by(event, self._program)
            offered = self._story_until(now.place).open_sockets()
            said = Ready(_labels(readables), _labels(writeables))
            if not said.readables <= set(offered):
                known = ", ".join(offered)
                raise BadArgument(text("stepper.bad-prediction", self._lang, sockets=known))
            clients = offered[1:] if asked.writes else []
            if not said.writeables <= set(clients):
                known = ", ".join(clients) or "[]"
                raise BadArgument(text("stepper.bad-prediction", self._lang, sockets=known))
            prediction = Prediction(said, event.thread, tuple(offered), asked)
            kernel = now.look.kernel if now.look else event.kernel
            if not said and not asked.of(kernel):
                prediction.decide(Ready(), now.place, kernel, self._lang)
            self._predictions[now.place] = prediction
        self.next()

    def wait(self, timeout: float = 2.0) -> str | None:
        """Wait until the server is held at an event; give the event's kind, as in `Event`.

        None means that it was not held within `timeout` seconds: it waits for a client, is busy, or
        has ended. A recording need not be waited for.
        """
        if self.server and self._at is None:
            end = time.monotonic() + timeout
            while not self._gate.wait(min(0.05, max(0.0, end - time.monotonic()))):
                if time.monotonic() >= end or not self.server.running:
                    break
        if self._loop is None:
            self._refresh()
        event = self.event
        return event.kind if event and (self._at is not None or self._gate.held) else None

    def close(self) -> None:
        """Stop the server and take the view away. Raises `StopTimeout` as the server does."""
        self._closing = True  # what happens from now on is of no interest
        for timer in (self._timer, self._player):
            if timer:
                timer.cancel()
        view, self._view = self._view, None
        for widget in (view, self._place):
            if widget:
                close(widget)
        if self.server:
            self.server.stop()

    # What there is to see

    @property
    def event(self) -> Event | None:
        """The event that is looked at: the latest, unless one looks back."""
        with self._lock:
            index = self._latest if self._at is None else self._at
            return self.recording.events[index] if 0 <= index <= self._latest else None

    @property
    def score(self) -> tuple[int, int]:
        """How many predictions were right, and how many have been decided."""
        with self._lock:
            self._decide()
            decided = [p for p in self._predictions.values() if p.ready is not None]
            return sum(prediction.right for prediction in decided), len(decided)

    @property
    def view(self) -> View:
        """The widget, up to date; it is made when it is first asked for."""
        if self._view is None:
            self._view = View(program=self._as_drawn(), words=_words(self._lang))
            self._view.on_msg(self._message)
        self._refresh()
        return self._view

    def picture(self) -> Shown:
        """A picture of what it shows now, which stays in the saved notebook.

        Show it in a cell of its own.
        """
        notes = self._program.notes(self._lang)
        return picture(self._scene(), self._program, notes, self._lang)

    def __str__(self) -> str:
        return scenes.as_text(
            self._scene(), self._program, self._program.notes(self._lang), self._lang
        )

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if self._place is None:
            self._place = drawn(self.view, self._lang, self._put_in_words)
        return as_output(self._place, str(self))

    # Inside

    @property
    def _latest(self) -> int:
        return len(self.recording.events) - 1

    @property
    def _plays(self) -> bool:
        return self._runs and (self.server is None or self.server.running)

    def _look_at(self, index: int) -> None:
        index = max(0, min(index, self._latest))
        self._at = None if self.server and index == self._latest else index
        if self._at == self._latest:
            self._runs = False

    def _begin(self, name: str, source: str) -> None:
        """A server starts. Called in the thread that starts it."""
        with self._lock:
            self.recording.begin(name, source)
            self._numbers = {}
            self._story = Story(self._numbers)
            self._predictions = {}
            self._at, self._runs, self._passed = None, False, 0
            self._closing = False
            self._begun += 1
        self._show_soon()

    def _happened(self, event: Event) -> None:
        """Called in the server's thread, which is held when this is over."""
        # Without our lock: whoever has that may ask the gate something, and the gate is locked now.
        if self._closing:
            return
        self.recording(event)
        self._passed += 1
        if self._runs and self._passed >= RUN_LIMIT:
            self._runs = False
            self._gate.pause()
        self._show_soon()

    def _now(self) -> "_Now":
        if self._at is not None:
            return _Now(self._at, "past" if self.server else "replay", None, None)
        assert self.server
        if not self.server.running:
            return _Now(self._latest, "ended", None, self._died())
        # The events at which it is held come first: what is recorded includes them, then.
        held = self._gate.all_held
        look = Look(held, self.server.where(), self._trace.kernel())
        return _Now(self._latest, "runs" if self._runs else "live", look, None)

    def _died(self) -> Death | None:
        assert self.server
        error = self.server.error
        if error is None:
            return None
        step = self.server.step
        own = getattr(step.serve if isinstance(step, Step) else step, "__globals__", None)
        stack = [
            (frame, line)
            for frame, line in traceback.walk_tb(error.__traceback__)
            if frame.f_globals is own
        ]
        words = printable(traceback.format_exception_only(error)[-1].strip())
        variables = variables_of([frame for frame, _ in reversed(stack)])
        return Death(words, stack[-1][1] if stack else None, variables)

    def _can_predict(self, now: "_Now") -> bool:
        if now.place < 0 or now.place in self._predictions:
            return False
        event = self.recording.events[now.place]
        if event.kind != "wait" or now.status not in ("live", "replay"):
            return False
        return now.look is None or any(held is event for held in now.look.held)

    def _decide(self) -> None:
        """See what came of the predictions."""
        for index, prediction in self._predictions.items():
            if prediction.ready is not None:
                continue
            for later in range(index + 1, self._latest + 1):
                event = self.recording.events[later]
                if event.thread == prediction.thread and event.kind == "ready":
                    ready = returned_by(event, self._program)
                    prediction.decide(ready, later, event.kernel, self._lang)
                    break

    def _story_until(self, index: int) -> Story:
        if self._story.told > index + 1:
            self._story = Story(self._numbers)
        for event in self.recording.events[self._story.told : index + 1]:
            self._story.tell(event)
        return self._story

    def _scene(self) -> Scene:
        with self._lock:
            now = self._now()
            story = self._story_until(now.place)
            score = self.score
            shown = (p for p in self._predictions.values() if p.shown_at == now.place)
            return scenes.scene(
                self._program,
                story,
                now.look,
                count=len(self.recording.events),
                status=now.status,
                death=now.death,
                prediction=next(shown, None),
                asks=self._predicts and self._can_predict(now),
                score=score,
                lang=self._lang,
            )

    def _start(self) -> None:
        """Start the server, and let it come to its first event, or to where it waits for one."""
        if self.server:
            self.server.start()
            end = time.monotonic() + SETTLE
            while not self._gate.wait(0.05) and self.server.running and time.monotonic() < end:
                if self._scene().status == "waits":
                    break

    # What the browser shows, and what it asks for

    def _put_in_words(self) -> Any:
        self._in_words = InWords(self, self._lang)
        self._in_words.show()
        return self._in_words.box

    def _show_soon(self, delay: float = 0.0) -> None:
        """Called in any thread."""
        if self._loop and self._view and (delay or not self._refresh_is_due):
            self._refresh_is_due = self._refresh_is_due or not delay
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody looks any more
                self._loop.call_soon_threadsafe(self._refresh_in, delay)

    def _refresh_in(self, delay: float) -> None:
        assert self._loop
        now = self._loop.time()
        due = max(now + delay, self._shown_at + BATCH)
        if self._timer and now < self._timer.when() <= due:
            return
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._refresh)

    def _refresh(self) -> None:
        self._refresh_is_due = False
        if self._timer:
            self._timer.cancel()
        if self._view is None:
            return
        self._view.scene = {**_plain(self._scene()), "begun": self._begun, "playing": self._plays}
        if self._in_words:
            self._in_words.show()
        if self._loop:
            self._shown_at = self._loop.time()
            if self.server is None and self._runs:
                self._player = self._player or self._loop.call_later(PACE, self._play)
            elif self.server and self.server.running and self._at is None:
                self._timer = self._loop.call_later(TICK, self._refresh)

    def _play(self) -> None:
        """Show the next event of a recording, if it still runs."""
        self._player = None
        with self._lock:
            if self._runs:
                self._look_at((self._at or 0) + 1)
        self._refresh()

    def _as_drawn(self) -> dict[str, Any]:
        return {
            "title": self._program.title(self._lang),
            "lines": tokens(self._program.lines),
            "notes": {str(line): note for line, note in self._program.notes(self._lang).items()},
            "replay": self.server is None,
        }

    def _message(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        # It may come in another thread than the event loop's.
        if self._loop:
            self._loop.call_soon_threadsafe(self._answer, content)
        else:
            self._answer(content)

    def _answer(self, content: dict[str, Any]) -> None:
        """Do what a button asks for, or tell of events from a number on."""
        match content:
            case {"do": "next" | "back" | "run" | "pause" as button}:
                getattr(self, button)()
            case {"do": "look", "number": int(number)}:
                self.look(number)
            case {"do": "predict", "readables": list(readables), "writeables": list(writeables)}:
                # The wait may be over already, since the press came late. The scene says so.
                with contextlib.suppress(GuessnetError):
                    self.predict(readables, writeables)
            case {"events_from": int(first)} if self._view and first >= 0:
                events = self.recording.events[first : first + ROWS_AT_ONCE]
                rows = [
                    [event.kind, in_words(event, self._program, self._lang)] for event in events
                ]
                self._view.send({"begun": self._begun, "first": first, "rows": rows})


class _Now(NamedTuple):
    """Which event is looked at, by its place in the recording, and what else there is to know."""

    place: int
    status: str
    look: Look | None
    death: Death | None


class _Sink:
    """What a server's events go to; the gate tells it when a server begins, too."""

    def __init__(self, stepping: Stepping) -> None:
        self._stepping = stepping

    def begin(self, name: str, source: str) -> None:
        self._stepping._begin(name, source)

    def __call__(self, event: Event) -> None:
        self._stepping._happened(event)


def _labels(sockets: Iterable[str | int]) -> frozenset[str]:
    return frozenset(s if isinstance(s, str) else scenes.label(s) for s in sockets)


_steppers: dict[str, Stepping] = {}


def stepper(
    what: Step | str | int | Callable[..., object] | Recording,
    *,
    secret: int | None = None,
    predict: bool = False,
    name: str | None = None,
) -> Stepping:
    """Start a server that is held at every event, and show where it stands.

    It closes the stepper of the same name that was made before, so that a cell can be run again.

    >>> stepping = stepper("select", predict=True)
    >>> players(stepping.server, 2)

    Parameters
    ----------
    what
        A step, its name or its number; your own function ``serve(listener)`` or
        ``serve(listener, new_game)``; or a recording, which needs no server. Raises `UnknownStep`.
    secret
        The number that every client has to guess; by default each client gets its own.
    predict
        Whether it asks, before each wait for several sockets, which of them it will return.
    name
        By default the name of the step or function.
    """
    made = Stepping(what, secret=secret, predict=predict, name=name)
    key = made._program.name if name is None else name
    if earlier := _steppers.pop(key, None):
        earlier.close()
    _steppers[key] = made
    made._start()
    return made


_WORDS = (
    *("back", "next", "run", "pause"),
    *("back.hint", "next.hint", "run.hint", "pause.hint"),
    *("controls", "source", "variables", "sockets", "history", "changed", "new", "note"),
    *("lane.clients", "lane.kernel", "lane.python", "readable", "full", "listener"),
    *("returned", "returned-writing"),
    *(
        "ask",
        "ask.both",
        "ask.nobody",
        "ask.press",
        "ask.hint",
        "predicted",
        "not-predicted",
        "line",
    ),
    *("was", "no-variables", "no-note", "position"),
)


def _words(lang: str) -> dict[str, str]:
    words = {key: text(f"stepper.{key}", lang) for key in _WORDS}
    return {**words, "dead": text("view.dead", lang)}


def _plain(value: Any) -> Any:
    """Tuples with names as dictionaries, to be written as JSON."""
    if hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, Scene):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
