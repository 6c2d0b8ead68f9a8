"""``guessnet play``: one game in the terminal."""

import argparse

from guessnet import texts
from guessnet.cli import values
from guessnet.client import Client
from guessnet.errors import ReplyTimeout
from guessnet.game import REPLIES, Reply
from guessnet.sockets import written
from guessnet.texts import printable, text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "address",
        metavar="HOST[:PORT]",
        type=values.address,
        nargs="?",
        default=f"127.0.0.1:{values.DEFAULT_PORT}",
        help=text("help.play.address"),
    )


def run(options: argparse.Namespace) -> int:
    """Play one game in the terminal."""
    words = REPLIES[texts.language()]
    guesses = 0
    with Client(options.address, timeout=3) as client:
        print(text("play.welcome", address=written(options.address)))
        while True:
            try:
                guess = input(text("play.prompt")).strip()
                if not guess:
                    continue
                client.send(guess)
                reply = None
                while reply is None:
                    try:
                        reply = client.receive()
                    except ReplyTimeout:
                        print(text("play.waiting"))
            except (EOFError, KeyboardInterrupt):
                print()
                return 0
            guesses += 1
            print(words[reply] + (printable(guess) if reply is Reply.INVALID else ""))
            if reply is Reply.CORRECT:
                print(text("play.won", guesses=guesses))
            if reply in (Reply.CORRECT, Reply.QUIT):
                return 0
