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
    "buffered": {
        "games = {}": "One game for each connection, as in step 4.",
        "outbox = {}": "What the kernel did not take of a reply stays here, for each connection. A connection with nothing left to send is not in it at all.",
        "reading = [conn for conn in games if conn not in outbox]": "Whoever still has replies to fetch is not listened to. No fetching, no talking: this is back-pressure.",
        "readables, writeables, exceptions = select.select([listener, *reading], outbox, [])": "Still the one place where this program waits. Now it asks two things: who has something to read, and for which connections in the outbox there is room to send.",
        "for conn in writeables:": "There is room for these. What is left over goes first, and new messages are read after it.",
        "for sock in readables:": "Look at the sockets that have something to read, one by one.",
        "if sock is listener:": "Somebody is at the door. accept() would not have to wait now.",
        "conn, address = listener.accept()": "select() said that somebody is there, so this returns without waiting.",
        "conn.setblocking(False)": "From now on no call on this socket waits. Where it would have to, it raises BlockingIOError and is back at once.",
        "data = conn.recv(1024)": "There is something to read, so it was said. Should it be gone by now, this does not wait all the same.",
        "return": "Nothing to read after all, or nobody to let in. The rest goes on.",
        "outbox[conn] = games[conn].play(data)": "The reply goes into the outbox first. A client is read only while its outbox is empty, so nothing is overwritten.",
        "send(conn, games, outbox)": "Send at once what can be sent. Mostly all of it goes out, and the outbox is empty again.",
        "sent = conn.send(outbox[conn])": "send() hands over as much as the kernel will take, and says how many bytes that was. It may not be all.",
        "sent = 0": "There was no room at all. Nothing is lost: everything is still in the outbox.",
        "sent = len(outbox[conn])": "Nobody is left to read it, so what is left is thrown away.",
        "outbox[conn] = outbox[conn][sent:]": "Take away what was sent, and no more. Without this line replies would have holes in them, or come again and again.",
        "if not outbox[conn]:": "All is sent. For this connection nobody asks for room any more.",
        "del outbox[conn]": "Left in, it would make select() return without rest, since there is nearly always room to send.",
        "if games[conn].over:": "Though the game is over, the connection is closed only when the last reply has gone out.",
        "conn.close()": "This is the one place that cleans up, after an error and after a game alike.",
    },
}
