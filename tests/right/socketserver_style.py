"""The socketserver module: a handler object for each player, in a thread of its own."""

import contextlib
import random
import re
import socket
import socketserver
import time


def serve(listener):
    with Server(listener) as server:
        server.serve_forever()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, listener):
        super().__init__(listener.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener

    def get_request(self):
        try:
            return super().get_request()
        except OSError:
            time.sleep(0.01)  # no descriptor is left: do not ask again at once
            raise

    def handle_error(self, request, client_address):
        pass  # a player is gone; nobody reads what would be printed


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.secret = random.randint(1, 9)
        for message, ending in self.messages():
            reply = self.judge(message)
            self.wfile.write((reply + ending).encode())
            if reply in ("정답", "종료"):
                break

    def finish(self):
        super().finish()
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(2)
            while self.connection.recv(65536):
                pass  # closing with input unread would be a reset

    def messages(self):
        """Each message, and what its reply ends in."""
        spoken = False
        while b"\n" not in (data := self.connection.recv(1024)):
            if not data:
                return
            yield data, ""
            spoken = True
        if spoken:
            data = re.sub(rb"\A\r?\n", b"", data)
        *lines, start = data.split(b"\n")
        for line in lines:
            if len(line) > 1024:
                return
            yield line.removesuffix(b"\r"), "\n"
        while len(start) <= 1024:
            line = start + self.rfile.readline(1025 - len(start))
            start = b""
            if line.endswith(b"\n"):
                yield re.sub(rb"\r?\n\Z", b"", line), "\n"
            elif len(line) > 1024:
                return
            else:
                if line:
                    yield line, "\n"
                return

    def judge(self, message):
        if not re.fullmatch(rb"[+-]?[0-9]+", message.strip()):
            return "입력값이 올바르지 않습니다:" + message.decode(errors="replace")
        guess = int(message)
        if guess == 0:
            return "종료"
        if guess == self.secret:
            return "정답"
        return "너무 높아요" if guess > self.secret else "너무 낮아요"
