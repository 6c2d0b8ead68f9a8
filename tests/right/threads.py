"""A thread for each player."""

import random
import re
import socket
import threading
import time

LINGER = 2.0  # seconds that a player is waited for at the end


def serve(listener):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            time.sleep(0.01)  # no descriptor is left: whoever waits goes on waiting
            continue
        try:
            threading.Thread(target=handle, args=(conn,), daemon=True).start()
        except RuntimeError:  # no more threads
            conn.close()


def handle(conn):
    with conn:
        try:
            play(conn, random.randint(1, 9))
            hang_up(conn)
        except OSError:
            return  # the player is gone


def play(conn, secret):
    for message, ending in messages(conn):
        words = judge(message, secret)
        conn.sendall((words + ending).encode())
        if words in ("정답", "종료"):
            return


def hang_up(conn):
    """Close after all has arrived: with input unread, close() would send a reset."""
    conn.shutdown(socket.SHUT_WR)
    conn.settimeout(LINGER)
    deadline = time.monotonic() + LINGER
    while conn.recv(65536) and time.monotonic() < deadline:
        pass


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
    while True:
        *lines, rest = data.split(b"\n")
        for line in lines:
            if len(line) > 1024:
                return
            yield line.removesuffix(b"\r"), "\n"
        if len(rest) > 1024:
            return
        more = conn.recv(1024)
        if not more:
            break
        data = rest + more
    if rest:
        yield rest, "\n"


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "종료"
    if guess == secret:
        return "정답"
    return "너무 높아요" if guess > secret else "너무 낮아요"
