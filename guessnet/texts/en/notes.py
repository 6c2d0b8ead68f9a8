"""What is to be said of a step's lines: by the step's name, and by the line without its comment."""

_HANDLE = {
    "with conn:": "However the game ends, leaving this block closes the connection.",
    "while not game.over:": "Receive and reply, again and again, until the game is over.",
    "conn.sendall(game.play(data))": "The rules are the game's business. The server only hands the reply to the kernel, which delivers it.",
    "pass": "A client that vanished in the middle of its game. No reason for the server to end, too.",
}
_FAILED_ACCEPT = {
    "continue": "This newcomer could not be let in. The server has to go on, so it waits for the next.",
}

NOTES = {
    "blocking": _HANDLE
    | {
        "conn, address = listener.accept()": "The program stands here until somebody connects. conn is a new socket that talks with this client only; listener stays at the door.",
        "handle(conn, new_game())": "The next line has to wait until this client's game is over. But there is no next line, so the program ends as well.",
        "data = conn.recv(1024)": "The program stands here until something arrives, and does nothing else meanwhile. b'' means that the other side will send no more.",
    },
    "sequential": _HANDLE
    | _FAILED_ACCEPT
    | {
        "while True:": "When a game is over, the program comes back here for the next client.",
        "conn, address = listener.accept()": "Whoever came during the last game was connected by the kernel and put in a queue. If somebody is in it this returns at once; if not, it waits.",
        "handle(conn, new_game())": "This does not return until the game is over. Whoever comes meanwhile is connected, but the program does not know them yet.",
        "data = conn.recv(1024)": "It waits for this one client. Whatever the others have said is not read while the program stands here.",
    },
    "threaded": _HANDLE
    | _FAILED_ACCEPT
    | {
        "conn, address = listener.accept()": "Letting clients in is all that this thread does. It waits for no game, so it is always back here soon.",
        "threading.Thread(target=handle, args=(conn, new_game())).start()": "A new thread plays the game. start() returns at once, without waiting for handle() to end.",
        "data = conn.recv(1024)": "Each thread stands in a recv() of its own. Where it stands, and its variables, remember whom it plays with and how far they have got.",
    },
    "select": {
        "games = {}": "One game for each connection. What a thread would remember by standing somewhere, this dictionary remembers.",
        "readables, writeables, exceptions = select.select([listener, *games], [], [])": "The one place where this program waits. It watches the door (listener) and every connection at once, and tells by readables which of them have something to read. It reads nothing itself.",
        "for sock in readables:": "Several sockets may be ready, so look at them one by one.",
        "if sock is listener:": "Somebody is at the door. accept() would not have to wait now.",
        "accept(listener, games, new_game)": "Lets the new client in and puts it into games. From the next round on, its connection is watched as well.",
        "talk(sock, games)": "A client that is in already has sent something, or has left. recv() will tell which.",
        "conn, address = listener.accept()": "select() said that somebody is there, so this returns without waiting.",
        "return": "A newcomer who has left meanwhile, or cannot be let in. The others go on.",
        "if conn.fileno() < FD_SETSIZE:": "Can select() watch this number at all? Given one that is too high, the server would stop for everybody.",
        "games[conn] = new_game()": "The game of this connection begins. The next select() will watch it, too.",
        "game = games[conn]": "Remember how far we have got with this one.",
        "data = conn.recv(1024)": "There is something to read, so this does not wait. b'' means that the other side will send no more.",
        "conn.sendall(game.play(data))": "A short reply goes to the kernel at once. But if a client never reads its replies, this blocks, and everybody waits with it.",
        "game.over = True": "This client vanished in the middle of its game. It counts as over, and is cleaned up below.",
        "if game.over:": "Won, given up or gone: this is the one place that cleans up.",
        "del games[conn]": "Forget it first, then close it. A closed socket left in here would make the next select() fail.",
        "conn.close()": "The socket is closed. Its number may be used again for the next client.",
    },
    "selectors": {
        "games = {}": "One game for each connection, as ever since step 4.",
        "outbox = {}": "For each connection, what could not be sent yet. As in step 5.",
        "with selectors.DefaultSelector() as selector:": "Takes the best that this computer has: epoll on Linux, kqueue on macOS, select on Windows.",
        "selector.register(listener, EVENT_READ)": "Told once that this socket is to be watched. From now on it is the kernel that keeps the list.",
        "for key, events in selector.select():": "The one place where this program waits. No list is handed over, and only those come back with whom something has happened.",
        "if key.fileobj is listener:": "The key is a slip that was written when the socket was registered; its fileobj is the socket.",
        "if events & EVENT_WRITE:": "The bits of events say what is ready. If the one for writing is set, send what is left.",
        "selector.modify(conn, EVENT_WRITE if conn in outbox else EVENT_READ)": "Ask for something else: with replies left, to be told when it can be written to, and otherwise when there is something to read.",
        "selector.unregister(key.fd)": "This connection is over, so take it off the list. The socket is closed and has no number any more; the slip still has it.",
        "conn, address = listener.accept()": "Somebody is there, so this returns without waiting.",
        "selector.register(conn, EVENT_READ)": "A new connection, too, is told of once. Its number may be 1024 or more.",
        "data = conn.recv(1024)": "There is something to read, so this does not wait. b'' means that the other side will send no more.",
        "sent = conn.send(outbox[conn])": "Sends as much as the kernel takes right now. The rest stays in the outbox.",
    },
}
