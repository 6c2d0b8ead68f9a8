"""A thread for each player; the rules come from outside."""

import socket
import threading
import time


def serve(listener, new_game):
    while True:
        try:
            conn, _ = listener.accept()
        except OSError:
            time.sleep(0.01)  # no descriptor is left
            continue
        threading.Thread(target=play, args=(conn, new_game()), daemon=True).start()


def play(conn, game):
    with conn:
        try:
            while not game.over:
                conn.sendall(game.play(conn.recv(1024)))
            conn.shutdown(socket.SHUT_WR)
            conn.settimeout(2)
            while conn.recv(65536):
                pass  # what is left unread would make close() a reset
        except OSError:
            return
