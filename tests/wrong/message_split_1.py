"""A selectors server that answers each recv() in the form in which it came."""

import random
import re
import selectors


def serve(listener):
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            sock = key.fileobj
            if sock is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                player = {"secret": random.randint(1, 9), "last was a chunk": False}
                selector.register(conn, selectors.EVENT_READ, player)
                continue
            try:
                over = talk(sock, key.data)
            except OSError:
                over = True
            if over:
                selector.unregister(sock)
                sock.close()


def talk(sock, player):
    data = sock.recv(1024)
    if not data:
        return True
    after_chunk = player["last was a chunk"]
    player["last was a chunk"] = b"\n" not in data
    if b"\n" not in data:
        reply = judge(data, player["secret"])
        sock.sendall(reply)
        return is_last(reply)
    if after_chunk:
        data = re.sub(rb"\A\r?\n", b"", data)  # the end of the message before
    *lines, rest = data.split(b"\n")
    if rest:
        lines.append(rest)
    for line in lines:
        reply = judge(line.removesuffix(b"\r"), player["secret"])
        sock.sendall(reply + b"\n")
        if is_last(reply):
            return True
    return False


def is_last(reply):
    return reply in (b"correct", b"bye")


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return b"invalid input: " + message.decode(errors="replace").encode()
    guess = int(message)
    if guess == 0:
        return b"bye"
    if guess == secret:
        return b"correct"
    return b"too high" if guess > secret else b"too low"
