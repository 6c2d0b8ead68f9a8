"""The exercises of the lessons: what is to be done, what went wrong, hints."""

MESSAGES = {
    # What is to be done
    "scenario.exercise-00": "Write a client: connect, send, receive, and stop when the game is over",
    "scenario.exercise-01": "Write a server that takes the next client when one game is over",
    "scenario.exercise-02": "Find the line on which the server stands still",
    "scenario.exercise-03": "Rebuild the select() loop from memory",
    "scenario.exercise-04": "Mend the tutorial's server, so that it stands however anybody leaves",
    "scenario.exercise-05": "Write a line buffer: however the bytes are cut, the same lines come out",
    "scenario.exercise-06": "Many threads share one score; see that no win is lost",
    "scenario.exercise-09": "Move a select() server over to selectors",
    "scenario.exercise-10": "Write the loop that wakes generators",
    "scenario.exercise-07": "Build an outbox, so that one client that does not read cannot stop everybody",
    "scenario.exercise-08": "Reply, to the last line, to a client that has already finished sending",
    # 00. The client
    "scenario.client-plays": "The client sends one number at a time, and gives back the replies as text",
    "symptom.client.silent": "Nothing reached the server; send the numbers with sendall().",
    "symptom.client.raised": "The client raised an exception.",
    "symptom.client.hangs": "The client waits and never ends. What the server got: {messages}. "
    "A reply comes only after something was sent.",
    "symptom.client.eager": "It sent the next number without waiting for the reply. What the server got: {messages}. "
    "After each number, take its reply with recv().",
    "symptom.client.goes-on": "It sent numbers after the right one. What the server got: {messages}. "
    "Leave the loop when the reply is “correct” or “bye”.",
    "symptom.client.bytes": "It should return a list of texts, and returned {got}. "
    "Turn the bytes that you receive into text with decode(), and collect them in a list.",
    "symptom.client.replies": "The replies that it returned are not those that were sent: {got}. Sent were: {expected}",
    "symptom.client.open": "The game is over and the socket is still open; use with, or call close().",
    "exercise.00.hint1": "What travels through a socket is bytes, not text. "
    "What has to be turned into what before you send, and after you receive?",
    "exercise.00.hint2": "Before sending it is str(number).encode(), after receiving it is .decode(). "
    "Send one, take one reply with recv(1024), and look whether it means the end.",
    "exercise.00.hint3": "Inside with socket.create_connection(address) as sock: go through the numbers, "
    "call sendall(), recv(1024).decode() and append() in turn, and break when the reply is “correct” or “bye”.",
    # 01. The outer loop
    "exercise.01.hint1": "How often do you call accept()? How often would you have to, for three clients?",
    "exercise.01.hint2": "A server does not know how many will come. It needs a loop without an end.",
    "exercise.01.hint3": "Put both lines inside while True:. Each visitor needs a new game, so new_game() is called in there as well.",
    # 02. The line
    "scenario.standing-still": "This is the line on which the server stands while the second client waits",
    "symptom.stands.accept": "Not accept(): the second client is connected already, and if the server stood there it would let it in at once.",
    "symptom.stands.send": "Not sendall(): the first client has got its reply, and there is nothing more to send.",
    "symptom.stands.outside": "It did come through that line, but it stands deeper, inside handle(). On which line there?",
    "symptom.stands.elsewhere": "That line is only passed. Which call does not come back while nobody says anything?",
    "symptom.stands.no-line": "There is no such line in this server; copy one line of the code above as it is.",
    "exercise.02.hint1": "Does the server know that the second client has come? Which function would it have to call to learn that?",
    "exercise.02.hint2": "The server is inside its game with the first client. Only one line in there waits for what the first client says next.",
    "exercise.02.hint3": "In the loop of handle(), find the line that asks conn for something.",
    # 03. The select() loop
    "exercise.03.hint1": "What did you tell select() to watch? Only if it watches the connections, too, can you hear what they say.",
    "exercise.03.hint2": "If you remember them with games[conn] = new_game(), then [listener, *games] is all there is to watch.",
    "exercise.03.hint3": "If the ready socket is not the listener, read with sock.recv(1024) and send what games[sock].play(...) gives you with sendall(). "
    "If games[sock].over, delete it from games and close it.",
    # 04. Cleaning up
    "exercise.04.hint1": "When one connection ends, how many things have to be cleaned up? In how many places do you do it?",
    "exercise.04.hint2": 'Put the cleaning up into one function. The 0, the right guess, b"" and OSError all end there.',
    "exercise.04.hint3": "Wrap reading and replying in try:, and call the same function under except OSError:. "
    "It removes the socket from the list, removes it from the dictionary, and closes it.",
    # 11. The capstone
    "scenario.exercise-11": "Build a server that survives whoever comes",
    "exercise.11.hint1": "Look only at the first check that failed; mending it often settles those below it. On which line did your server stand?",
    "exercise.11.hint2": "Choose a way first: a thread for each client (lesson 06), or select() or a selector with an outbox (lessons 07 and 09). Either way, keep OSError inside its connection, and clean up in one place.",
    "exercise.11.hint3": "With threads, one function handle() that is given conn and game is enough: inside with conn: play the game in a try:, and end it with except OSError: pass. accept() may raise OSError, too; then wait for the next one.",
    # 05. The line buffer
    "scenario.lines-together": "Lines that arrive together are taken apart",
    "scenario.lines-cut": "A line that was cut, wherever that was, is put together again",
    "scenario.lines-characters": "A character that was cut comes out whole",
    "scenario.lines-endings": "One \\r before the newline is taken off, and nothing else",
    "scenario.lines-not-utf8": "Bytes that are not UTF-8 come out as �",
    "scenario.lines-endless": "A line that goes on beyond 1,024 bytes is given up with None",
    "symptom.lines.hangs": "After 2 seconds the function had not come back. Is there a way out of its loop?",
    "symptom.lines.raised": "{pieces}: given these pieces one after the other, the function raised an exception.",
    "symptom.lines.shape": "{pieces}: given these pieces, it returned {got}. "
    "Return both the list of lines and what is left over, as in return lines, rest.",
    "symptom.lines.bytes": "{pieces}: among the lines that it returned there is something that is no text (str): {got}. "
    "Turn each line into text with decode().",
    "symptom.lines.together": "{pieces}: it returned the lines {got}, where there were {expected}.",
    "symptom.lines.last-part": "{pieces}: it returned the lines {got}, where there were {expected}. "
    "The last part that split() gives is a line that has not ended yet; keep it as rest, do not return it as a line.",
    "symptom.lines.cut": "Cut like this: {pieces}. It returned the lines {got}, where there were {expected}.",
    "symptom.lines.forgets": "Cut like this: {pieces}. It returned the lines {got}, where there were {expected}. "
    "What was left over before (rest) is lost; put it in front of data.",
    "symptom.lines.character": "Cut inside a character: {pieces}. It returned the lines {got}, where there were {expected}.",
    "symptom.lines.return": "{pieces}: a \\r is left at the end of a line: {got}. Take one \\r off.",
    "symptom.lines.strips": "{pieces}: too much was taken off. It returned the lines {got}, where there were {expected}. "
    "Spaces belong to the message; take off one \\r at the end, and nothing else.",
    "symptom.lines.empty": "{pieces}: an empty line is gone. It returned the lines {got}, where there were {expected}. "
    "An empty line is a message too, and the server owes it a reply.",
    "symptom.lines.too-many": "{pieces}: it was cut where no line ends. It returned the lines {got}, where there were {expected}. "
    "Only \\n ends a line; splitlines() cuts at other things as well.",
    "symptom.lines.dropped": "{pieces}: bytes that are no text are gone. It returned the lines {got}, where there were {expected}. "
    'With decode(errors="replace") they are kept as �.',
    "symptom.lines.impatient": "{pieces}: None came too early. "
    "Look at what is left when all whole lines are taken out; 1,024 bytes of it are still fine.",
    "symptom.lines.endless": "{pieces}: after 4,096 bytes without a newline it is still collecting. "
    "When more than 1,024 bytes are left over, return None in place of rest.",
    "symptom.lines.wrong": "{pieces}: the lines that it returned are {got}, where there were {expected}.",
    "exercise.05.hint1": "The new data alone does not tell what the lines are. What has to be done first with what was left over?",
    "exercise.05.hint2": '*lines, rest = (rest + data).split(b"\\n") parts the whole lines from what is left over. '
    "Only then does each line become text.",
    "exercise.05.hint3": 'Turn each line into text with line.removesuffix(b"\\r").decode(errors="replace"). '
    "Before you return, see whether len(rest) is more than 1,024, and if so return None in place of rest.",
    # 06. A shared score
    "scenario.score-alone": "One thread adds three times in turn, and there are 3",
    "scenario.score-together": "When a second thread comes between the first one's read and write, nothing is lost",
    "scenario.score-after-error": "After a write that failed, the next thread can still add",
    "symptom.score.raised": "It raised an exception.",
    "symptom.score.hangs": "add() does not come back. What happened so far: {story}. "
    "Does it wait for a lock that nobody will release?",
    "symptom.score.not-stored": "It was to add three times, and the store's write() was never called. "
    "The score is in self.store: read it there, and write it there.",
    "symptom.score.wrong": "It was to add three times, and the score is {count}. What happened: {story}",
    "symptom.score.no-lock": "Two threads added one each, and the score is {count}. What happened: {story}. "
    "Between A's read and A's write, B came and read the same number.",
    "symptom.score.write-only": "Two threads added one each, and the score is {count}. What happened: {story}. "
    "The write is inside the lock, but the read is outside: before B met the lock it had read the same number.",
    "symptom.score.new-lock": "Two threads added one each, and the score is {count}. What happened: {story}. "
    "Each call of add() makes a lock of its own. A and B held two different ones, and did not stop each other.",
    "symptom.score.spins": "The score is right, but B went round and round while it waited (busy polling). "
    "Besides, another thread may come between looking whether it is free and taking it. A lock does both at once.",
    "symptom.score.never-again": "Since write() failed once, nobody can add. What happened: {story}. "
    "After an exception release() is never reached; a lock has to be released however the call ends.",
    "exercise.06.hint1": "A reads, then B reads, and both write the same number. From where to where must it be locked, so that nobody comes between reading and writing?",
    "exercise.06.hint2": "Everybody has to use the same lock. Make one in __init__ and keep it as self.lock.",
    "exercise.06.hint3": "In add(), put both read() and write() inside with self.lock:. "
    "Such a with releases the lock even after an exception.",
    # 09. selectors
    "exercise.09.hint1": "select() was handed the list at each call. A selector remembers what it was once told. "
    "So when does it have to be told, as a socket comes and goes?",
    "exercise.09.hint2": "Call register() once for each socket, when you begin to watch it; called again in each round, it raises KeyError. "
    "Call unregister() once, too, before you close.",
    "exercise.09.hint3": "Before the loop, make selector = selectors.DefaultSelector() and register(listener, selectors.EVENT_READ). "
    "The loop is for key, events in selector.select():, and the socket is key.fileobj. After accept() comes register(conn, ...), before close() comes unregister(sock).",
    # 10. The event loop
    "exercise.10.hint1": "Wake a task with next(), and it yields (a socket, an event) and stops again. "
    "To wake this task when that socket is ready, where should the two be written down together?",
    "exercise.10.hint2": "Write it down with selector.register(sock, event, data=task), and when it is ready you get it back as key.data. "
    "A socket cannot be registered twice, so unregister it before you wake the task. The task itself will say what it waits for next.",
    "exercise.10.hint3": "run(task) calls sock, event = next(task) and registers. A task that has ended raises StopIteration; then just return. "
    "In the loop, for each key that is ready, call selector.unregister(key.fileobj) and then run(key.data).",
    # 07. The outbox
    "exercise.07.hint1": "Where can your server wait, besides select()? One call, right after letting a connection in, keeps its socket from ever waiting.",
    "exercise.07.hint2": "Do not send a reply at once: put it into outbox[conn]. Take away as much as conn.send(outbox[conn]) says it has sent, and when all is sent, take the connection out. "
    "Then the connections in the outbox are the second list for select().",
    "exercise.07.hint3": "The first list gets the listener and the connections that are not in the outbox, the second gets the outbox. Put the sending into a function send(conn) and call it in both places. "
    "It simply returns on except BlockingIOError:, and if the outbox is empty and the game is over, it removes and closes the connection.",
    # 08. Two directions
    "exercise.08.hint1": 'Do b"" and OSError go the same way in your server? After which of them is somebody still listening?',
    "exercise.08.hint2": 'Hand b"" to games[sock].play(data) like any other message: it answers a last line that has no newline, and notes that the game is over. '
    "The time to close is when the outbox is empty.",
    "exercise.08.hint3": "Under except OSError: call goodbye(sock) and continue. In every other case it is outbox[sock] += games[sock].play(data), "
    "and only if games[sock].over while outbox[sock] is empty, call goodbye(sock) there and then.",
    "answer.not-a-client": "To check a client, give a function my_client(address, numbers).",
    "answer.not-a-splitter": "To check a line buffer, give a function my_split(rest, data).",
    "answer.not-a-score": "To check a score, give a class MyScore that has a method add().",
}
