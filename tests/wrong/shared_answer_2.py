"""The select() server: whoever knocks gets a new number to guess."""

import random
import re
import select


def serve(listener):
    readsocks = [listener]
    rests = {}  # what has come of a line; None as long as there has been no newline
    spoken = set()
    while True:
        readables, writeables, exceptions = select.select(readsocks, [], [])
        for sock in readables:
            if sock is listener:
                try:
                    conn, address = listener.accept()
                except OSError:
                    continue
                if conn.fileno() >= 1024:
                    conn.close()
                    continue
                answer = random.randint(1, 9)
                readsocks.append(conn)
                rests[conn] = None
                continue
            messages, ending, over = [], "\n", False
            try:
                data = sock.recv(1024)
                if not data:
                    over = True
                    messages = [rests[sock]] if rests[sock] else []
                elif rests[sock] is None and b"\n" not in data:
                    messages, ending = [data], ""
                    spoken.add(sock)
                else:
                    if rests[sock] is None and sock in spoken:
                        data = re.sub(rb"\A\r?\n", b"", data)
                    *lines, rests[sock] = ((rests[sock] or b"") + data).split(b"\n")
                    messages = [line + b"\n" for line in lines]
                    over = len(rests[sock]) > 1024
                for message in messages:
                    if len(message.removesuffix(b"\n")) > 1024:
                        over = True
                        break
                    message = re.sub(rb"\r?\n\Z", b"", message)
                    reply = judge(message, answer)
                    sock.sendall((reply + ending).encode())
                    if reply in ("정답", "종료"):
                        over = True
                        break
            except OSError:
                over = True
            if over:
                sock.close()
                readsocks.remove(sock)
                spoken.discard(sock)
                del rests[sock]


def judge(message, answer):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return f"입력값이 올바르지 않습니다:{message.decode(errors='replace')}"
    number = int(message)
    if number == 0:
        return "종료"
    if number > answer:
        return "너무 높아요"
    return "너무 낮아요" if number < answer else "정답"
