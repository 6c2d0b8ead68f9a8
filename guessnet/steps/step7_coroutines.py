"""Step 7. A coroutine for each client, and a scheduler of our own.

New: handle() reads like the one of step 3 again. But where a thread would wait, a coroutine yields
the socket that it waits for, and the scheduler goes on with one whose socket is ready.
"""

import selectors
from selectors import EVENT_READ, EVENT_WRITE


def serve(listener, new_game):
    listener.setblocking(False)
    with selectors.DefaultSelector() as selector:
        step(accept(listener, new_game, selector), selector)
        while True:
            for key, _ in selector.select():
                selector.unregister(key.fileobj)
                step(key.data, selector)


def step(task, selector):
    """Let a task go on, until it waits for a socket again or ends."""
    try:
        sock, event = next(task)
    except StopIteration:
        return
    selector.register(sock, event, data=task)


def accept(listener, new_game, selector):
    while True:
        yield listener, EVENT_READ
        try:
            conn, address = listener.accept()
        except OSError:
            continue  # this newcomer could not be let in: on to the next
        conn.setblocking(False)
        step(handle(conn, new_game()), selector)


def handle(conn, game):
    with conn:
        try:
            while not game.over:
                yield conn, EVENT_READ
                data = conn.recv(1024)  # b"" says: this client has finished sending
                yield from send(conn, game.play(data))
        except OSError:
            pass  # this client is gone, in the middle of its game


def send(conn, replies):
    while replies:
        yield conn, EVENT_WRITE
        sent = conn.send(replies)
        replies = replies[sent:]
