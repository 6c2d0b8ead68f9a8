"""Threads; lines are read by a file made of the socket."""

import random
import re
import threading


def serve(listener):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        threading.Thread(target=play, args=(conn, random.randint(1, 9)), daemon=True).start()


def play(conn, secret):
    with conn:
        try:
            for message, ending in messages(conn):
                reply = judge(message, secret)
                conn.sendall((reply + ending).encode())
                if reply in ("correct", "bye"):
                    return
        except OSError:
            return


def messages(conn):
    """Each message, and what its reply ends in."""
    spoken = False
    while b"\n" not in (data := conn.recv(1024)):
        if not data:
            return
        yield data, ""
        spoken = True
    if spoken:
        data = re.sub(rb"\A\r?\n", b"", data)
    *lines, rest = data.split(b"\n")
    for line in lines:
        if len(line) > 1024:
            return
        yield line.removesuffix(b"\r"), "\n"
    with conn.makefile("rb") as file:
        while len(rest) <= 1024:
            line = rest + file.readline(1025 - len(rest))
            if not line.endswith(b"\n"):
                return  # too long, or the player has left in the middle of it
            yield re.sub(rb"\r?\n\Z", b"", line), "\n"
            rest = b""


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "invalid input: " + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "bye"
    if guess == secret:
        return "correct"
    return "too high" if guess > secret else "too low"
