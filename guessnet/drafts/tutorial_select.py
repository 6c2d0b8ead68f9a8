"""The tutorial's second server, with its faults.

It serves many clients, and any one of them can kill it for all:

- a guess of 0 closes the socket, and then falls through to a send on it;
- so does whatever killed the first server: leaving, a reset, bytes that are not UTF-8;
- so does the client whose descriptor is 1024 or higher, or for whom there is none left.

One client that never reads stops everybody. `answers` keeps the secrets of those who left.
"""

import random
import select


def serve(listener):
    readsocks = [listener]
    answers = {}
    while True:
        readables, writeables, exceptions = select.select(readsocks, [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                answers[conn] = random.randint(1, 9)
                readsocks.append(conn)
                continue
            data = sock.recv(1024).decode()
            try:
                number = int(data)
            except ValueError:
                sock.sendall(f"입력값이 올바르지 않습니다:{data}".encode())
                continue
            answer = answers[sock]
            if number == 0:
                sock.sendall("종료".encode())
                sock.close()
                readsocks.remove(sock)
            if number > answer:
                sock.sendall("너무 높아요".encode())
            elif number < answer:
                sock.sendall("너무 낮아요".encode())
            else:
                sock.sendall("정답".encode())
                sock.close()
                readsocks.remove(sock)
