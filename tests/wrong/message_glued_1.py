"""A select() server; a player's input is answered as soon as it ends with a newline."""

import random
import re
import select


def serve(listener):
    secrets, inputs, modes = {}, {}, {}
    while True:
        readables, _, _ = select.select([listener, *secrets], [], [])
        for sock in readables:
            if sock is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                if conn.fileno() >= 1024:
                    conn.close()
                    continue
                secrets[conn], inputs[conn], modes[conn] = random.randint(1, 9), b"", "new"
                continue
            try:
                over = talk(sock, secrets[sock], inputs, modes)
            except OSError:
                over = True
            if over:
                del secrets[sock], inputs[sock], modes[sock]
                sock.close()


def talk(sock, secret, inputs, modes):
    """Answer what the player has to say; True when there is nothing more to say."""
    data = sock.recv(1024)
    if modes[sock] != "lines" and b"\n" not in data:
        modes[sock], message, ending = "chunks", data, ""
    else:
        if modes[sock] == "chunks":
            data = re.sub(rb"\A\r?\n", b"", data)
            if not data:
                modes[sock] = "lines"
                return False
        modes[sock], ending = "lines", "\n"
        message = inputs[sock] + data
        if data and not data.endswith(b"\n"):
            inputs[sock] = message
            return len(message) > 1024
        inputs[sock] = b""
        if data:
            message = message.removesuffix(b"\n").removesuffix(b"\r")
        if len(message) > 1024:
            return True
    if not data and not message:
        return True
    reply = judge(message, secret)
    sock.sendall((reply + ending).encode())
    return not data or reply in ("정답", "종료")


def judge(message, secret):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    guess = int(message)
    if guess == 0:
        return "종료"
    return "정답" if guess == secret else "너무 높아요" if guess > secret else "너무 낮아요"
