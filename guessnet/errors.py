"""What can go wrong, as exceptions. Each message is one sentence in the user's language."""


class GuessnetError(Exception):
    """Anything that guessnet itself reports."""


class UnknownStep(GuessnetError):
    """No step of the ladder has this name or number."""


class BadArgument(GuessnetError):
    """A value that makes no sense here: a secret of 10, a language without texts."""


class ListenError(GuessnetError):
    """The server could not open its door: the port is taken, or the host is not ours."""


class NotStarted(GuessnetError):
    """The server has no address yet."""


class BadRecording(GuessnetError):
    """A file that is no recording, or one of another version."""


class BadReport(GuessnetError):
    """A file that is no report, or holds no such failure."""


class StopTimeout(GuessnetError):
    """The code of a server could not be made to end."""


class AnswerError(GuessnetError):
    """What is to be judged cannot be run: no such file, no such function, a program that ends."""

    def _render_traceback_(self) -> list[str]:
        """All that Jupyter shows of it; where the judge has noticed it helps nobody."""
        return [f"{type(self).__name__}: {self}"]


class SandboxError(GuessnetError):
    """A program cannot be kept apart from the judge as it was asked for."""


class NotInExam(GuessnetError):
    """A step's source, a hint or a solution, which an exam does not show."""


class BenchError(GuessnetError):
    """A measurement could not be made."""


class ConnectError(GuessnetError):
    """There is no server at this address."""


class ReplyTimeout(GuessnetError):
    """The server did not answer in time."""


class HungUp(GuessnetError):
    """The server closed the connection before it answered."""


class UnexpectedReply(GuessnetError):
    """The server said something that is not in the rules."""
