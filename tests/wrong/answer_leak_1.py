"""Threads, with a switch for debugging."""

import random
import re
import threading

DEBUG = True


def serve(listener):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        threading.Thread(target=play, args=(conn,), daemon=True).start()


def play(conn):
    secret = random.randint(1, 9)
    rest, ending, spoken = b"", b"", False
    with conn:
        try:
            while data := conn.recv(1024):
                if not ending and b"\n" not in data:
                    spoken, messages = True, [data]
                else:
                    if not ending and spoken:
                        data = re.sub(rb"\A\r?\n", b"", data)
                    ending = b"\n"
                    *messages, rest = (rest + data).split(b"\n")
                for message in messages:
                    if len(message) > 1024:
                        return
                    message = message.removesuffix(b"\r") if ending else message
                    if not answer(conn, message, secret, ending):
                        return
                if len(rest) > 1024:
                    return
            if rest:
                answer(conn, rest, secret, ending)
        except OSError:
            return


def answer(conn, message, secret, ending):
    """Send the reply to a message; False if it is the last one."""
    goes_on = True
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        reply = f"입력값이 올바르지 않습니다:{message.decode(errors='replace')}"
    elif int(message) == 0:
        reply, goes_on = "종료", False
    elif int(message) == secret:
        reply, goes_on = "정답", False
    else:
        reply = "너무 높아요" if int(message) > secret else "너무 낮아요"
        if DEBUG:
            reply += f" [answer={secret}]"
    conn.sendall(reply.encode() + ending)
    return goes_on
