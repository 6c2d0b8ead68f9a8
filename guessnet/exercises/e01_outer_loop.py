"""Exercise 01. The server outlives its client: a loop around accept()."""

SCENARIOS = ("first-reply", "next-client", "ends-after-game", "client-leaves")


def handle(conn, game):
    with conn:
        while not game.over:
            data = conn.recv(1024)
            conn.sendall(game.play(data))


def stub(listener, new_game):
    conn, address = listener.accept()
    handle(conn, new_game())


def solution(listener, new_game):
    while True:
        conn, address = listener.accept()
        handle(conn, new_game())


# Wrong answers


def still_no_loop(listener, new_game):
    conn, address = listener.accept()
    handle(conn, new_game())
    return


def only_accept_in_the_loop(listener, new_game):
    while True:
        conn, address = listener.accept()
    handle(conn, new_game())


def one_game_for_all(listener, new_game):
    game = new_game()
    while True:
        conn, address = listener.accept()
        handle(conn, game)


def end_is_ignored(listener, new_game):
    while True:
        conn, address = listener.accept()
        game = new_game()
        with conn:
            while not game.over:
                data = conn.recv(1024)
                if data:
                    conn.sendall(game.play(data))


def end_is_an_error(listener, new_game):
    while True:
        conn, address = listener.accept()
        game = new_game()
        with conn:
            while not game.over:
                data = conn.recv(1024)
                int(data)
                conn.sendall(game.play(data))


def connection_stays_open(listener, new_game):
    conns = []
    while True:
        conn, address = listener.accept()
        conns.append(conn)
        game = new_game()
        while not game.over:
            data = conn.recv(1024)
            conn.sendall(game.play(data))


ANTICIPATED = (
    (still_no_loop, "one-shot"),
    (only_accept_in_the_loop, "accept-blocks"),
    (one_game_for_all, "closed"),
    (end_is_ignored, "eof-ignored"),
    (end_is_an_error, "eof-crash"),
    (connection_stays_open, "fd-leak"),
)
