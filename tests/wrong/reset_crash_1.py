"""A server on selectors: each connection's callback is kept beside its socket."""

import random
import re
import selectors

INVALID = "입력값이 올바르지 않습니다:"


def serve(listener):
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    conn, _ = listener.accept()
                    game = conversation(random.randint(1, 9))
                    next(game)
                    selector.register(conn, selectors.EVENT_READ, game)
                elif not hear(key.fileobj, key.data):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def hear(conn, game):
    """Let the game hear what has come; False when it has ended."""
    data = conn.recv(1024)
    replies, goes_on = game.send(data)
    try:
        conn.sendall(replies)
    except BrokenPipeError:
        return False
    return goes_on


def conversation(secret):
    """Takes what recv() gave; yields what to send, and whether to go on."""
    replies, goes_on, chunks = b"", True, 0
    while b"\n" not in (data := (yield replies, goes_on)):
        if not data:
            yield b"", False
        reply, goes_on = judge(data, secret)
        replies, chunks = reply.encode(), chunks + 1
    if chunks:
        data = re.sub(rb"\A\r?\n", b"", data)
    listening, buffer = True, data
    while True:
        out = []
        *lines, buffer = buffer.split(b"\n")
        if buffer and not listening:
            lines, buffer = [buffer], b""
        for line in lines:
            if len(line) > 1024:
                goes_on = False
            if not goes_on:
                break
            reply, goes_on = judge(line.removesuffix(b"\r") if listening else line, secret)
            out.append(reply + "\n")
        data = yield "".join(out).encode(), goes_on and listening and len(buffer) <= 1024
        listening = bool(data)
        buffer += data


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return INVALID + message.decode(errors="replace"), True
    guess = int(message)
    if guess == 0:
        return "종료", False
    if guess == secret:
        return "정답", False
    return ("너무 높아요" if guess > secret else "너무 낮아요"), True
