"""Threads, and a book in which everybody's game is kept, by address."""

import random
import re
import threading


class Game:
    def __init__(self):
        self.secret = random.randint(1, 9)
        self.guesses = []

    def judge(self, message):
        self.guesses.append(message)
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return "invalid input: " + message.decode(errors="replace")
        guess = int(message)
        if guess == 0:
            return "bye"
        if guess == self.secret:
            return "correct"
        return "too high" if guess > self.secret else "too low"


def serve(listener):
    games = {}
    while True:
        try:
            conn, address = listener.accept()
        except OSError:
            continue
        games[len(games), address] = game = Game()
        threading.Thread(target=play, args=(conn, game), daemon=True).start()


def play(conn, game):
    with conn:
        try:
            rest, ending, spoken = b"", "", False
            while data := conn.recv(1024):
                if not ending and b"\n" not in data:
                    messages, spoken = [data], True
                else:
                    if not ending and spoken:
                        data = re.sub(rb"\A\r?\n", b"", data)
                    ending = "\n"
                    *lines, rest = (rest + data).split(b"\n")
                    messages = [line + b"\n" for line in lines]
                for message in messages:
                    if len(message) > 1024 + len(ending):
                        return
                    message = re.sub(rb"\r?\n\Z", b"", message)
                    words = game.judge(message)
                    conn.sendall((words + ending).encode())
                    if words in ("bye", "correct"):
                        return
                if len(rest) > 1024:
                    return
            if rest:
                conn.sendall((game.judge(rest) + ending).encode())
        except OSError:
            return
