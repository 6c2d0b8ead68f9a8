"""select() for as many players as there are, from the first that comes."""

import select


def serve(listener, new_game):
    conn, _ = listener.accept()
    games = {conn: new_game()}
    while games:
        readables, _, _ = select.select([listener, *games], [], [])
        for sock in readables:
            if sock is listener:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    continue
                if conn.fileno() < 1024:
                    games[conn] = new_game()
                else:
                    conn.close()
                continue
            game = games[sock]
            try:
                sock.sendall(game.play(sock.recv(1024)))
            except OSError:
                game.over = True
            if game.over:
                del games[sock]
                sock.close()
