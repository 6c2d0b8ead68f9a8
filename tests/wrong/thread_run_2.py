"""Threads, kept in a list so that one can see who is playing."""

import threading


def serve(listener, new_game):
    players = []
    while True:
        try:
            conn, address = listener.accept()
        except OSError:
            continue
        players = [player for player in players if player.is_alive()]
        players.append(seat(conn, address, new_game()))
        players[-1].run()


def seat(conn, address, game):
    """A thread with a player's name on it."""
    return threading.Thread(
        target=play, args=(conn, game), name=f"player from port {address[1]}", daemon=True
    )


def play(conn, game):
    with conn:
        try:
            while not game.over:
                conn.sendall(game.play(conn.recv(1024)))
        except OSError:
            return
