"""A selectors server whose games are generators: they are sent input and yield replies."""

import random
import re
import selectors


def game():
    """Is sent what recv() gave; yields what to reply, and whether that was all."""
    secret = random.randint(1, 9)
    reply, over, spoken = "", False, False
    while b"\n" not in (data := (yield reply, over)):
        if not data:
            return
        reply, over = judge(data, secret)
        spoken = True
    if spoken:
        data = re.sub(rb"\A\r?\n", b"", data)
    rest, listening = data, True
    while listening:
        *lines, rest = rest.split(b"\n")
        replies = []
        for line in lines:
            if len(line) > 1024:
                over = True
            if over:
                break
            reply, over = judge(line.removesuffix(b"\r"), secret)
            replies.append(reply + "\n")
        data = yield "".join(replies), over or len(rest) > 1024
        rest += data
        listening = data != b""
    if rest:
        reply, _ = judge(rest, secret)
        yield reply + "\n", True


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace"), False
    guess = int(message)
    if guess == 0:
        return "종료", True
    if guess == secret:
        return "정답", True
    return ("너무 높아요" if guess > secret else "너무 낮아요"), False


def serve(listener):
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    try:
                        conn, _ = listener.accept()
                    except OSError:
                        continue
                    player = game()
                    next(player)
                    selector.register(conn, selectors.EVENT_READ, player)
                    continue
                try:
                    data = key.fileobj.recv(1024)
                    reply, over = key.data.send(data)
                    key.fileobj.sendall(reply.encode())
                except OSError:
                    over = True
                if over:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
