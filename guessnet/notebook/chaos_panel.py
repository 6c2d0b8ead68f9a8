"""Clients that go wrong, to press: each is let loose on a running server, and then another client
comes and sees whether it can still play.
"""

import contextlib
import html
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import ipywidgets

from guessnet import texts
from guessnet.chaos import CHAOS
from guessnet.client import Client
from guessnet.errors import (
    ConnectError,
    GuessnetError,
    HungUp,
    NotStarted,
    ReplyTimeout,
)
from guessnet.game import HIGHEST, LOWEST, Reply
from guessnet.grading.sights import busy_seconds, tasks_of_threads, wait_until_idle
from guessnet.notebook.parts import (
    Kernel,
    as_output,
    button,
    close,
    known_as,
    panel,
    pill,
)
from guessnet.server import Server
from guessnet.sockets import Address
from guessnet.texts import printable, text
from guessnet.threads import Place

PATIENCE = 2.0  #: seconds that another client waits for its reply
QUIET = 0.1  #: seconds in which a server did nothing, after which it has felt what was done to it
SETTLE = 4.0  #: seconds that this may take at most
INCIDENTS_SHOWN = 6
STAYING = ("never-read", "silent")  #: go wrong for as long as they are there
PREVIEW = 60  #: characters of what a client has received

_MARKS = {
    "stood": "✓",
    "fell": "✕",
    "running": "●",
    "ended": "✕",
    "not-started": "○",
    "busy": "◔",
}


@dataclass(frozen=True, slots=True)
class Incident:
    """What came of one client that went wrong; shown as text.

    Attributes
    ----------
    chaos
        The client's id.
    connected
        Whether it got as far as that.
    sent, received, hung_up
        As in `guessnet.chaos.Chaos`.
    bystander
        What became of another client that came afterwards: it ``played`` to the end, was
        ``refused``, ``hung-up``, waited in vain (``silent``) or got a ``wrong`` reply.
    ended, error
        Whether the server's code has ended in the end, and the exception that it died of, if any.
    stood
        Where the server stood while the other client waited in vain.
    """

    chaos: str
    connected: bool
    sent: int
    received: bytes
    hung_up: bool
    bystander: str
    ended: bool
    error: str
    stood: tuple[Place, ...]
    lang: str

    @property
    def survived(self) -> bool:
        """Whether the other client could play, and the server goes on."""
        return self.bystander == "played" and not self.ended

    def lines(self) -> Iterator[str]:
        """What happened, a sentence or two a line."""
        if not self.connected:
            yield text("chaos.refused", self.lang)
        else:
            sent, received = _size(self.sent, self.lang), _size(len(self.received), self.lang)
            words = text("chaos.exchanged", self.lang, sent=sent, received=received)
            if self.hung_up:
                words += " " + text("chaos.closed-by-server", self.lang)
            yield words
            if self.received:
                preview = printable(self.received[: 4 * PREVIEW])
                if len(preview) > PREVIEW or len(self.received) > 4 * PREVIEW:
                    preview = preview[:PREVIEW] + "…"
                yield text("chaos.received", self.lang, preview=preview)
            key = f"chaos.bystander.{self.bystander}"
            yield text(key, self.lang, seconds=f"{PATIENCE:g}")
        if self.error:
            later = "-later" if self.bystander == "played" else ""
            yield text(f"chaos.died-of{later}", self.lang, error=printable(self.error))
        elif self.ended:
            yield text("chaos.died", self.lang)
        for place in self.stood[:3]:
            at = text("stands-at", self.lang, **place._asdict())
            yield text("report.stood", self.lang, place=printable(at))

    @property
    def title(self) -> str:
        """The client, and whether the server survived it, if there was one."""
        verdict = "survived" if self.survived else "fell" if self.connected else "no-server"
        name, words = (text(f"chaos.{key}", self.lang) for key in (self.chaos, verdict))
        return f"{name} · {_method(self.chaos)}: {words}"

    def __repr__(self) -> str:
        mark = _MARKS["stood" if self.survived else "fell"]
        return "\n".join([f"{mark} {self.title}", *(f"    {line}" for line in self.lines())])


class ChaosPanel:
    """Clients that go wrong against one server, to press. Make it with `chaos`.

    Every button has a method that does the same and waits for what comes of it, a few seconds at
    most. A button does not wait.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.incidents: list[Incident] = []  #: the latest last
        self.busy_with = ""  #: the id of the client that is at work
        self.complaint = ""
        self._lang = texts.language()
        self._kernel = Kernel()
        self._at_work = threading.Lock()
        self._view: PanelView | None = None

    def leave(self) -> Incident:
        """Send two guesses and leave before the reply (FIN)."""
        return self._wait_for("leave")

    def reset(self) -> Incident:
        """Send two guesses and break the connection off (RST)."""
        return self._wait_for("reset")

    def half_close(self) -> Incident:
        """Say that nothing more will be sent, and read until the server closes."""
        return self._wait_for("half-close")

    def dribble(self) -> Incident:
        """Send guesses a byte at a time, and read the replies."""
        return self._wait_for("dribble")

    def glue(self) -> Incident:
        """Send many guesses in one piece, and read the replies."""
        return self._wait_for("glue")

    def never_read(self) -> Incident:
        """Send guesses until nothing more goes in, and read no reply."""
        return self._wait_for("never-read")

    def flood(self) -> Incident:
        """Send tens of thousands of guesses without a pause, and read every reply."""
        return self._wait_for("flood")

    def silent(self) -> Incident:
        """Connect, and say nothing."""
        return self._wait_for("silent")

    def restart(self) -> None:
        """Stop the server and start it again. Raises what `Server.stop` and `start` raise."""
        with self._at_work:
            self._restart()
        self._show()

    def press(self, chaos: str) -> None:
        """Let a client loose, by its id; nothing happens while an earlier one is at work."""
        self._soon(chaos, partial(self._let_loose, chaos))

    def restart_soon(self) -> None:
        """As `restart`, without any wait, and what it would raise is shown in the panel."""
        self._soon("restart", self._restart_or_complain)

    def close(self) -> None:
        """Take the view away; the server goes on."""
        view, self._view = self._view, None
        if view:
            view.close()

    @property
    def state(self) -> str:
        """``busy``, or what the server is: ``not-started``, ``running`` or ``ended``."""
        if self.busy_with:
            return "busy"
        if self.server.running:
            return "running"
        try:
            return "ended" if self.server.address else ""
        except NotStarted:
            return "not-started"

    @property
    def view(self) -> "PanelView":
        """The widgets, up to date; they are made when they are first asked for."""
        if self._view is None:
            self._view = PanelView(self, self._lang)
        self._view.show()
        return self._view

    def __repr__(self) -> str:
        title = f"{text('chaos.title', self._lang)}: {printable(known_as(self.server))}"
        width = max(map(len, CHAOS))
        rows = [f"{id:{width}}  {text(f'chaos.{id}.about', self._lang)}" for id in CHAOS]
        lines = [title, "", *rows, "", text("chaos.how", self._lang)]
        return "\n".join(lines + [repr(incident) for incident in self.incidents[-1:]])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return as_output(self.view.box, repr(self))

    def _wait_for(self, chaos: str) -> Incident:
        with self._at_work:
            incident = self._let_loose(chaos)
        self._show()
        return incident

    def _soon(self, name: str, work: Callable[[], object]) -> None:
        if not self._at_work.acquire(blocking=False):
            return
        self.busy_with = name
        self._show()
        if self._kernel:
            threading.Thread(
                target=self._do, args=(work,), name="guessnet chaos", daemon=True
            ).start()
        else:
            self._do(work)
            self._show()

    def _do(self, work: Callable[[], object]) -> None:
        """May be called in any thread."""
        try:
            work()
        finally:
            self.busy_with = ""
            self._at_work.release()
            self._kernel.soon(self._show)

    def _let_loose(self, chaos: str) -> Incident:
        self.complaint = ""
        incident = happen(chaos, self.server, self._lang)
        self.incidents = [*self.incidents, incident]
        return incident

    def _restart(self) -> None:
        self.complaint = ""
        self.server.stop()
        self.server.start()
        self.incidents = []

    def _restart_or_complain(self) -> None:
        try:
            self._restart()
        except GuessnetError as error:
            self.complaint = str(error)

    def _show(self) -> None:
        if self._view:
            self._view.show()


def happen(chaos: str, server: Server, lang: str) -> Incident:
    """Let a client go wrong, and see whether another one that comes afterwards can play."""
    client, bystander, stood = None, "refused", []
    with contextlib.suppress(ConnectError, NotStarted):
        client = CHAOS[chaos](server.address)
        with client:
            if chaos not in STAYING:
                client.close()
            _settle(server)
            bystander = _play(server.address)
            if bystander == "silent":
                stood = server.where()
        _settle(server)
    error = server.error
    return Incident(
        chaos,
        client is not None,
        client.sent if client else 0,
        client.received if client else b"",
        bool(client and client.hung_up),
        bystander,
        not server.running,
        f"{type(error).__name__}: {error}" if error else "",
        tuple(stood),
        lang,
    )


def _settle(server: Server) -> None:
    """Wait until the server has felt what was done to it."""

    def busy() -> float | None:
        return busy_seconds(tasks_of_threads(server.threads()))

    wait_until_idle(busy, QUIET, SETTLE)


def _play(address: Address) -> str:
    """Come and play to the end, which harms no server; say what becomes of that."""
    try:
        with Client(address, PATIENCE) as bystander:
            for number in range(LOWEST, HIGHEST + 1):
                reply = bystander.guess(number)
                if reply is not Reply.TOO_LOW:
                    return "played" if reply is Reply.CORRECT else "wrong"
    except ConnectError:
        return "refused"
    except HungUp:
        return "hung-up"
    except ReplyTimeout:
        return "silent"
    except GuessnetError:
        pass
    return "wrong"


def _method(chaos: str) -> str:
    return f"{chaos.replace('-', '_')}()"


def _size(count: int, lang: str) -> str:
    if count < 100_000:
        return text("chaos.bytes", lang, count=f"{count:,}")
    return text("chaos.megabytes", lang, count=f"{count / 1e6:.1f}")


_panels: dict[tuple[str, str], ChaosPanel] = {}


def chaos(server: Server) -> ChaosPanel:
    """Clients that go wrong, to press, for a server that `guessnet.build` has made.

    It takes the place of the panel that was made before for the same server, so that a cell can be
    run again. Servers are the same if they have the same name, or none but the same step.
    """
    key = (known_as(server), texts.language())
    if earlier := _panels.get(key):
        earlier.close()
    _panels[key] = ChaosPanel(server)
    return _panels[key]


# The view


class PanelView:
    """What there is to see of a chaos panel, in core widgets. Belongs to the kernel's event loop.

    The widgets are `buttons`, by the client's id, and `restart`, in `box` as everything else.
    """

    def __init__(self, panel_: ChaosPanel, lang: str) -> None:
        self._panel = panel_
        self._lang = lang
        self._head = ipywidgets.HTML()
        self._log = ipywidgets.HTML()
        self.buttons = {
            id: button(
                text(f"chaos.{id}", lang),
                f"{text(f'chaos.{id}.about', lang)} {_method(id)}",
                partial(panel_.press, id),
                id,
            )
            for id in CHAOS
        }
        self.restart = button(
            text("chaos.restart", lang),
            text("chaos.restart.hint", lang),
            panel_.restart_soon,
            "restart",
        )
        about = html.escape(text("chaos.about", lang))
        self.box = panel(
            "chaos",
            lang,
            self._head,
            ipywidgets.HTML(f'<div class="gn-small">{about}</div>'),
            ipywidgets.Box(list(self.buttons.values())).add_class("gn-clients"),
            self._log,
            ipywidgets.Box([self.restart]).add_class("gn-actions"),
        )

    def show(self) -> None:
        """Bring every widget up to date."""
        watched = self._panel
        title = text("chaos.title", self._lang)
        state = watched.state
        shown = pill(state, _MARKS[state], text(f"chaos.state.{state}", self._lang))
        name = html.escape(printable(known_as(watched.server)))
        called = f"<span><b>{title}</b> <code>{name}</code></span>"
        self._head.value = f'<div class="gn-panel-head">{called}{shown}</div>'
        self._log.value = self._log_html()
        self.restart.button_style = "primary" if state == "ended" else ""
        latest = {incident.chaos: incident for incident in watched.incidents}
        for id, pressed in self.buttons.items():
            incident = latest.get(id)
            looks = {
                "gn-busy": id == watched.busy_with,
                "gn-stood": incident and incident.survived,
                "gn-fell": incident and incident.connected and not incident.survived,
            }
            for look, on in looks.items():
                (pressed.add_class if on else pressed.remove_class)(look)

    def close(self) -> None:
        """Take every widget away, here and in the browser."""
        close(self.box)

    def _log_html(self) -> str:
        complaint = html.escape(printable(self._panel.complaint))
        shown = f'<div class="gn-complaint" role="alert">{complaint}</div>' if complaint else ""
        for incident in self._panel.incidents[: -INCIDENTS_SHOWN - 1 : -1]:
            kind = "stood" if incident.survived else "fell"
            lines = "".join(f"<p>{html.escape(line)}</p>" for line in incident.lines())
            shown += (
                f'<div class="gn-incident gn-{kind}"><span class="gn-mark" aria-hidden="true">'
                f"{_MARKS[kind]}</span><b>{html.escape(incident.title)}</b>{lines}</div>"
            )
        empty = f'<div class="gn-small gn-incident">{text("chaos.nothing-yet", self._lang)}</div>'
        return f'<div class="gn-incidents" role="log">{shown or empty}</div>'
