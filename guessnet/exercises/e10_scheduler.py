"""Exercise 10. The loop that runs generators: each says for which socket it waits, and is woken.

accept(), handle() and send() are given. They yield ``socket, event`` where a thread would wait.
"""

import select
import selectors
from selectors import EVENT_READ, EVENT_WRITE

SCENARIOS = ("first-reply", "rest", "next-client", "together")


def accept(listener, new_game, run):
    while True:
        yield listener, EVENT_READ
        conn, address = listener.accept()
        conn.setblocking(False)
        run(handle(conn, new_game()))


def handle(conn, game):
    with conn:
        try:
            while not game.over:
                yield conn, EVENT_READ
                data = conn.recv(1024)
                yield from send(conn, game.play(data))
        except OSError:
            pass


def send(conn, replies):
    while replies:
        yield conn, EVENT_WRITE
        sent = conn.send(replies)
        replies = replies[sent:]


def stub(listener, new_game):
    selector = selectors.DefaultSelector()

    def run(task):
        pass

    run(accept(listener, new_game, run))
    while True:
        for key, _ in selector.select():
            task = key.data


def solution(listener, new_game):
    with selectors.DefaultSelector() as selector:

        def run(task):
            try:
                sock, event = next(task)
            except StopIteration:
                return
            selector.register(sock, event, data=task)

        run(accept(listener, new_game, run))
        while True:
            for key, _ in selector.select():
                selector.unregister(key.fileobj)
                run(key.data)


# Wrong answers


def runs_each_to_its_end(listener, new_game):
    def run(task):
        for sock, event in task:
            if event == EVENT_READ:
                select.select([sock], [], [])
            else:
                select.select([], [sock], [])

    run(accept(listener, new_game, run))


def asks_again_and_again(listener, new_game):
    waiting = []

    def run(task):
        waiting.append(task)

    run(accept(listener, new_game, run))
    sockets = {}
    while True:
        for task in list(waiting):
            try:
                sock, event = sockets.get(task) or next(task)
                sockets[task] = sock, event
                readables, writeables, exceptions = select.select([sock], [sock], [], 0)
                if sock in (readables if event == EVENT_READ else writeables):
                    sockets[task] = next(task)
            except StopIteration:
                waiting.remove(task)


def forgets_to_unregister(listener, new_game):
    with selectors.DefaultSelector() as selector:

        def run(task):
            try:
                sock, event = next(task)
            except StopIteration:
                return
            selector.register(sock, event, data=task)

        run(accept(listener, new_game, run))
        while True:
            for key, _ in selector.select():
                run(key.data)


ANTICIPATED = (
    (runs_each_to_its_end, "one-at-a-time"),
    (asks_again_and_again, "busy-poll"),
    (forgets_to_unregister, "closed"),
)
