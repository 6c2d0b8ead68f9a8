"""What is to be said of a step's lines: by the step's name, and by the line without its comment."""

_STORY = {
    "with conn:": "However the game ends, leaving this block closes the connection.",
    "while not game.over:": "Receive and reply, again and again, until the game is over.",
    "pass": "A client that vanished in the middle of its game. No reason for the server to end, too.",
}
_HANDLE = _STORY | {
    "conn.sendall(game.play(data))": "The rules are the game's business. The server only hands the reply to the kernel, which delivers it.",
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
    "coroutines": _STORY
    | _FAILED_ACCEPT
    | {
        "step(accept(listener, new_game, selector), selector)": "Letting clients in is a story, too. It begins, and stops at its first yield to wait for somebody.",
        "for key, _ in selector.select():": "The one place where the program really stands and waits. The coroutines do not stand anywhere; they have stopped.",
        "selector.unregister(key.fileobj)": "This wait is over. The coroutine that is woken will say what it waits for next.",
        "step(key.data, selector)": "Wakes the coroutine that has been waiting for this socket.",
        "sock, event = next(task)": "Goes on from where it stopped, as far as the next yield. What comes back is what it waits for now.",
        "return": "The coroutine has come to its end. It is not registered, for there is nothing left to wake.",
        "selector.register(sock, event, data=task)": "Writes down that this coroutine is to be woken when this socket is ready. The slip takes the place of the spot where a thread stood.",
        "yield listener, EVENT_READ": "Asks to be woken when somebody comes, and stops here.",
        "conn, address = listener.accept()": "It was woken, so somebody is there, and this returns without waiting.",
        "step(handle(conn, new_game()), selector)": "Begins a new story. It is where step 3 called start() on a thread.",
        "yield conn, EVENT_READ": "Here a thread would stand in recv(). Instead of standing, it asks to be woken when there is something to read, and makes room.",
        "data = conn.recv(1024)": "It was woken, so there is something to read. b'' means that the other side will send no more.",
        "yield from send(conn, game.play(data))": "Stops wherever send() stops, and goes on when send() has ended.",
        "yield conn, EVENT_WRITE": "Asks to be woken when there is room to send. The outbox and the writeables of step 5 have become this line.",
        "sent = conn.send(replies)": "Sends as much as the kernel takes right now. A local variable, replies, remembers the rest.",
    },
    "asyncio": _STORY
    | _FAILED_ACCEPT
    | {
        "asyncio.run(accept(listener, new_game))": "The selector, the loop that waits, and the waking are asyncio's business. The serve() and step() of step 7 are all in here.",
        "conn, address = await loop.sock_accept(listener)": "The yield and the accept() of step 7 in one line. Until somebody comes, it makes room for others.",
        "task = loop.create_task(handle(conn, new_game(), loop))": "Hands a new story to the loop: it is the step(handle(...)) of step 7.",
        "tasks.add(task)": "The loop holds its tasks only loosely. One that we do not hold, too, may vanish in mid-game.",
        "data = await loop.sock_recv(conn, 1024)": "The yield and the recv() of step 7 in one line. Where you see await, it makes room for others.",
        "await loop.sock_sendall(conn, game.play(data))": "Waits until all has been sent, and makes room meanwhile. It is the send() of step 7.",
        "await asyncio.sleep(0)": "What is ready already is awaited without a stop. So it gives way once, or a client that never stops sending would keep the others waiting.",
    },
    "reactor": {
        "Reactor(listener, new_game, epoll, max_clients, idle_timeout).run()": "Two limits come in here: `--max-clients` and `--idle-timeout` of `guessnet serve`.",
        "self.conns = {}": "epoll knows sockets by their numbers only; this finds the socket.",
        "pause = self.idle_timeout / 10 or None": "It wakes now and then to look for the silent. Without a limit there is nothing to wake for.",
        "ready = self.epoll.poll(pause)": "The one place where this program waits. The numbers of all ready sockets come back together.",
        "if fd in self.outbox:": "About a client with something left to be sent we asked for room to send, and for nothing else.",
        "elif fd in self.games:": "A client with nothing left has said something, or has gone; recv() will tell which.",
        "self.accept(len(ready))": "The only number that is no client's is the listener's.",
        "for _ in range(at_most):": "However many newcomers there are, those who are here have their turn in between.",
        "if len(self.games) == self.max_clients:": "There is no room: the newcomer is sent away at once instead of being left to wait.",
        "data = self.conns[fd].recv(1024)": "One read a turn: a client who sends without end takes nobody else's turn.",
        "self.send(fd, self.games[fd].play(data))": "The replies are sent at once rather than put aside. Nearly always all of them go.",
        "self.epoll.modify(fd, WRITE)": "Only now is epoll told anything. This client is not read from until its replies have gone, so its outbox cannot grow.",
        "self.epoll.modify(fd, READ)": "What was left has gone; this client is listened to again.",
        "self.epoll.unregister(fd)": "Before the socket is closed, for the next newcomer may be given the same number.",
        "if self.now - heard > self.idle_timeout:": "Silent for too long. Who takes no replies ends up here, too.",
        "Epoll, READ, WRITE = select.epoll, select.EPOLLIN, select.EPOLLOUT": "What the selectors of step 6 use on Linux. With nothing in between, each message costs less.",
        "self.send(fd, self.outbox[fd])": "There is room to send, so what is left goes first.",
        "conn, address = self.listener.accept()": "When nobody is left it does not wait: it raises BlockingIOError, which is an OSError, too.",
        "sent = self.conns[fd].send(replies) if replies else 0": "As much goes out as the kernel takes now. With nothing to say, the kernel is not even asked.",
        "return [(key.fd, events) for key, events in self.select(timeout)]": "macOS and Windows have no epoll. The best that they have is called by the same names.",
    },
}
