"""A thread for each player; a lock sees to it that they do not disturb one another."""

import threading


def serve(listener, new_game):
    table = threading.Lock()
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            continue
        threading.Thread(target=play, args=(conn, new_game, table), daemon=True).start()


def play(conn, new_game, table):
    with conn, table:
        game = new_game()
        try:
            while not game.over:
                data = conn.recv(1024)
                conn.sendall(game.play(data))
        except OSError:
            return
