"""What is asked of a server: one plain function for each question, over real sockets.

The secret is found by guessing, never assumed. Messages before the first newline are never cut, for
a server learns from the first one what kind of client it has.
"""

import contextlib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from guessnet.game import HIGHEST, LOWEST, REPLIES, Reply
from guessnet.grading.trial import WORK_UNSEEN, Failure, Trial, Witness

TOO_HIGH, TOO_LOW, CORRECT = Reply.TOO_HIGH, Reply.TOO_LOW, Reply.CORRECT
QUIT, INVALID = Reply.QUIT, Reply.INVALID

SECRETS = 8  #: clients whose secrets are compared; by chance all are the same once in 4 million
RESTARTS = 3  #: after which they are compared again; that the same one is drawn is once in 729
VISITORS = 40  #: clients that come and go before descriptors are counted
REGULARS = 200  #: clients that come and go before the server's collections are looked at
CROWD = 30  #: clients that play at the same time
BEYOND_SELECT = 1100  #: clients, more than select() can watch
ENDLESS = 4 << 20  #: bytes of a line that does not end
PIECE = b"x" * (64 << 10)  #: of that line
FLOOD = 600_000  #: pairs of guesses: their replies are more than buffers take
NARROW_FLOOD = 4_000  #: the same where little may wait to be sent
NARROW_UNSEEN = 0.3  #: seconds for those, where it cannot be seen that they are dealt with
INHERITED = 5  #: secrets in a row that are the one before; by chance once in 59,049

NUMBERS = range(LOWEST, HIGHEST + 1)
BY_CHANCE = [number for number in range(-99, 100) if number]  #: what may be guessed, but for 0
GUESSES = 12  #: of these in one game


@dataclass(frozen=True)
class Scenario:
    """A question.

    Attributes
    ----------
    ask
        Puts it, and raises `Failure` where the answer is not right.
    points
        What it is worth; those of all scenarios make 100.
    needs
        What has to be passed before; otherwise it would only fail for the same reason.
    hidden
        Whether a course may keep it from its students until they have handed in.
    elsewhere
        Whether the server must not run in this process.
    """

    id: str
    ask: Callable[[Trial], None]
    points: int
    needs: tuple[str, ...] = ()
    hidden: bool = False
    elsewhere: bool = False


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    points: int, *needs: str, hidden: bool = False, elsewhere: bool = False
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    def register(ask: Callable[[Trial], None]) -> Callable[[Trial], None]:
        name = ask.__name__.replace("_", "-")
        SCENARIOS[name] = Scenario(name, ask, points, needs, hidden, elsewhere)
        return ask

    return register


# The wire


@scenario(5)
def first_reply(trial: Trial) -> None:
    """A client says 10, as the classic client does, and is told that this is too high."""
    client = trial.client()
    client.expect_nothing()
    try:
        client.ask("10", TOO_HIGH)
        return
    except Failure as failure:
        if failure.symptom != "silent":
            raise
        nothing_came = failure
    client.send(b"\n")  # perhaps it reads lines only
    try:
        client.expect(TOO_HIGH)
    except Failure as failure:
        if failure.symptom != "silent":
            raise
        raise nothing_came from None
    trial.manners.ending = b"\n"


@scenario(4, "first-reply")
def rest(trial: Trial) -> None:
    """While nothing happens the server does nothing.

    So it is with nobody connected, with a client that says nothing, and when it has got a reply.
    """
    _be_at_rest(trial, clients=0)
    client = trial.client()
    _be_at_rest(trial, clients=1)
    client.ask("10", TOO_HIGH)
    _be_at_rest(trial, clients=1)


def _be_at_rest(trial: Trial, clients: int) -> None:
    if trial.spins():
        trial.manners.restless = True
        raise Failure("busy", clients=clients)


@scenario(3, "first-reply")
def classic_client(trial: Trial) -> None:
    """Without a newline in the message there is none in the reply."""
    client = trial.client()
    client.send(b"10")
    client.expect_one_of(both_languages(TOO_HIGH))
    client.expect_nothing()


@scenario(3, "first-reply")
def line_mode(trial: Trial) -> None:
    """Messages that end in a newline get replies that end in one."""
    client = trial.client()
    for message, reply in ((b"10\n", TOO_HIGH), (b"-1\r\n", TOO_LOW), (b"10\n", TOO_HIGH)):
        client.send(message)
        client.expect_one_of([words + b"\n" for words in both_languages(reply)])
        client.expect_nothing()


@scenario(5, "first-reply")
def invalid(trial: Trial) -> None:
    """What is no number is answered as such, and the game goes on."""
    client = trial.client()
    client.ask("10", TOO_HIGH)
    for message in ("abc", "1.5", "--5", "²", "5x"):
        client.ask(message, INVALID)
    client.ask("10", TOO_HIGH)


@scenario(2, "invalid", hidden=True)
def strict_numbers(trial: Trial) -> None:
    """int() takes more than the rules do, such as 1_0, and refuses thousands of digits."""
    client = trial.client()
    client.ask("10", TOO_HIGH)
    for message in ("1_0", "５", "٣"):
        client.ask(message, INVALID)
    for message in (" 10 ", "+10", "0010"):
        client.ask(message, TOO_HIGH)
    client.send(b"10\n")
    client.expect(TOO_HIGH, to=b"10")
    client.send(b"9" * 5000 + b"\n")
    client.leave()
    trial.settle()
    plays(trial, after="5000-digits")


@scenario(6, "first-reply")
def replies(trial: Trial) -> None:
    """Too low up to the secret, then correct; too high down to it."""
    for numbers, wrong in ((NUMBERS, TOO_LOW), (NUMBERS[::-1], TOO_HIGH)) * 2:
        trial.next_stage()
        client = trial.client()
        client.ask("10", TOO_HIGH)
        client.ask("-1", TOO_LOW)
        client.ask("9" * 40, TOO_HIGH)
        for number in numbers:
            if client.ask(str(number), wrong, CORRECT) is CORRECT:
                break
        else:
            raise Failure("never-correct")
    trial.next_stage()
    guess_by_chance(trial)


# The end of a game


@scenario(6, "first-reply")
def next_client(trial: Trial) -> None:
    """When somebody's game is over, the next client can play."""
    for ending in ("quit", "win"):
        trial.next_stage()
        client = trial.client()
        end_game(client, ending)
        client.leave()
        plays(trial, after=ending)


@scenario(4, "next-client")
def ends_after_game(trial: Trial) -> None:
    """After "correct" and after "bye" the server closes the connection."""
    for ending in ("quit", "win"):
        trial.next_stage()
        client = trial.client()
        end_game(client, ending)
        try:
            client.expect_end()
        except Failure as failure:
            failure.facts |= {"after": ending, "goes_on": goes_on(client)}
            client.leave()
            trial.settle(at_most=0.3)
            failure.facts["closes_at_last"] = trial.subject.look().connections != 1
            raise


# Clients that go


@scenario(6, "first-reply")
def client_leaves(trial: Trial) -> None:
    """A client that leaves in the middle of its game harms nobody, and leaves nothing to do."""
    try:
        for message in (b"10", b"", b"10\n"):
            trial.next_stage()
            client = trial.client()
            if message:
                client.send(message + trial.manners.ending)
                client.expect(TOO_HIGH, to=b"10")
            client.leave()
            if not trial.manners.restless and trial.spins():
                raise Failure("busy", after="leave")
            plays(trial, after="leave")
        trial.next_stage()
    except Failure as failure:
        if failure.symptom != "busy":
            failure.facts["ignores_end"] = answers_the_end(trial)
        raise


@scenario(5, "client-leaves")
def client_resets(trial: Trial) -> None:
    """A client whose connection breaks (a reset) harms nobody."""
    for stage in ("read", "unread", "silent"):
        trial.next_stage()
        client = trial.client()
        if stage == "read":
            client.ask("10", TOO_HIGH)
        elif stage == "unread":
            client.say("10")
            trial.settle(at_most=0.3)
        client.cut()
        plays(trial, after="reset")


@scenario(4, "client-leaves")
def half_close(trial: Trial) -> None:
    """A client that has finished sending still gets its reply, and then the end."""
    client = trial.client()
    client.say("10")
    client.finish()
    client.expect(TOO_HIGH)
    client.expect_end()
    plays(trial, after="half-close")


@scenario(2, "half-close", "line-mode")
def last_line(trial: Trial) -> None:
    """A last line without its newline is answered, too, when the client has finished sending."""
    client = trial.client()
    client.send(b"10\n-1")
    client.finish()
    client.expect(TOO_HIGH, to=b"10")
    client.expect(TOO_LOW, to=b"-1")
    client.expect_end()


# A stream has no seams


@scenario(5, "invalid")
def glued(trial: Trial) -> None:
    """Two lines in one piece are two messages."""
    client = trial.client()
    client.send(b"10\n-1\n")
    client.expect(TOO_HIGH, to=b"10")
    client.expect(TOO_LOW, to=b"-1")


@scenario(4, "glued")
def not_utf8(trial: Trial) -> None:
    """Bytes that are no text are answered as invalid, and the game goes on."""
    client = trial.client()
    client.send(b"10\n")
    client.expect(TOO_HIGH, to=b"10")
    client.send(b"\xff\xfe\n")
    client.expect(INVALID, to=b"\xff\xfe")
    client.send(b"10\n")
    client.expect(TOO_HIGH, to=b"10")


@scenario(4, "glued")
def split(trial: Trial) -> None:
    """A line in two pieces is one message."""
    client = trial.client()
    client.send(b"10\n")
    client.expect(TOO_HIGH, to=b"10")
    client.send(b"1")
    client.expect_nothing()
    client.send(b"0\n")
    client.expect(TOO_HIGH, to=b"10")
    client.expect_nothing()


@scenario(2, "split", "not-utf8")
def split_character(trial: Trial) -> None:
    """A Korean character in two pieces is one character."""
    client = trial.client()
    client.send(b"10\n")
    client.expect(TOO_HIGH, to=b"10")
    word = "가나".encode()
    client.send(word[:4])
    client.expect_nothing()
    client.send(word[4:] + b"\n")
    client.expect(INVALID, to=word)


# What is remembered


@scenario(5, "replies", "client-leaves")
def own_secret(trial: Trial) -> None:
    """Each client has a secret of its own, and after a restart they are others."""
    secrets = secrets_of_some(trial)
    again = all(secrets_after_restart(trial) == secrets for _ in range(RESTARTS))
    if len(set(secrets)) == 1:
        raise Failure("same-secret", secret=secrets[0], after_restart=again)
    if again:
        raise Failure("same-secrets", secrets=", ".join(map(str, secrets)))


@scenario(3, "own-secret", "next-client")
def fresh_secret(trial: Trial) -> None:
    """Whoever comes after somebody else does not inherit the secret."""
    for way in ("left", "won"):
        trial.next_stage()
        if is_inherited(trial, way):
            raise Failure("inherited-secret", way=way)


@scenario(5, "next-client", "client-leaves")
def descriptors(trial: Trial) -> None:
    """The sockets of those who have left are closed."""
    before = trial.subject.sockets()
    for visit in range(VISITORS):
        client = trial.client()
        client.ask("10", TOO_HIGH)
        client.cut() if visit % 2 else client.leave()
    trial.settle(at_most=2.0)
    after = trial.subject.sockets()
    if before is None or after is None:
        raise NotSeen
    still_open = after - before
    if still_open > VISITORS // 4:
        raise Failure("grew", visitors=VISITORS, still_open=still_open)


@scenario(0, "descriptors")
def forgets(trial: Trial) -> None:
    """Nothing is remembered of those who have left.

    Only the server's own process can tell that, and a mark never rests on its word.
    """
    for visit in range(REGULARS):
        client = trial.client()
        client.ask("0", QUIT) if visit % 2 else client.ask("10", TOO_HIGH)
        client.leave()
    trial.settle(at_most=2.0)
    for name, size in trial.subject.look().sizes.items():
        if size >= REGULARS // 2:
            raise Failure("hoards", visitors=REGULARS, name=name, size=size)


@scenario(2, "split", hidden=True)
def endless_line(trial: Trial) -> None:
    """A line that does not end is not kept in memory for ever: the server closes."""
    client = trial.client()
    client.send(b"10\n")
    client.expect(TOO_HIGH, to=b"10")
    for _ in range(ENDLESS // len(PIECE)):
        client.send(PIECE)
        if client.has_something():
            break
    else:
        trial.settle()
    if not client.has_something():
        raise Failure("swallows", size=ENDLESS)
    client.expect_end()


# Many clients. What these find is often the limit of a style rather than a mistake: they come last


@scenario(7, "first-reply")
def together(trial: Trial) -> None:
    """While the first client thinks, the second one gets its replies."""
    first = trial.client()
    first.ask("10", TOO_HIGH)
    second = trial.client()
    try:
        for client in (second, first, second):
            client.ask("10", TOO_HIGH)
    except Failure as failure:
        if failure.symptom == "silent":
            failure.facts |= whom_it_waited_for(trial, [first, second], client)
        raise


@scenario(2, "together", "replies", "client-leaves")
def crowd(trial: Trial) -> None:
    """Many play at the same time, each to the end."""
    playing = [trial.client() for _ in range(CROWD)]
    for number in NUMBERS:
        for client in playing:
            client.say(str(number))
        playing = [client for client in playing if client.expect(TOO_LOW, CORRECT) is TOO_LOW]
    if playing:
        raise Failure("never-correct")


@scenario(2, "split")
def late_reader(trial: Trial) -> None:
    """A client that begins to read late misses none of its replies."""
    pairs, unseen = flood(trial)
    client = trial.client(slow_socket(trial))
    high, low = (b"%b\n" % words for words in trial.manners.words(TOO_HIGH, TOO_LOW))
    expected = (high + low) * pairs
    got = client.send_and_read_late(b"10\n-1\n" * pairs, len(expected), unseen)
    if got != expected:
        raise Failure("holes", missing=len(expected) - len(got))


@scenario(2, "together", "descriptors", hidden=True, elsewhere=True)
def beyond_select(trial: Trial) -> None:
    """More clients than select() can watch: some may be refused, nobody else is harmed."""
    first = trial.client()
    first.ask("10", TOO_HIGH)
    with crowd_elsewhere(trial, BEYOND_SELECT):
        trial.settle()
        first.ask("10", TOO_HIGH)
    trial.settle()
    plays(trial, after="crowd")


@scenario(2, "together")
def never_reads(trial: Trial) -> None:
    """A client that never reads its replies keeps nobody else waiting."""
    pairs, unseen = flood(trial)
    hog = trial.client(slow_socket(trial))
    hog.send_without_reading(b"10\n-1\n" * pairs, unseen)
    plays(trial, after="never-read")


# What the scenarios have in common


class NotSeen(Exception):
    """What this scenario needs to see cannot be seen of this server."""


def both_languages(reply: Reply) -> list[bytes]:
    return [table[reply].encode() for table in REPLIES.values()]


def win(client: Witness) -> int:
    """Guess until it is right; give the secret."""
    for number in NUMBERS:
        if client.ask(str(number), TOO_LOW, CORRECT) is CORRECT:
            return number
    raise Failure("never-correct")


def guess_by_chance(trial: Trial) -> None:
    """Play a game that no server knows beforehand; each reply must agree with those before it."""
    guesses = trial.chance.sample(BY_CHANCE, GUESSES)
    client = trial.client()
    lowest, highest = LOWEST, HIGHEST  # that the secret can still be
    for number in [*guesses, *trial.chance.sample(NUMBERS, len(NUMBERS))]:
        possible = [CORRECT] if lowest <= number <= highest else []
        possible += [TOO_HIGH] if number > lowest else []
        possible += [TOO_LOW] if number < highest else []
        match client.ask(str(number), *possible):
            case Reply.CORRECT:
                return
            case Reply.TOO_HIGH:
                highest = min(highest, number - 1)
            case Reply.TOO_LOW:
                lowest = max(lowest, number + 1)


def end_game(client: Witness, ending: str) -> None:
    """Play until the game is over: give up at once ("quit"), or "win"."""
    if ending == "quit":
        client.ask("0", QUIT)
    else:
        win(client)


def secrets_of_some(trial: Trial) -> list[int]:
    """The secrets of clients that are there at the same time, if that is possible."""
    try:
        clients = [trial.client() for _ in range(SECRETS)]
        for client in clients:  # all of them are let in before one of them wins
            client.ask("10", TOO_HIGH)
        return [win(client) for client in clients]
    except Failure:
        trial.restart()
        return [secret_of_next(trial) for _ in range(SECRETS)]


def secrets_after_restart(trial: Trial) -> list[int]:
    trial.next_stage()
    return secrets_of_some(trial)


def secret_of_next(trial: Trial) -> int:
    """The secret of a client that wins and leaves."""
    client = trial.client()
    secret = win(client)
    client.leave()
    trial.settle(at_most=0.3)
    return secret


def is_inherited(trial: Trial, way: str) -> bool:
    """Whether the secret of a client that "left", or "won", is that of the next, again and again.

    A descriptor that the server has closed is the next to be given away. The clients' sockets have
    theirs beforehand, so that the server's next connection gets it, and not the next client.
    """
    sockets = [trial.subject.socket() for _ in range(4 * INHERITED)]
    inherited = 0
    while len(sockets) > 1 and inherited < INHERITED:
        client = trial.client(sockets.pop())
        secret = win(client) if way == "won" else secret_without_winning(client)
        client.leave()
        trial.settle()
        if secret is None:
            continue
        heir = trial.client(sockets.pop())
        if heir.ask(str(secret), TOO_HIGH, TOO_LOW, CORRECT) is not CORRECT:
            break
        heir.leave()
        trial.settle()
        inherited += 1
    for sock in sockets:
        sock.close()
    return inherited == INHERITED


def secret_without_winning(client: Witness) -> int | None:
    """The secret, found without guessing it; None if it is even, and has been guessed."""
    for number in range(LOWEST + 1, HIGHEST, 2):
        reply = client.ask(str(number), TOO_HIGH, TOO_LOW, CORRECT)
        if reply is not TOO_LOW:
            return number - 1 if reply is TOO_HIGH else None
    return HIGHEST


def plays(trial: Trial, after: str) -> None:
    """See that a newcomer can play after something has happened."""
    try:
        trial.client().ask("10", TOO_HIGH)
    except Failure as failure:
        failure.facts["after"] = after
        raise


def goes_on(client: Witness) -> bool:
    """Whether a game that should be over is played on."""
    try:
        client.ask("10")
    except Failure:
        return False
    return True


def whom_it_waited_for(trial: Trial, others: list[Witness], waiting: Witness) -> dict[str, str]:
    """Who has to come, or to leave, for a client to get its reply at last."""
    if waiting.hears():  # it was only late
        return {}
    with contextlib.suppress(Failure):
        trial.client()
        if waiting.hears():
            return {"waited_for": "newcomer"}
    for other in others:
        if other is not waiting:
            other.leave()
            if waiting.hears():
                return {"waited_for": "other"}
    return {}


def answers_the_end(trial: Trial) -> bool:
    """Whether a client that has only finished sending is told something, again and again."""
    trial.restart()
    client = trial.client()
    client.ask("10", TOO_HIGH)
    client.finish()
    try:
        client.expect_end()
    except Failure as failure:
        return failure.symptom == "extra" and len(failure.got) > 200
    return False


def flood(trial: Trial) -> tuple[int, float]:
    """How many pairs of guesses, and seconds in which a server deals with them, seen or not."""
    if trial.subject.narrow():
        return NARROW_FLOOD, NARROW_UNSEEN
    return FLOOD, WORK_UNSEEN


def slow_socket(trial: Trial) -> socket.socket:
    """One that takes few bytes before somebody reads them."""
    sock = trial.subject.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return sock


@contextlib.contextmanager
def crowd_elsewhere(trial: Trial, count: int) -> Iterator[None]:
    """Meanwhile so many clients are connected, from a process of their own."""
    host, port = trial.address
    # -P: what lies in the current folder may have been handed in.
    crowd = [sys.executable, "-P", "-m", "guessnet.grading.crowd", host, str(port), str(count)]
    command = trial.subject.beside(crowd)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        if process.stdout.readline() != b"there\n":
            raise NotSeen
        try:
            yield
        finally:
            process.stdin.close()
