"""The exercises of the lessons: what is to be done, what went wrong, hints."""

MESSAGES = {
    # What is to be done
    "scenario.exercise-00": "Write a client: connect, send, receive, and stop when the game is over",
    "scenario.exercise-01": "Write a server that takes the next client when one game is over",
    "scenario.exercise-02": "Find the line on which the server stands still",
    "scenario.exercise-03": "Rebuild the select() loop from memory",
    "scenario.exercise-04": "Mend the tutorial's server, so that it stands however anybody leaves",
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
}
