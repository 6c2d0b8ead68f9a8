"""Threads; each of them runs the same function, with its own socket."""

import functools
import random
import re
import threading


def serve(listener):
    game = functools.partial(play, secret=random.randint(1, 9))
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        threading.Thread(target=game, args=[conn], daemon=True).start()


def play(conn, secret):
    with conn:
        try:
            for message, ending in messages(conn):
                words = judge(message, secret)
                conn.sendall((words + ending).encode())
                if words in ("correct", "bye"):
                    break
        except OSError:
            pass


def messages(conn):
    """Each message with the ending that its reply gets."""
    answered = False
    while (data := conn.recv(1024)) and b"\n" not in data:
        yield data, ""
        answered = True
    if answered:
        data = re.sub(rb"\A\r?\n", b"", data)
    while True:
        line, newline, rest = data.partition(b"\n")
        if len(line) > 1024:
            return
        if newline:
            yield line.removesuffix(b"\r"), "\n"
            data = rest
            continue
        more = conn.recv(1024)
        if not more:
            break
        data += more
    if data:
        yield data, "\n"


def judge(message, secret):
    digits = message.strip()
    if digits[:1] in (b"+", b"-"):
        digits = digits[1:]
    if not digits.isdigit():
        return "invalid input: " + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "bye"
    if guess == secret:
        return "correct"
    return "too high" if guess > secret else "too low"
