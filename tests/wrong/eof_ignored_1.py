"""One thread for each player; chunks first, lines as soon as one has been seen."""

import random
import re
import threading


def serve(listener):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        threading.Thread(target=play, args=(conn,), daemon=True).start()


def play(conn):
    secret = random.randint(1, 9)
    line_mode = answered = False
    buffer = b""
    with conn:
        try:
            while True:
                data = conn.recv(1024)
                if not line_mode and b"\n" in data:
                    line_mode = True
                    if answered and data.startswith((b"\n", b"\r\n")):
                        data = data[data.index(b"\n") + 1 :]
                if not line_mode:
                    answer = reply(data, secret)
                    conn.sendall(answer.encode())
                    answered = True
                    if answer in ("정답", "종료"):
                        return
                    continue
                buffer += data
                while b"\n" in buffer[:1025]:
                    line, _, buffer = buffer.partition(b"\n")
                    answer = reply(line.removesuffix(b"\r"), secret)
                    conn.sendall(f"{answer}\n".encode())
                    if answer in ("정답", "종료"):
                        return
                if len(buffer) > 1024:
                    return
        except OSError:
            return


def reply(message, secret):
    if not re.fullmatch(rb"\s*[+-]?[0-9]+\s*", message):
        return "입력값이 올바르지 않습니다:" + message.decode("utf-8", "replace")
    number = int(message)
    if number == 0:
        return "종료"
    if number > secret:
        return "너무 높아요"
    if number < secret:
        return "너무 낮아요"
    return "정답"
