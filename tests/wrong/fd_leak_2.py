"""Threads, and a guest book of everybody who has been here."""

import socket
import threading


def serve(listener, new_game):
    guests = []
    while True:
        try:
            conn, address = listener.accept()
        except OSError:
            continue
        guest = Guest(conn, address, new_game())
        guests.append(guest)
        threading.Thread(target=guest.play, daemon=True).start()


class Guest:
    def __init__(self, conn, address, game):
        self.conn, self.address, self.game = conn, address, game

    def play(self):
        try:
            while not self.game.over:
                data = self.conn.recv(1024)
                self.conn.sendall(self.game.play(data))
            self.conn.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # gone already
