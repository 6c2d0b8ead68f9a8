"""What there is to see of a stepped server at one moment, in words; and the same as plain text.

A `Story` takes in the events one by one and knows what they have told so far. `scene` makes of it,
and of a look at the living server if there is one, all that is drawn: by the browser, by
`as_text`, and by the static picture.
"""

import ast
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from guessnet.notebook.source import Program
from guessnet.texts import printable, text
from guessnet.threads import Place
from guessnet.trace import Event

LISTENER = "listener"  #: as `described` calls it; a client goes by ``client 1``
MAX_ROWS = 12  #: sockets that are shown
MAX_SAID = 28  #: characters that are shown of what was received or sent
AROUND = 5  #: lines that the text form shows before and after the one that is lit

_CALL = re.compile(r"(\w+)\s*\.\s*(accept|recv|recv_into|sendall|send|select|poll)\s*\(")
_WAIT = re.compile(r"(?<![\w.])(select|poll)\s*\(")
_PORT = re.compile(r"(?<=', )\d{4,5}(?=])")  # another one at every run, in a page that has to stay
_LIST = re.compile(r"\[([^\[\]…]*)\]")
_QUOTED = re.compile(r"""b?(['"])(?:\\.|(?!\1).)*(?:\1|$)""")
_SOCKET = re.compile(r"\b(?:listener|client \d+)")


def label(number: int | None) -> str:
    """What a client's socket is called."""
    return f"client {number}"


class Look(NamedTuple):
    """A look at a living server."""

    held: tuple[Event, ...]  #: the events at which its threads are held, the next to go on first
    places: Sequence[Place]  #: where its threads stand
    kernel: Mapping[str, Any]


class Death(NamedTuple):
    """What ended a server's function that did not end by itself."""

    error: str
    line: int | None  #: at which its own code was
    variables: Mapping[str, str]


@dataclass(slots=True)
class Client:
    """What the program knows of a client."""

    said: str = ""  #: the last thing received from it
    heard: str = ""  #: the last thing sent to it
    state: str = "open"  #: or ``finished`` (it will send no more), ``closed`` or ``refused``


@dataclass(slots=True)
class Thread:
    """What events have told of a thread."""

    number: int
    event: Event | None = None  #: the latest
    before: Mapping[str, str] | None = None  #: its variables at the event before that


class Story:
    """What the events so far have told.

    Parameters
    ----------
    numbers
        The number by which each thread is known. Threads that are new get the next one.
    """

    def __init__(self, numbers: dict[str, int]) -> None:
        self.numbers = numbers
        self.told = 0  #: how many events
        self.latest: Event | None = None
        self.clients: dict[str, Client] = {}
        self.threads: dict[str, Thread] = {}

    def tell(self, event: Event) -> None:
        """Take in the next event."""
        self.told += 1
        self.latest = event
        for name in [name for name, client in self.clients.items() if client.state in _GONE]:
            del self.clients[name]
        thread = self.thread(event.thread)
        thread.before = thread.event.variables if thread.event else None
        thread.event = event
        if event.conn is not None:
            client = self.clients.setdefault(label(event.conn), Client())
            if event.kind == "recv":
                client.said = _said(event.data)
                client.state = client.state if event.data else "finished"
            elif event.kind == "send":
                client.heard = _said(event.data)
            elif event.kind in _GONE_BY:
                client.state = _GONE_BY[event.kind]

    def open_sockets(self) -> list[str]:
        """The sockets that the program has, as far as it is known."""
        clients = (name for name, client in self.clients.items() if client.state not in _GONE)
        return [LISTENER, *sorted(clients, key=_order)]

    def thread(self, name: str) -> Thread:
        number = self.numbers.setdefault(name, len(self.numbers) + 1)
        return self.threads.setdefault(name, Thread(number))


_GONE_BY = {"close": "closed", "refuse": "refused"}
_GONE = set(_GONE_BY.values())


class Ready(NamedTuple):
    """Two lists of sockets, as a wait returns them; both are empty where it has to wait."""

    readables: frozenset[str] = frozenset()
    writeables: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.readables or self.writeables)


class Asked(NamedTuple):
    """Of which sockets a wait is asked whether they are ready; None where that is not known."""

    reading: frozenset[str] | None = None
    writing: frozenset[str] | None = frozenset()
    writes: bool = False  #: whether the call has a place for those, though it be empty now

    def of(self, kernel: Mapping[str, Any]) -> Ready:
        """Those that are ready as far as the kernel knows."""
        readable = frozenset(kernel.get("readable", ()))
        full = kernel.get("full", ())
        return Ready(
            readable if self.reading is None else readable & self.reading,
            frozenset(name for name in self.writing or () if name not in full),
        )


@dataclass(slots=True)
class Prediction:
    """Which sockets somebody said a wait would return, and which it did."""

    said: Ready
    thread: str
    offered: Sequence[str]
    asked: Asked
    ready: Ready | None = None  #: None until it is known
    shown_at: int | None = None  #: the index of the event that tells
    verdict: tuple["Checked", ...] = ()

    @property
    def right(self) -> bool:
        return self.said == self.ready

    def decide(self, ready: Ready, shown_at: int, kernel: Mapping[str, Any], lang: str) -> None:
        """Take note of what was the case; `kernel` is what the kernel held then."""
        self.ready, self.shown_at = ready, shown_at
        names = sorted({*self.offered, *self.said.readables, *ready.readables}, key=_order)
        checked = [
            Checked(
                "readables",
                name,
                name in self.said.readables,
                name in ready.readables,
                why_readable(name, ready, self.asked, kernel, lang),
            )
            for name in names
        ]
        checked += [
            Checked(
                "writeables",
                name,
                name in self.said.writeables,
                name in ready.writeables,
                why_writeable(name, ready, self.asked, lang),
            )
            for name in sorted({*names, *ready.writeables} - {LISTENER}, key=_order)
            if self.asked.writes
        ]
        self.verdict = tuple(checked)


# What is drawn. The names of the fields are those that the browser's side uses.


class Lit(NamedTuple):
    """A line at which a thread is."""

    line: int
    how: str  #: ``held``, ``turn`` (held, and others go on first), ``stands`` or ``died``
    who: str  #: empty if there is only one thread


class Variable(NamedTuple):
    name: str
    value: str
    change: str  #: ``new``, ``changed`` or empty
    before: str


class Call(NamedTuple):
    """What a thread is doing to a socket, or to all of them."""

    name: str
    how: str  #: as in `Lit`
    who: str
    data: str  #: what it received or sent
    direction: str  #: ``in``, ``out`` or empty


class Row(NamedTuple):
    """A socket in its three lanes."""

    socket: str
    state: str  #: as in `Client`
    client: str  #: in words, what is to be seen at the client's side
    said: str
    heard: str
    waiting: int  #: clients at the listener
    unread: int  #: bytes
    unsent: int  #: bytes
    readable: bool | None  #: None if it is not to be told
    full: bool  #: whether nothing more can be sent; False, too, if it is not to be told
    kernel: tuple[str, ...]  #: the same in words
    calls: tuple[Call, ...]


class Checked(NamedTuple):
    """What was said of one socket, and what was the case."""

    list: str  #: of which was spoken, ``readables`` or ``writeables``
    socket: str
    predicted: bool
    ready: bool
    why: str


@dataclass(frozen=True, slots=True)
class Scene:
    """All there is to see at one moment."""

    number: int  #: of the event, from 1; 0 before the first
    count: int  #: of events so far
    kind: str  #: of the event, or empty
    status: str
    status_words: str
    words: str  #: what has just happened
    lit: tuple[Lit, ...]
    whose: str  #: the thread whose variables these are, if there are several
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]
    more_rows: str
    all_sockets: tuple[Call, ...]  #: calls that concern every socket
    returned: tuple[str, ...] | None  #: the sockets that a wait has just returned as readable
    returned_writing: tuple[str, ...]  #: and those that something can be sent to
    offered: tuple[str, ...]  #: the sockets of which somebody may say whether they will be readable
    offered_writing: tuple[str, ...]  #: or whether something can be sent to them
    asks: bool
    verdict: tuple[Checked, ...]
    verdict_words: str
    score: str


class _Line(NamedTuple):
    """What the line of a wait says."""

    returned: tuple[str, ...]  #: the variables that take the lists it returns
    arguments: tuple[ast.expr, ...]


@cache
def _line_of_wait(line: str) -> _Line | None:
    try:
        [statement] = ast.parse(line.strip()).body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(statement, ast.Assign):
        return None
    target, value = statement.targets[0], statement.value
    if isinstance(value, ast.Subscript):
        value = value.value
    targets = target.elts if isinstance(target, ast.Tuple) else [target]
    match value:
        case ast.Call(func=ast.Attribute(attr="select") | ast.Name(id="select"), args=arguments):
            names = (each.id if isinstance(each, ast.Name) else "" for each in targets)
            return _Line(tuple(names), tuple(arguments))
    return None


def _line_at(event: Event, program: Program) -> _Line | None:
    lines, number = program.lines, event.line or 0
    return _line_of_wait(lines[number - 1]) if 0 < number <= len(lines) else None


def returned_by(event: Event, program: Program) -> Ready:
    """The sockets that a wait returned.

    Known from the variables that the step has put them in; else from what the kernel said, which
    tells only who is readable.
    """
    readables, writeables = _lists_returned(event, program)
    if readables is None:
        readables = frozenset(event.kernel.get("readable", ()))
    return Ready(readables, writeables or frozenset())


def _lists_returned(event: Event, program: Program) -> list[frozenset[str] | None]:
    """The first two lists that a wait returned; None where the variables do not tell."""
    line = _line_at(event, program)
    lists = [
        frozenset(filter(None, match[1].split(", "))) if match else None
        for name in (line.returned[:2] if line else ())
        for match in [_LIST.fullmatch(event.variables.get(name, ""))]
    ]
    return [*lists, None, None][:2]


def asked_by(event: Event, program: Program) -> Asked:
    """What a wait is asked, known from its line and from the variables that stand there."""
    line = _line_at(event, program)
    if line is None or not line.arguments:
        return Asked()
    reading, writing = [*line.arguments, None][:2]
    writes = writing is not None and not (isinstance(writing, ast.List) and not writing.elts)
    return Asked(
        _sockets_in(reading, event.variables),
        _sockets_in(writing, event.variables) if writes else frozenset(),
        writes,
    )


def _sockets_in(written: ast.expr | None, variables: Mapping[str, str]) -> frozenset[str] | None:
    """The sockets that an expression is about; None where the variables do not tell."""
    names = [node.id for node in ast.walk(written or ast.List([])) if isinstance(node, ast.Name)]
    if not names or not all(name in variables for name in names):
        return None
    values = [_QUOTED.sub("", variables[name]) for name in names]
    if any(value.endswith("…") for value in values):
        return None
    return frozenset(socket for value in values for socket in _SOCKET.findall(value))


def why_readable(
    name: str, ready: Ready, asked: Asked, kernel: Mapping[str, Any], lang: str
) -> str:
    """Why a socket is readable, or why not."""
    count = kernel.get("waiting") or 0
    size = kernel.get("unread", {}).get(name, 0)
    is_ready = name in ready.readables
    if asked.reading is not None and name not in asked.reading and not is_ready:
        key = "not-asked"
    elif name == LISTENER:
        key = "waiting" if count else "readable" if is_ready else "nobody"
    else:
        key = "unread" if size else "end" if is_ready else "nothing"
    return text(f"stepper.why.{key}", lang, count=count, size=size)


def why_writeable(name: str, ready: Ready, asked: Asked, lang: str) -> str:
    """Why something can be sent to a client, or why not."""
    if name in ready.writeables:
        key = "room"
    elif asked.writing is not None and name not in asked.writing:
        key = "nothing-to-send"
    else:
        key = "full"
    return text(f"stepper.why.{key}", lang)


def in_words(event: Event, program: Program, lang: str) -> str:
    """One sentence about an event."""
    if event.kind == "ready":
        ready = returned_by(event, program)
        reading, writing = (", ".join(sorted(names, key=_order)) for names in ready)
        key = "ready.both" if reading and writing else "ready" if reading else "ready.writing"
        if not ready:
            told = any(names is not None for names in _lists_returned(event, program))
            key = "ready.none" if told else "ready.nobody-readable"
        return text(f"stepper.event.{key}", lang, sockets=reading, writing=writing)
    client = label(event.conn)
    if event.kind == "recv" and not event.data:
        return text("stepper.event.recv.end", lang, client=client)
    data = _quoted(event.data, lang) if isinstance(event.data, bytes) else ""
    return text(f"stepper.event.{event.kind}", lang, client=client, data=data)


def scene(
    program: Program,
    story: Story,
    look: Look | None,
    *,
    count: int,
    status: str,
    death: Death | None,
    prediction: Prediction | None,
    asks: bool,
    score: tuple[int, int],
    lang: str,
) -> Scene:
    """Draw up the scene after the events that the story has told.

    Parameters
    ----------
    count
        How many events there are in all; the story may have told fewer.
    look
        At the living server; None when looking back, at a recording or at a server that has ended.
    status
        What is being done: ``live``, ``runs``, ``past``, ``replay`` or ``ended``.
    death
        What the server died of, if it did and its ``status`` is ``ended``.
    prediction
        The one whose outcome this event shows.
    asks
        Whether the learner is to be asked for a prediction.
    score
        Predictions that were right, and all of them.
    """
    stage = _Stage(program, story, look, lang, over=status == "ended")
    event = story.latest
    words, status = stage.headline(status, death)
    returned: tuple[str, ...] | None = None
    returned_writing: tuple[str, ...] = ()
    if event and event.kind == "ready" and stage.is_at(event):
        returned, returned_writing = (
            tuple(sorted(names, key=_order)) for names in returned_by(event, program)
        )
    offered = story.open_sockets()
    writes = event is not None and event.kind == "wait" and asked_by(event, program).writes
    lit = (Lit(death.line, "died", ""),) if death and death.line else stage.lit()
    rows, more = stage.rows(hide_ready=asks)
    whose, variables = stage.variables(death)
    return Scene(
        number=story.told,
        count=count,
        kind=event.kind if event else "",
        status=status,
        status_words=text(f"stepper.status.{status}", lang),
        words=words,
        lit=lit,
        whose=whose,
        variables=variables,
        rows=rows,
        more_rows=text("stepper.more-rows", lang, count=more) if more else "",
        all_sockets=stage.calls_of(None),
        returned=returned,
        returned_writing=returned_writing,
        offered=tuple(offered),
        offered_writing=tuple(offered[1:]) if writes else (),
        asks=asks,
        verdict=prediction.verdict if prediction else (),
        verdict_words=_verdict_words(prediction, lang),
        score=text("stepper.score", lang, right=score[0], asked=score[1]) if score[1] else "",
    )


class _Stage:
    """The parts of a scene."""

    def __init__(
        self, program: Program, story: Story, look: Look | None, lang: str, *, over: bool
    ) -> None:
        self._program = program
        self._story = story
        self._lang = lang
        self._over = over
        self.latest = latest = story.latest
        if look is None:
            there = latest is not None and not over
            look = Look((latest,), (), latest.kernel) if latest and there else Look((), (), {})
        self._held, self._kernel = look.held, look.kernel
        self._places = {place.thread: place for place in look.places}
        for name in self._places:
            story.thread(name)

    def is_at(self, event: Event) -> bool:
        """Whether a thread is still where this event left it."""
        return any(held is event for held in self._held)

    def _who(self, thread: str) -> str:
        if len(self._story.numbers) < 2:
            return ""
        return text("stepper.thread", self._lang, number=self._story.thread(thread).number)

    def headline(self, status: str, death: Death | None) -> tuple[str, str]:
        """What to say above everything, and the status in one word."""
        if death:
            return text("stepper.died", self._lang, error=death.error), "died"
        if status == "ended":
            return text("stepper.ended", self._lang), status
        gone_on = self.latest is None or not self.is_at(self.latest)
        if status == "live" and gone_on and (place := self._places.get(self._focus())):
            call, socket = self._standing(place)
            words = text(
                f"stepper.stands.{_STANDS.get(call, 'elsewhere')}",
                self._lang,
                line=place.line,
                call=call,
                client=socket or text("stepper.a-client", self._lang),
            )
            return words, "held" if self._held else "waits" if call else "busy"
        if status == "live":
            status = "held" if self._held else "waits"
        if not self.latest:
            return text("stepper.nothing-yet", self._lang), status
        return in_words(self.latest, self._program, self._lang), status

    def _focus(self) -> str:
        """The thread of which there is most to tell."""
        if self.latest:
            return self.latest.thread
        return next(iter(self._places), "")

    def _standing(self, place: Place) -> tuple[str, str]:
        """In which call a thread stands, if its line has one, and the socket that this concerns."""
        if match := _CALL.search(place.code):
            name, call = match.groups()
            if call in ("select", "poll"):
                return call, ""
            return call, place.variables.get(name, "")
        if match := _WAIT.search(place.code):
            return match[1], ""
        return "", ""

    def lit(self) -> tuple[Lit, ...]:
        lit: list[Lit] = []
        for name, thread in self._story.threads.items():
            who = self._who(name)
            if thread.event and self.is_at(thread.event):
                how = "held" if thread.event is self._held[0] else "turn"
                if thread.event.line:
                    lit.append(Lit(thread.event.line, how, who))
            elif name in self._places:
                lit.append(Lit(self._places[name].line, "stands", who))
        return tuple(sorted(lit, key=lambda each: _FIRST.index(each.how)))

    def variables(self, death: Death | None) -> tuple[str, tuple[Variable, ...]]:
        if death:
            return "", tuple(Variable(*item, "", "") for item in death.variables.items())
        name = self._focus()
        thread = self._story.threads.get(name)
        if thread is None:
            return "", ()
        now: Mapping[str, str] = thread.event.variables if thread.event else {}
        before = thread.before
        if (place := self._places.get(name)) and not (thread.event and self.is_at(thread.event)):
            before = now if thread.event else None
            now = place.variables
        return self._who(name), tuple(
            Variable(
                variable,
                value,
                ""
                if before is None or before.get(variable) == value
                else "changed"
                if variable in before
                else "new",
                (before or {}).get(variable, ""),
            )
            for variable, value in now.items()
        )

    def rows(self, *, hide_ready: bool) -> tuple[tuple[Row, ...], int]:
        names = [LISTENER, *sorted(self._story.clients, key=_order)]
        busy = {event.conn for event in self._held}
        shown = names[:MAX_ROWS]
        shown += [name for name in names[MAX_ROWS:] if name in {label(conn) for conn in busy}]
        rows = tuple(self._row(name, hide_ready=hide_ready) for name in shown)
        return rows, len(names) - len(shown)

    def _row(self, name: str, *, hide_ready: bool) -> Row:
        kernel, lang = self._kernel, self._lang
        waiting = (kernel.get("waiting") or 0) if name == LISTENER else 0
        unread = kernel.get("unread", {}).get(name, 0)
        unsent = kernel.get("unsent", {}).get(name, 0)
        readable = None if hide_ready else name in kernel.get("readable", ())
        client = self._story.clients.get(name, Client())
        words = [
            text(f"stepper.kernel.{key}", lang, count=value)
            for key, value in (("waiting", waiting), ("unread", unread), ("unsent", unsent))
            if value
        ]
        if name == LISTENER:
            side = text("stepper.client.outside", lang, count=waiting) if waiting else ""
        else:
            side = text(f"stepper.client.{client.state}", lang)
        return Row(
            name,
            client.state,
            side,
            client.said,
            client.heard,
            waiting,
            unread,
            unsent,
            readable,
            not hide_ready and name in kernel.get("full", ()),
            tuple(words),
            self.calls_of(name),
        )

    def calls_of(self, socket: str | None) -> tuple[Call, ...]:
        """What threads are doing to this socket; None asks for what concerns all of them."""
        calls = []
        for name, thread in self._story.threads.items():
            who = self._who(name)
            if (event := thread.event) and self.is_at(event):
                how = "held" if event is self._held[0] else "turn"
                if self._concerns(event) == socket and event.kind != "ready":
                    calls.append(self._call(event, how, who))
            elif place := self._places.get(name):
                call, concerned = self._standing(place)
                if call in ("select", "poll"):
                    concerned = ""
                if call and (concerned or None) == socket:
                    calls.append(Call(f"{call}()", "stands", who, "", ""))
        return tuple(calls)

    def _concerns(self, event: Event) -> str | None:
        if event.kind == "wait":
            return None
        return LISTENER if event.kind in ("accept", "refuse") else label(event.conn)

    def _call(self, event: Event, how: str, who: str) -> Call:
        if event.kind in ("accept", "refuse"):
            return Call("accept()", how, who, label(event.conn), "in")
        if event.kind == "recv":
            return Call("recv()", how, who, _said(event.data) or 'b""', "in")
        if event.kind == "send":
            return Call("send()", how, who, _said(event.data), "out")
        return Call("close()" if event.kind == "close" else "select()", how, who, "", "")


_FIRST = ("held", "turn", "stands")  #: the order in which a line is looked at
_STANDS = {
    "accept": "accept",
    "recv": "recv",
    "recv_into": "recv",
    "send": "send",
    "sendall": "send",
    "select": "select",
    "poll": "select",
}


def _verdict_words(prediction: Prediction | None, lang: str) -> str:
    if prediction is None or prediction.ready is None:
        return ""
    if prediction.right:
        return text(f"stepper.{'right' if prediction.said else 'right.waits'}", lang)
    return text(f"stepper.{'wrong' if prediction.ready else 'wrong.waits'}", lang)


def _order(name: str) -> tuple[bool, int, str]:
    """The listener first, then the clients as they came."""
    number = name.rpartition(" ")[2]
    return name != LISTENER, int(number) if number.isdecimal() else 0, name


def _said(data: bytes | str | None) -> str:
    if not isinstance(data, bytes):
        return ""
    words = printable(data[: 4 * MAX_SAID])
    return words if len(words) <= MAX_SAID else words[: MAX_SAID - 1] + "…"


def _quoted(data: bytes, lang: str) -> str:
    words = f"“{_said(data)}”"
    if len(data) == len(_said(data)):
        return words
    return f"{words} {text('stepper.bytes', lang, count=len(data))}"


# The text form


def as_text(shown: Scene, program: Program, notes: Mapping[int, str], lang: str) -> str:
    """The scene on a page of text: the source with an arrow, the variables, the kernel."""
    head = f"{program.title(lang)}   {text('stepper.event', lang, number=shown.number)}"
    parts = [
        f"{head}\n{shown.words}",
        _source_text(shown, program, notes),
        _variables_text(shown, lang),
        _sockets_text(shown, lang),
        _verdict_text(shown, lang),
    ]
    return "\n\n".join(part for part in parts if part)


def _source_text(shown: Scene, program: Program, notes: Mapping[int, str]) -> str:
    lines = program.lines
    lit: dict[int, list[Lit]] = {}
    for each in shown.lit:
        lit.setdefault(each.line, []).append(each)
    centre = next(iter(lit), 1)
    near = {n for line in (lit or [centre]) for n in range(line - AROUND, line + AROUND + 1)}
    wanted = [number for number in sorted(near) if 1 <= number <= len(lines)]
    page, previous = [], 0
    for number in wanted:
        if previous and number > previous + 1:
            page.append("       ⋮")
        arrow = _ARROWS[lit[number][0].how] if number in lit else " "
        who = ", ".join(each.who for each in lit.get(number, ()) if each.who)
        whose = f"   ← {who}" if who else ""
        page.append(f"{arrow}{number:4}  {lines[number - 1]}{whose}".rstrip())
        previous = number
    if note := notes.get(centre):
        page.append(f"       ↳ {note}")
    return "\n".join(page)


_ARROWS = {"held": "→", "turn": "→", "stands": "…", "died": "✕"}


def _variables_text(shown: Scene, lang: str) -> str:
    if not shown.variables:
        return ""
    title = text("stepper.variables", lang)
    title = f"{title} ({shown.whose})" if shown.whose else title
    names = max(len(variable.name) for variable in shown.variables)
    rows = [f"{title}   {text('stepper.marked', lang)}"]
    for variable in shown.variables:
        mark, value = "*" if variable.change else " ", _PORT.sub("…", variable.value)
        rows.append(f"{mark} {variable.name:{names}}  {value}")
    return "\n".join(rows)


def _sockets_text(shown: Scene, lang: str) -> str:
    head = [text(f"stepper.lane.{lane}", lang) for lane in ("clients", "kernel", "python")]
    table = [["", *head]]
    for row in shown.rows:
        client = row.client
        wire = [("→", row.said), ("←", row.heard)]
        if any(words for _, words in wire):
            client = "  ".join(f"{arrow} {words}" for arrow, words in wire if words)
        kernel = [*row.kernel, *(text(f"stepper.{key}", lang) for key in said_by_kernel(row))]
        calls = [_call_text(call) for call in (*shown.all_sockets, *row.calls)]
        calls += [text(f"stepper.{key}", lang) for key in said_by_wait(shown, row)]
        table.append([row.socket, client, ", ".join(kernel), ", ".join(calls)])
    if shown.more_rows:
        table.append([shown.more_rows])
    return columns(table)


def said_by_kernel(row: Row) -> list[str]:
    """What the kernel has to say of a socket besides numbers, by the names of the texts."""
    return [key for key in ("readable", "full") if getattr(row, key)]


def said_by_wait(shown: Scene, row: Row) -> list[str]:
    """What a wait has just said of a socket, by the names of the texts."""
    lists = (("returned", shown.returned or ()), ("returned-writing", shown.returned_writing))
    return [key for key, names in lists if row.socket in names]


def _call_text(call: Call) -> str:
    arrow = {"in": "←", "out": "→"}.get(call.direction, "")
    return " ".join(filter(None, (call.who, call.name, arrow, call.data)))


def _verdict_text(shown: Scene, lang: str) -> str:
    lines = [shown.verdict_words] if shown.verdict_words else []
    lists = len({each.list for each in shown.verdict})
    lines += columns(
        [
            [
                "✓" if each.predicted == each.ready else "✕",
                *([each.list] if lists > 1 else []),
                each.socket,
                each.why,
            ]
            for each in shown.verdict
        ]
    ).splitlines()
    if shown.score:
        lines.append(shown.score)
    if shown.asks:
        offered, writing = ", ".join(shown.offered), ", ".join(shown.offered_writing)
        key = "stepper.ask.text.both" if writing else "stepper.ask.text"
        lines.append(text(key, lang, sockets=offered, writing=writing))
    return "\n".join(lines)


def columns(table: Sequence[Sequence[str]]) -> str:
    """Lay out a table for a fixed font, in which Hangul is twice as wide as Latin."""
    widths = [
        max((width(row[column]) for row in table if len(row) > column + 1), default=0)
        for column in range(max(map(len, table), default=0))
    ]
    return "\n".join(
        "   ".join(
            cell + " " * (widths[column] - width(cell)) for column, cell in enumerate(row)
        ).rstrip()
        for row in table
    )


def width(words: str) -> int:
    """How many columns a text takes in a fixed font."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in words)
