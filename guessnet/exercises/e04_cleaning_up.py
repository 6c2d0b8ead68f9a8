"""Exercise 04. The tutorial's select server, mended: state for each client, one place to clean up.

The stub is the tutorial's server as it is, with all its faults.
"""

import random
import select

from guessnet.drafts import tutorial_select

SCENARIOS = (
    "first-reply",
    "next-client",
    "client-leaves",
    "client-resets",
    "half-close",
    "own-secret",
    "descriptors",
    "forgets",
    "together",
)


stub = tutorial_select.serve


def solution(listener):
    answers = {}

    def goodbye(sock):
        del answers[sock]
        sock.close()

    while True:
        readables, writeables, exceptions = select.select([listener, *answers], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                answers[conn] = random.randint(1, 9)
                continue
            try:
                data = sock.recv(1024)
                reply = judge_guess(data, answers[sock])
                sock.sendall(reply.encode())
            except OSError:
                reply = ""
            if reply in ("", "정답", "종료"):
                goodbye(sock)


def judge_guess(data, answer):
    """The reply to what was received; "" when there is none to give."""
    if not data:
        return ""
    text = data.decode(errors="replace")
    try:
        number = int(text)
    except ValueError:
        return f"입력값이 올바르지 않습니다:{text}"
    if number == 0:
        return "종료"
    if number > answer:
        return "너무 높아요"
    return "너무 낮아요" if number < answer else "정답"


# Wrong answers


def only_elif(listener):
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
            data = sock.recv(1024)
            reply = judge_guess(data or b"?", answers[sock])
            sock.sendall(reply.encode())
            if reply in ("정답", "종료"):
                sock.close()
                readsocks.remove(sock)


def still_falls_through(listener):
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
            data = sock.recv(1024)
            if not data:
                sock.close()
                readsocks.remove(sock)
                continue
            reply = judge_guess(data, answers[sock])
            if reply == "종료":
                sock.sendall(reply.encode())
                sock.close()
                readsocks.remove(sock)
            sock.sendall(reply.encode())


def keeps_the_answers(listener):
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
            try:
                reply = judge_guess(sock.recv(1024), answers[sock])
                sock.sendall(reply.encode())
            except OSError:
                reply = ""
            if reply in ("", "정답", "종료"):
                readsocks.remove(sock)
                sock.close()


def forgets_to_close(listener):
    left = []
    answers = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *answers], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                answers[conn] = random.randint(1, 9)
                continue
            try:
                reply = judge_guess(sock.recv(1024), answers[sock])
                sock.sendall(reply.encode())
            except OSError:
                reply = ""
            if reply in ("", "정답", "종료"):
                del answers[sock]
                left.append(sock)


def no_except(listener):
    answers = {}
    while True:
        readables, writeables, exceptions = select.select([listener, *answers], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                answers[conn] = random.randint(1, 9)
                continue
            reply = judge_guess(sock.recv(1024), answers[sock])
            sock.sendall(reply.encode())
            if reply in ("", "정답", "종료"):
                del answers[sock]
                sock.close()


def one_answer_for_all(listener):
    answer = random.randint(1, 9)
    conns = []
    while True:
        readables, writeables, exceptions = select.select([listener, *conns], [], [])
        for sock in readables:
            if sock is listener:
                conn, address = listener.accept()
                conns.append(conn)
                continue
            try:
                reply = judge_guess(sock.recv(1024), answer)
                sock.sendall(reply.encode())
            except OSError:
                reply = ""
            if reply in ("", "정답", "종료"):
                conns.remove(sock)
                sock.close()


ANTICIPATED = (
    (still_falls_through, "use-after-close"),
    (only_elif, "eof-ignored"),
    (no_except, "reset-crash"),
    (one_answer_for_all, "shared-answer"),
    (forgets_to_close, "fd-leak"),
    (keeps_the_answers, "answer-reuse"),
)
