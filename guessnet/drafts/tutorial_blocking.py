"""The tutorial's first server, with its faults.

It serves one client, and ends with it. Besides:

- a client that leaves or resets kills it, and so do bytes that are not UTF-8;
- a client that only stops sending is told for ever that its input is wrong;
- 1 and 2, sent quickly, are read as 12.

What the tutorial's program does around this function, such as listening on every interface, is left
out.
"""

import random


def serve(listener):
    conn, address = listener.accept()
    answer = random.randint(1, 9)
    while True:
        data = conn.recv(1024).decode()
        try:
            number = int(data)
        except ValueError:
            conn.sendall(f"입력값이 올바르지 않습니다:{data}".encode())
            continue
        if number == 0:
            conn.sendall("종료".encode())
            break
        if number > answer:
            conn.sendall("너무 높아요".encode())
        elif number < answer:
            conn.sendall("너무 낮아요".encode())
        else:
            conn.sendall("정답".encode())
            break
