"""select() with a list of clients, and a dictionary of their games."""

import select


class Server:
    def __init__(self, listener, new_game):
        self.listener = listener
        self.new_game = new_game
        self.clients = []
        self.games = {}

    def run(self):
        while True:
            readables, _, _ = select.select([self.listener, *self.clients], [], [])
            for sock in readables:
                if sock is self.listener:
                    self.accept()
                else:
                    self.play(sock)

    def accept(self):
        try:
            conn, _ = self.listener.accept()
        except OSError:
            return
        if conn.fileno() < 1024:
            self.clients.append(conn)
            self.games[conn] = self.new_game()
        else:
            conn.close()

    def play(self, conn):
        game = self.games[conn]
        try:
            data = conn.recv(1024)
            replies = game.play(data)
            conn.sendall(replies)
        except OSError:
            return self.gone(conn)
        if not data:
            return self.gone(conn)
        if game.over and "정답" in replies.decode():
            return self.won(conn)
        return self.gone(conn) if game.over else None

    def won(self, conn):
        del self.games[conn]
        conn.close()

    def gone(self, conn):
        self.clients.remove(conn)
        del self.games[conn]
        conn.close()


def serve(listener, new_game):
    Server(listener, new_game).run()
