"""A client to press: connect, guess, leave, reset, with buttons or methods of the same names.

A `Session` is one connection and knows no widgets; a `Player` has one session after the other; its
`View` is what there is to see. Sockets belong to the thread of a session, widgets to the event loop
of the kernel, and nothing that a player does keeps the kernel waiting, except `Player.wait`.
"""

import asyncio
import codecs
import contextlib
import html
import re
import socket
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import ipywidgets

from guessnet import texts
from guessnet.chaos import NO_LINGER
from guessnet.errors import BadArgument, GuessnetError, NotStarted
from guessnet.game import REPLIES, Reply
from guessnet.notebook.parts import as_output, close, frame, known_as, style
from guessnet.server import Server
from guessnet.sockets import Address, written
from guessnet.texts import printable, text

CONNECT_TIMEOUT = 5.0  #: seconds
MAX_MESSAGE = 8192  #: bytes; the kernel takes as many at once, so that sending never blocks
REPLIES_KEPT = 1000  #: the replies of one session that are remembered
LINES_SHOWN = 12  #: lines of the wire that are shown
CHARACTERS_SHOWN = 200  #: of each of these lines
BYTES_SHOWN = 64  #: of each of these lines
BATCH = 1 / 30  #: seconds from a change to its being shown, together with those that follow it
TICK = 0.1  #: seconds between two looks at the clock of who waits
HASTY = 0.3  #: seconds of waiting after which the pad is locked; sooner it would only flicker

OPEN = ("connecting", "connected", "waiting", "playing")
_ENDINGS = {table[reply] for table in REPLIES.values() for reply in (Reply.CORRECT, Reply.QUIT)}


class Line(NamedTuple):
    """Something that went over the wire."""

    kind: str  #: ``"sent"`` or ``"received"``
    text: str
    data: bytes


class Look(NamedTuple):
    """What a session looks like at one moment."""

    state: str
    waited: float  #: seconds since the last message was sent, while its reply has not come
    wire: tuple[Line, ...]


class Session:
    """One connection, as the classic client of this game has it. May be used from any thread.

    A message is sent when the one before it has been answered, and without a newline. What one
    ``recv(1024)`` returned is a reply. After "correct" or "bye" the client leaves.

    Parameters
    ----------
    address
        Says where the server is, when that is needed. It may raise `NotStarted`.
    on_change
        Is called, in any thread, when there is something new to see.
    """

    def __init__(self, address: Callable[[], Address], on_change: Callable[[], object]) -> None:
        self.state = "idle"
        self._address = address
        self._on_change = on_change
        self._changed = threading.Condition()
        self._socket: socket.socket | None = None
        self._to_send: deque[str] = deque()
        self._sent_at = 0.0
        self._decode = codecs.getincrementaldecoder("utf-8")("backslashreplace").decode
        self._undecoded = b""  # the first bytes of a character
        self._replies: deque[str] = deque(maxlen=REPLIES_KEPT)
        self._wire: deque[Line] = deque(maxlen=LINES_SHOWN)
        self._thread = threading.Thread(target=self._run, name="guessnet player", daemon=True)

    @property
    def open(self) -> bool:
        """Whether messages can be sent, now or as soon as the connection is made."""
        return self.state in OPEN

    @property
    def replies(self) -> tuple[str, ...]:
        """The texts received so far."""
        with self._changed:
            return tuple(self._replies)

    def look(self) -> Look:
        with self._changed:
            waited = time.monotonic() - self._sent_at if self.state == "waiting" else 0.0
            return Look(self.state, waited, tuple(self._wire))

    def connect(self) -> None:
        """Begin. A session can do this only once."""
        with self._changed:
            self._become("connecting")
            self._thread.start()

    def send(self, message: str) -> None:
        """Send a message as soon as all that were sent before have been answered."""
        if not 0 < len(message.encode(errors="surrogatepass")) <= MAX_MESSAGE:
            raise BadArgument(text("player.bad-message", limit=MAX_MESSAGE))
        with self._changed:
            if not self.open:
                raise GuessnetError(text("player.not-connected"))
            self._to_send.append(message)
            if self.state in ("connected", "playing"):
                self._send_next()

    def leave(self) -> None:
        """End the connection, if there is one."""
        self._end("left", socket.SHUT_RDWR)

    def reset(self) -> None:
        """Break the connection off, if there is one: the server gets a reset (RST)."""
        self._end("reset", socket.SHUT_RD)  # the other way it would get an orderly end first

    def join(self, timeout: float) -> None:
        """Wait until the thread and the socket are gone, at most `timeout` seconds."""
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def wait(self, timeout: float, until: str | None = None) -> str:
        """Wait until nothing is pending, or for the state `until`; give the state."""
        with self._changed:
            self._changed.wait_for(
                lambda: self.state == until if until else not self._pending, timeout
            )
            return self.state

    def _end(self, state: str, how: int) -> None:
        with self._changed:
            if self.open:
                self._become(state)
                if self._socket:
                    with contextlib.suppress(OSError):
                        self._socket.shutdown(how)  # wakes the thread

    @property
    def _pending(self) -> bool:
        return self.state in ("connecting", "waiting")

    def _become(self, state: str) -> None:
        self.state = state
        self._changed.notify_all()
        self._on_change()

    def _send_next(self) -> None:
        message = self._to_send.popleft()
        data = message.encode(errors="surrogatepass")
        self._wire.append(Line("sent", message, data))
        self._sent_at = time.monotonic()
        self._become("waiting")
        assert self._socket
        with contextlib.suppress(OSError):  # recv() hears of it, too
            self._socket.sendall(data)

    # In the session's own thread

    def _run(self) -> None:
        try:
            sock = socket.create_connection(self._address(), CONNECT_TIMEOUT)
        except (ConnectionRefusedError, NotStarted):
            self._fail("refused")
        except (OSError, OverflowError, UnicodeError):
            self._fail("unreachable")
        else:
            with sock:
                self._converse(sock)
                if self.state == "reset":
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)

    def _fail(self, state: str) -> None:
        with self._changed:
            if self.open:
                self._become(state)

    def _converse(self, sock: socket.socket) -> None:
        sock.settimeout(None)  # from now on, only recv() waits
        with self._changed:
            if not self.open:
                return  # left meanwhile
            self._socket = sock
            self._become("connected")
            if self._to_send:
                self._send_next()
        while self.open:
            try:
                data = sock.recv(1024)
            except OSError:  # a reset
                data = b""
            self._receive(data)

    def _receive(self, data: bytes) -> None:
        with self._changed:
            if not self.open:
                return
            self._undecoded += data
            if reply := self._decode(data, final=not data):
                self._replies.append(reply)
                self._wire.append(Line("received", reply, self._undecoded))
                self._undecoded = b""
            if not data:
                self._become("hung-up")
            elif reply:
                if not _ENDINGS.isdisjoint(reply.splitlines()):
                    self._become("over")
                elif self._to_send:
                    self._send_next()
                else:
                    self._become("playing")


class Player:
    """A client to press. Make it with `player` or `players`; show it as the last line of a cell.

    Every button has a method that does the same, and none of them keeps the kernel waiting. A
    method that needs a connection raises `GuessnetError` where there is none.

    Attributes
    ----------
    name
        What it is called.
    where
        The address that it was given, as text; empty where it was given a server.
    """

    def __init__(self, target: Server | Address | str, name: str) -> None:
        self.name = name
        self.where = ""
        self._lang = texts.language()
        self._address = partial(_address_of, target)
        if not isinstance(target, Server):
            self.where = written(self._address())
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:  # no notebook: the view is brought up to date when it is asked for
            self._loop = None
        self._lock = threading.Lock()
        self._view: View | None = None
        self._shows_bytes = False
        self._refresh_is_due = False
        self._tick: asyncio.TimerHandle | None = None
        self._session = self._new_session()

    @property
    def state(self) -> str:
        """One word for how things are.

        ``idle``, ``connecting``, ``connected`` (the kernel has accepted the connection, the server
        perhaps not), ``waiting`` (a message has no reply yet), ``playing``, ``over``, ``refused``,
        ``unreachable``, ``hung-up``, ``left`` or ``reset``.
        """
        return self._session.state

    @property
    def replies(self) -> tuple[str, ...]:
        """The texts received so far from this connection."""
        return self._session.replies

    @property
    def wire(self) -> tuple[Line, ...]:
        """What went over the wire of this connection lately, as text and as bytes."""
        return self._session.look().wire

    def connect(self) -> None:
        """Connect, unless connected already; whatever went over the wire before is forgotten."""
        with self._lock:
            if not self._session.open:
                self._session = self._new_session()
                self._session.connect()

    def guess(self, number: int) -> None:
        """Send a number, as `send` does."""
        self.send(str(number))

    def give_up(self) -> None:
        """Send 0."""
        self.guess(0)

    def send(self, message: str) -> None:
        """Send a text as it is, as soon as all before it have been answered.

        Raises `BadArgument` for an empty text and for one of more than `MAX_MESSAGE` bytes.
        """
        self._session.send(message)

    def leave(self) -> None:
        """Close the connection, if there is one."""
        self._session.leave()

    def reset(self) -> None:
        """Break the connection off, if there is one, with a reset (RST) instead of an end."""
        self._session.reset()

    def show_bytes(self, shown: bool = True) -> None:
        """Show what goes over the wire as bytes, too, as Python writes them; or no longer."""
        self._shows_bytes = shown
        if self._loop:
            self._show_soon()
        else:
            self._refresh()

    def wait(self, timeout: float = 2.0, until: str | None = None) -> str:
        """Wait until nothing is pending any more, at most `timeout` seconds; give the state.

        Pending is a connection being made, or a message without its reply. With `until`, wait for
        that state instead.
        """
        state = self._session.wait(timeout, until)
        if self._loop is None:
            self._refresh()
        return state

    def close(self) -> None:
        """Leave, and take the view away. The player can still be connected and shown again."""
        self.leave()
        self._session.join(timeout=0.5)
        view, self._view = self._view, None
        if view:
            view.close()

    @property
    def view(self) -> "View":
        """The widgets, up to date; they are made when they are first asked for."""
        if self._view is None:
            self._view = View(self, self._lang)
        self._refresh()
        return self._view

    def __del__(self) -> None:
        # Widgets hold on to their player, so this is one that was never shown.
        if session := getattr(self, "_session", None):
            session.leave()

    def __repr__(self) -> str:
        return f"{printable(self.name)}: {text(f'player.state.{self.state}', self._lang)}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return as_output(self.view.box, repr(self))

    def _new_session(self) -> Session:
        changed = weakref.WeakMethod(self._show_soon)  # a thread must not keep its player alive

        def on_change() -> None:
            if show_soon := changed():
                show_soon()

        return Session(self._address, on_change)

    def _show_soon(self) -> None:
        """Called in any thread."""
        if self._loop and self._view and not self._refresh_is_due:
            self._refresh_is_due = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody looks any more
                self._loop.call_soon_threadsafe(self._loop.call_later, BATCH, self._refresh)

    def _refresh(self) -> None:
        self._refresh_is_due = False
        if self._tick:
            self._tick.cancel()
        if self._view:
            look = self._session.look()
            self._view.show(look, shows_bytes=self._shows_bytes)
            if self._loop and look.state == "waiting":
                tick = TICK if look.waited < 10 else 1
                self._tick = self._loop.call_later(tick, self._refresh)


class Players:
    """Some players, shown side by side. They can be counted, indexed and unpacked."""

    def __init__(self, players: Iterable[Player]) -> None:
        self._players = tuple(players)

    def __len__(self) -> int:
        return len(self._players)

    def __getitem__(self, index: int) -> Player:
        return self._players[index]

    def __iter__(self) -> Iterator[Player]:
        return iter(self._players)

    def close(self) -> None:
        """Close every player."""
        for player in self:
            player.close()

    def __repr__(self) -> str:
        return "\n".join(map(repr, self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        views = [player.view for player in self]
        row = ipywidgets.Box([view.box for view in views]).add_class("gn-players")
        for view in views:
            view.rows.append(row)
        return as_output(row, repr(self))


_players: weakref.WeakValueDictionary[tuple[str, str], Player] = weakref.WeakValueDictionary()


def player(target: Server | Address | str, name: str | None = None) -> Player:
    """Make a client to press.

    It closes the player of the same name that was made before for the same target, so that a cell
    can be run again. Servers are the same target if they have the same name, or none but the same
    step.

    Parameters
    ----------
    target
        A server, started or not; or the address of one that runs anywhere else, for example on a
        teacher's machine: ``"192.168.0.7:50007"`` or ``("192.168.0.7", 50007)``. Raises
        `BadArgument` for anything else.
    name
        What it is called; by default "Player 1", in the language that `guessnet.use` set.
    """
    made = Player(target, text("player.name", number=1) if name is None else name)
    key = (known_as(target) if isinstance(target, Server) else made.where, made.name)
    if earlier := _players.get(key):
        earlier.close()
    _players[key] = made
    return made


def players(target: Server | Address | str, count: int) -> Players:
    """Make `count` clients to press, called "Player 1", "Player 2" and so on; see `player`.

    >>> first, second = both = players(server, 2)
    """
    return Players(
        player(target, text("player.name", number=number)) for number in range(1, count + 1)
    )


def _address_of(target: Server | Address | str) -> Address:
    """Where to connect to. Raises `BadArgument`, and `NotStarted` for a server."""
    if isinstance(target, Server):
        return target.address  # another one after each start
    host: object
    port: object
    if isinstance(target, str):
        found = _WRITTEN.fullmatch(target.strip())
        if not found:
            raise BadArgument(text("player.bad-target"))
        host, port = found[1] or found[2], found[3]
        if port is None:
            raise BadArgument(text("player.no-port", target=printable(target.strip())))
    else:
        try:
            host, port = target
        except (TypeError, ValueError) as error:
            raise BadArgument(text("player.bad-target")) from error
    if not isinstance(host, str):
        raise BadArgument(text("player.bad-target"))
    if not _PORT.fullmatch(str(port)) or int(str(port)) > 65535:
        raise BadArgument(text("player.bad-port", port=printable(str(port))))
    return host, int(str(port))


#: An address as it is written; the host is one of the first two groups, the port is the third.
_WRITTEN = re.compile(r"(?:\[([^\]]+)\]|([^:\[\]]+))(?::(.*))?")
_PORT = re.compile("[1-9][0-9]{0,4}")


# The view

_ICONS = {
    "idle": "○",
    "connecting": "◌",
    "connected": "◐",
    "waiting": "◔",
    "playing": "●",
    "over": "✓",
    "refused": "✕",
    "unreachable": "✕",
    "hung-up": "✕",
    "left": "○",
    "reset": "✕",
}
_ARROWS = {"sent": "→", "received": "←"}

_STYLE = style("view", "player")


class View:
    """What there is to see of a player, in core widgets. Belongs to the kernel's event loop.

    The widgets are `connect`, `leave`, `reset`, `pad` (the buttons of 0 to 9, by number), `text`,
    `send` and `bytes` (a box to tick), all of them in `box`; `rows` are the rows of players that
    the box is shown in.
    """

    def __init__(self, player: Player, lang: str) -> None:
        self._name = player.name
        self._where = player.where
        self._lang = lang
        self._loop = player._loop
        self.rows: list[Any] = []
        self.connect = self._button("connect", player.connect)
        self.leave = self._button("leave", player.leave)
        self.reset = self._button("reset", player.reset)
        self.pad = {0: self._button("give-up", player.give_up)}
        for number in range(1, 10):
            self.pad[number] = ipywidgets.Button(
                description=str(number), tooltip=text("player.guess.hint", lang, number=number)
            )
            self._on_press(self.pad[number], partial(player.guess, number))
        for number, button in self.pad.items():
            button.add_class(f"gn-pad-{number}")
        self.text = ipywidgets.Text(
            description=text("player.text", lang),  # to be heard; to be seen is the placeholder
            placeholder=text("player.text", lang),
            tooltip=text("player.text.hint", lang),
            continuous_update=False,
        ).add_class("gn-text")
        self.text.on_msg(self._text_event)
        self.send = self._button("send", lambda: self._send_text(player))
        self.bytes = ipywidgets.Checkbox(
            description=text("player.bytes", lang),
            tooltip=text("player.bytes.hint", lang),
            indent=False,
        ).add_class("gn-show-bytes")
        self.bytes.observe(lambda change: player.show_bytes(change.new), "value")
        self._head = ipywidgets.HTML()
        self._wire = ipywidgets.HTML()
        self.box = frame(
            "player",
            lang,
            _STYLE,
            self._head,
            ipywidgets.Box(
                [self.connect, self.leave, self.reset]
                + [self.pad[number] for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)]
                + [self.text, self.send]
            ).add_class("gn-grid"),
            self.bytes,
            self._wire,
        )

    def show(self, look: Look, *, shows_bytes: bool = False) -> None:
        """Bring every widget up to date."""
        self._head.value = self._head_html(look)
        self._wire.value = self._wire_html(look.wire, shows_bytes)
        self.bytes.value = shows_bytes
        is_open = look.state in OPEN
        locked = not is_open or look.state == "connecting" or look.waited > HASTY
        self.connect.disabled = is_open
        self.connect.button_style = "" if is_open else "primary"
        self.leave.disabled = self.reset.disabled = not is_open
        self.text.disabled = not is_open
        for button in (*self.pad.values(), self.send):
            button.disabled = locked

    def close(self) -> None:
        """Take every widget away, here and in the browser."""
        for row in self.rows:
            row.children = [child for child in row.children if child is not self.box]
            if not row.children:
                close(row)
        close(self.box)

    def _button(self, key: str, action: Callable[[], None]) -> Any:
        button = ipywidgets.Button(
            description=text(f"player.{key}", self._lang),
            tooltip=text(f"player.{key}.hint", self._lang),
        )
        self._on_press(button, action)
        return button.add_class(f"gn-{key}")

    def _on_press(self, button: Any, action: Callable[[], None]) -> None:
        def press(button: Any) -> None:
            # The connection may have ended since the button was drawn. The state says so.
            with contextlib.suppress(GuessnetError):
                action()

        button.on_click(press)

    def _text_event(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("event") == "submit":
            # The browser reports Enter just before it reports the text.
            self._on_loop(self._press_send, 0.05)

    def _press_send(self) -> None:
        if not self.send.disabled:
            self.send.click()

    def _send_text(self, player: Player) -> None:
        player.send(self.text.value)
        self._on_loop(self._clear_text)

    def _clear_text(self) -> None:
        self.text.value = ""

    def _on_loop(self, action: Callable[[], None], delay: float = 0.0) -> None:
        """Do something to a widget; what the browser reports may come in another thread."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._loop.call_later, delay, action)
        else:
            action()

    def _head_html(self, look: Look) -> str:
        name, where = _escaped(self._name), _escaped(self._where)
        address = f' <span class="gn-address">{where}</span>' if where else ""
        word = text(f"player.state.{look.state}", self._lang)
        note = text(f"player.note.{look.state}", self._lang)
        seconds = ""
        if look.state == "waiting":
            shown = f"{look.waited:.1f}" if look.waited < 10 else f"{look.waited:.0f}"
            words = text("player.seconds", self._lang, seconds=shown)
            seconds = f' <span class="gn-seconds">{words}</span>'
        called = f'<span class="gn-name" title="{name} {where}">{name}{address}</span>'
        return (
            f'<div class="gn-head">{called}'
            f'<span class="gn-state gn-is-{look.state}">'
            f'<span class="gn-icon" aria-hidden="true">{_ICONS[look.state]}</span>'
            f"{word}{seconds}</span></div>"
            f'<div class="gn-note">{note}</div>'
        )

    def _wire_html(self, wire: tuple[Line, ...], shows_bytes: bool) -> str:
        lines = "".join(
            f'<div class="gn-line gn-{line.kind}"><span class="gn-arrow" role="img"'
            f' aria-label="{text(f"player.{line.kind}", self._lang)}"'
            f' title="{text(f"player.{line.kind}", self._lang)}">{_ARROWS[line.kind]}</span>'
            f"<span>{_escaped(line.text)}</span>"
            f"{self._bytes_html(line) if shows_bytes else ''}</div>"
            for line in wire
        )
        empty = f'<div class="gn-empty">{text("player.nothing-yet", self._lang)}</div>'
        # In a column that runs upwards, the newest line is in sight without any scrolling.
        return f'<div class="gn-wire"><div class="gn-lines" role="log">{lines or empty}</div></div>'

    def _bytes_html(self, line: Line) -> str:
        cut = "…" if len(line.data) > BYTES_SHOWN else ""
        written = html.escape(repr(line.data[:BYTES_SHOWN]))
        count = text("player.bytes.count", self._lang, count=f"{len(line.data):,}")
        return f'<span class="gn-bytes">{written}{cut} <span class="gn-count">{count}</span></span>'


def _escaped(untrusted: str) -> str:
    shown = printable(untrusted)
    if len(shown) > CHARACTERS_SHOWN:
        shown = shown[:CHARACTERS_SHOWN] + "…"
    return html.escape(shown)
