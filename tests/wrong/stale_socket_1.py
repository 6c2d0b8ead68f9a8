"""The select() server: a list of sockets to read from, and what belongs to each."""

import random
import re
import select


def serve(listener):
    readsocks = [listener]
    answers, modes, buffers = {}, {}, {}

    def leave(sock):
        sock.close()
        readsocks.remove(sock)
        del answers[sock], modes[sock], buffers[sock]

    while True:
        readables, writeables, exceptions = select.select(readsocks, [], [])
        for sock in readables:
            if sock is listener:
                try:
                    conn, address = listener.accept()
                except OSError:
                    continue
                if conn.fileno() > 1023:
                    conn.close()
                    continue
                readsocks.append(conn)
                answers[conn] = random.randint(1, 9)
                modes[conn] = "new"  # then "chunk", and "line" after the first newline
                buffers[conn] = b""
                continue
            try:
                data = sock.recv(1024)
                if not data:
                    if buffers[sock]:
                        sock.sendall(judge(buffers[sock], answers[sock]).encode() + b"\n")
                    leave(sock)
                    continue
                if modes[sock] != "line" and b"\n" not in data:
                    modes[sock], messages, ending = "chunk", [data], ""
                else:
                    if modes[sock] == "chunk":
                        data = re.sub(rb"\A\r?\n", b"", data)
                    modes[sock], ending = "line", "\n"
                    *messages, buffers[sock] = (buffers[sock] + data).split(b"\n")
                for message in messages:
                    if len(message) > 1024:
                        leave(sock)
                        break
                    message = message.removesuffix(b"\r") if ending else message
                    result = judge(message, answers[sock])
                    sock.sendall((result + ending).encode())
                    if result == "종료":
                        sock.close()
                        del answers[sock], modes[sock], buffers[sock]
                        break
                    if result == "정답":
                        leave(sock)
                        break
                else:
                    if len(buffers[sock]) > 1024:
                        leave(sock)
            except OSError:
                leave(sock)


def judge(message, answer):
    if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
        return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
    number = int(message)
    if number == 0:
        return "종료"
    return "너무 높아요" if number > answer else "너무 낮아요" if number < answer else "정답"
