"""Where servers usually go wrong: a name, the cause, hints in three stages. In the order of lessons.

`unsure` says what separates two faults that look the same from outside.
"""

MESSAGES = {
    # Lesson 00
    "misconception.answer-leak.name": "The secret is told before it is guessed",
    "misconception.answer-leak.cause": "The secret is in something that is sent to the client. "
    "Until it is guessed, only the server should know it.",
    "misconception.answer-leak.hint1": "Print everything that your server sends. "
    "Is there anything in it that someone who is still guessing should not see?",
    "misconception.answer-leak.hint2": "What you want to see and what the client gets are different things. "
    "print() writes on the server's screen; sendall() sends to the client.",
    "misconception.answer-leak.hint3": "Only print() the line with the secret. "
    "Give sendall() nothing but the replies in the rules.",
    "misconception.wrong-reply.name": "A reply is not what the rules say",
    "misconception.wrong-reply.cause": "The server's reply is not the one in the rules. "
    "High and low are swapped, a comparison is off by one, or the text itself differs.",
    "misconception.wrong-reply.hint1": "If the secret is 5, what is the right reply to 4, 5, 6, 10 and 0? "
    "Write them down, then compare them with the server's, letter by letter.",
    "misconception.wrong-reply.hint2": "High and low are said of the guess, not of the secret. "
    "A guess above the secret is too high, one below it is too low.",
    "misconception.wrong-reply.hint3": "See first whether the guess is 0, then compare guess > answer and guess < answer. "
    "Copy the replies from the table of the rules; if the guess ended in a newline, so does the reply.",
    # Lesson 01
    "misconception.one-shot.name": "The server ends after one game",
    "misconception.one-shot.cause": "After the first game the code never gets back to accept(). "
    "One accept() lets in one client, so the next one is refused.",
    "misconception.one-shot.hint1": "Which line is executed after the first game has ended? "
    "Follow with a finger: is there a way back to accept()?",
    "misconception.one-shot.hint2": "A server does not know how many will come. "
    "It needs a loop without an end that goes back to accept() after each game.",
    "misconception.one-shot.hint3": "Put everything from accept() to the end of the game into while True:. "
    "If it is there already, look for a break or return that leaves that loop, or a line that closes listener.",
    "misconception.eof-ignored.name": 'b"" is ignored',
    "misconception.eof-ignored.cause": 'recv() gave b"", which means that the other side will send no more; the code skips it, or takes it for a message, and calls recv() again. '
    'It gets b"" again at once, so the server goes round for ever and keeps a whole CPU busy.',
    "misconception.eof-ignored.hint1": "What does recv() give when the client has left? "
    "Follow that value through your code, line by line.",
    "misconception.eof-ignored.hint2": 'b"" is no empty message. It is the news that nothing more will come, and the game with that client should end.',
    "misconception.eof-ignored.hint3": "Right after recv(), write if not data:, and there end the game and close the connection. "
    'If you use game.play(), give it the b"" too, and see whether game.over has become true.',
    "misconception.eof-crash.name": "A client that leaves kills the server",
    "misconception.eof-crash.cause": "When a client has left, an exception is raised, and nothing catches it. "
    "Clients leave all the time, and each time the server ends for everybody.",
    "misconception.eof-crash.cause.threaded": "When a client has left, an exception is raised, and the thread that served it ends there. "
    "The others play on, but cleaning up, such as closing the connection, may be skipped.",
    "misconception.eof-crash.hint1": "A client guesses once and leaves: what does recv() give then? "
    "Follow that value down your code; which line raises an exception?",
    "misconception.eof-crash.hint2": "Leaving is no error but the ordinary end of a conversation. "
    'Do not try to turn b"" into a number, or to reply to it: end that one game and keep the server going.',
    "misconception.eof-crash.hint3": "Right after data = conn.recv(1024), write if not data:, and there end this one game and call conn.close(). "
    "If your server keeps a list of sockets to watch, take the connection off that list as well.",
    "misconception.reset-crash.name": "A connection that breaks off kills the server",
    "misconception.reset-crash.cause": "When the other side breaks the connection off, recv() or sendall() raises an OSError. "
    "Nothing catches it, so one client's accident ends the server for everybody.",
    "misconception.reset-crash.cause.threaded": "When the other side breaks the connection off, recv() or sendall() raises an OSError, and the thread that served it ends there. "
    "The others play on, but cleaning up, such as closing the connection, may be skipped.",
    "misconception.reset-crash.hint1": "Somebody's client is killed in the middle of a game: which lines of your code can raise an exception? "
    "Is there an except to catch it?",
    "misconception.reset-crash.hint2": "You cannot keep a client from vanishing. "
    "But you can handle the exception where you read and reply, so that the accident stays inside that client's game.",
    "misconception.reset-crash.hint3": 'Put recv() and sendall() into try:, and under except OSError clean up after this one client, as you do after b"". '
    "ConnectionResetError and BrokenPipeError are both kinds of OSError.",
    "misconception.not-closed-after-win.name": "The game is over, but the connection stays open",
    "misconception.not-closed-after-win.cause": "The last reply has been sent and the game is over, but the server does not close the connection; it waits for more. "
    "In this game it is the server that closes, so the client waits for an end that never comes.",
    "misconception.not-closed-after-win.hint1": "Which line is executed after the client has been told that it is right? "
    "Follow with a finger: do you come to a line that leaves the loop, and to one that closes the connection?",
    "misconception.not-closed-after-win.hint2": "A game can end in two ways: the guess was right, or it was 0. "
    "Either way, send the last reply and then close the connection.",
    "misconception.not-closed-after-win.hint3": "After the last reply, leave the loop with break and call conn.close(). "
    "If you use game.play(), leave it when game.over is true.",
    # Lesson 02
    "misconception.one-at-a-time.name": "The second client waits for the first",
    "misconception.one-at-a-time.cause": "The server stands in recv(), waiting for what the first client will say, and looks after nobody else. "
    "The second client is connected and has sent its guess, but gets no reply until the first has left.",
    "misconception.one-at-a-time.hint1": "The first client is thinking: on which line does your server stand? "
    "What has to happen before it can read the second client's guess?",
    "misconception.one-at-a-time.hint2": "While it waits for one client, the server must be able to let in and answer others. "
    "Let a thread of its own wait for each client, or find out who has spoken before you call recv().",
    "misconception.one-at-a-time.hint3": "With threads: make one with threading.Thread(target=...), start() it, and go straight back to accept(). "
    "With select(): call recv() once each time you hear that a connection is ready.",
    "misconception.one-at-a-time.unsure": "If your code makes no threads, this is it; if it does and the second client still waits, it probably calls run() where start() was meant.",
    # Lesson 03
    "misconception.busy-poll.name": "It asks again and again instead of waiting",
    "misconception.busy-poll.cause": "The server does not sleep until something happens; it keeps asking whether a socket is ready. "
    "Replies come in time, but a whole CPU is busy even when nobody is there.",
    "misconception.busy-poll.hint1": "How many rounds a second does your loop make when nobody is connected? "
    "Count them and see.",
    "misconception.busy-poll.hint2": "Leave the waiting to select(). "
    "Without a time it sleeps until something happens, and uses no CPU meanwhile.",
    "misconception.busy-poll.hint3": "Leave out the time, the fourth argument of select.select(). "
    "If you call accept() or recv() over and over until it works, ask select() first who is ready.",
    "misconception.busy-poll.unsure": "If the CPU is busy even with nobody connected, this is it; if only while somebody is, connections with nothing to send are in the second list given to select().",
    "misconception.accept-blocks.name": "accept() is called when nobody new is waiting",
    "misconception.accept-blocks.cause": "accept() is called without knowing that a new client waits. "
    "If none does, it returns only when somebody comes, and until then those who are here get no replies.",
    "misconception.accept-blocks.hint1": "One client is connected and sends its second guess: on which line does your server stand? "
    "Whom is that line waiting for?",
    "misconception.accept-blocks.hint2": "accept() is a blocking call too. "
    "Call it only after hearing that listener is ready, and it will not have to wait.",
    "misconception.accept-blocks.hint3": "Give listener to select() along with the rest, go through readables, and call accept() only where sock is listener. "
    "All the others are connections to recv() from.",
    # Lesson 04
    "misconception.use-after-close.name": "A closed socket is used again",
    "misconception.use-after-close.cause": "The connection is closed, but the code runs on and sends or receives on the socket that it has just closed. "
    "That raises OSError: [Errno 9] Bad file descriptor, and the end of one game is the end for everybody.",
    "misconception.use-after-close.cause.threaded": "The connection is closed, but the code runs on and sends or receives on the socket that it has just closed. "
    "Here that ends only this client's thread and the others play on; in a select() server the same code would end them all.",
    "misconception.use-after-close.hint1": "Follow with a finger which lines are executed when the guess is 0, and when it is right. "
    "After close(), does any line still use that socket?",
    "misconception.use-after-close.hint2": "close() closes a socket; it does not leave a function or a loop. "
    "Once the socket is closed, there should be nothing left to do for that client.",
    "misconception.use-after-close.hint3": "Make the if that follows the case of 0 an elif, or put continue or return right after close(). "
    "If you close in several places, better still: make them one.",
    "misconception.use-after-close.unsure": "If the server died of Bad file descriptor, this is it; if of a ValueError about a negative integer (-1), a closed socket was left in the list given to select().",
    "misconception.stale-socket.name": "A closed socket is still being watched",
    "misconception.stale-socket.cause": "The connection is closed, but its socket is still in the list given to select(), or in the selector. "
    "The number of a closed socket is -1, so the next select() raises ValueError. A selector goes on telling about somebody who has left, "
    "or raises KeyError when a newcomer with the same number is registered. Either way, the end of one game is the end for everybody.",
    "misconception.stale-socket.hint1": "Find every line that closes a socket. "
    "Is the socket also taken off the list that you give to select(), or out of the selector, each time?",
    "misconception.stale-socket.hint2": "A closed socket must not be left anywhere. "
    "Remove and close in one place, and make every game pass through it, however it ends.",
    "misconception.stale-socket.hint3": "Call readsocks.remove(conn) before conn.close(). "
    "If your server watches all the connections in games, call games.pop(conn) instead; with a selector, call selector.unregister(conn).",
    "misconception.stale-socket.unsure": "If the server died of a ValueError about a negative integer (-1), this is it; if of Bad file descriptor, it sent or received on a socket that it had closed.",
    "misconception.shared-answer.name": "Everybody shares one secret",
    "misconception.shared-answer.cause": "There is one secret for all the clients, not one for each. "
    "Once somebody has found it, the others can win with their first guess.",
    "misconception.shared-answer.hint1": "Is the line that draws the secret executed for every client that comes? "
    "And does each client's secret have a place of its own?",
    "misconception.shared-answer.hint2": "A secret belongs to a connection, not to the server. "
    "Draw one for each client that you let in, and remember whose it is.",
    "misconception.shared-answer.hint3": "When accept() has given you conn, draw a secret and keep it in answers[conn]; to compare, take answers[sock]. "
    "With new_game(), put a new game into games[conn].",
    "misconception.shared-answer.unsure": "Restart the server a few times: if the secret changes, this is it; if it is always the same number, the secret is not drawn at random.",
    "misconception.constant-secret.name": "The secret is always the same",
    "misconception.constant-secret.cause": "The secret is not drawn at random: it is the same number for everyone, at any time. "
    "Whoever has found it once knows it, even after the server is restarted.",
    "misconception.constant-secret.hint1": "Find the line that decides the secret. "
    "Can it become another number when the program is started again?",
    "misconception.constant-secret.hint2": "A number that was handy for trying the server out is easily left in. "
    "Draw one from 1 to 9 at random for each client that you let in.",
    "misconception.constant-secret.hint3": "After accept(), draw it with random.randint(1, 9), or leave the secret that new_game() has drawn as it is. "
    "If there is a random.seed() with a fixed value, take it out.",
    "misconception.constant-secret.unsure": "Restart the server a few times: if the secret never changes, this is it; if it does, one secret is drawn at the start and used for everybody.",
    "misconception.answer-reuse.name": "A client has left, but its secret is still there",
    "misconception.answer-reuse.cause": "When a connection ends its secret stays, and the next client inherits it. "
    "That happens easily when the key is something that is soon used again, such as the number of a socket.",
    "misconception.answer-reuse.cause.growth": "When a connection ends its secret or game is not removed. "
    "Nothing seems to happen, but the server's memory grows with everyone who ever came.",
    "misconception.answer-reuse.hint1": "When a client has come and gone, where is its secret or its game still kept? "
    "Go through the cases: it won, it gave up, it left in the middle.",
    "misconception.answer-reuse.hint2": "What you remember for a connection should go when the connection goes. "
    "Remove and close in one place that every game passes through, however it ends.",
    "misconception.answer-reuse.hint3": "Where you call conn.close(), also call answers.pop(conn) or games.pop(conn). "
    "The key is conn, not conn.fileno().",
    "misconception.fd-leak.name": "Sockets of those who left stay open",
    "misconception.fd-leak.cause": "When a client leaves, only its own end is closed; the server's socket keeps a number until you close it. "
    "Such sockets pile up, and when the numbers run out no new client can be let in.",
    "misconception.fd-leak.hint1": "Write down every way in which a game can end. "
    'It was won, it was given up, b"" came, an exception was raised: does each of them come to close()?',
    "misconception.fd-leak.hint2": "To stop watching a socket is not to close it. "
    "Do not trust that what is off the list is closed: however a game ends, get to close().",
    "misconception.fd-leak.hint3": 'Put games.pop(conn) and conn.close() into one function, and call it for b"" and under except OSError as well. '
    "In a threaded server, play the game inside with conn:, which closes whichever way you leave it.",
    # Lesson 05
    "misconception.message-glued.name": "Two messages are read as one",
    "misconception.message-glued.cause": "Whatever has arrived together is taken for one message. "
    "TCP is a stream without seams: 1 and 2, sent one after the other, may arrive together, and are then read as 12 or as invalid input.",
    "misconception.message-glued.hint1": 'If recv(1024) gives b"1\\n2\\n", how many replies does your code send? '
    "Follow that value line by line.",
    "misconception.message-glued.hint2": "Where a message ends is told by the newline, not by recv(). "
    "Split what you have received at the newlines, and reply to each message.",
    "misconception.message-glued.hint3": 'If there is a newline in it, split with *lines, rest = data.split(b"\\n") and reply to each of lines. '
    "rest is a message that has not ended yet: keep it, and put it before what you receive next.",
    "misconception.message-split.name": "One message is read as two",
    "misconception.message-split.cause": "The end of what recv() gave is taken for the end of a message. "
    "When a line arrives in two parts, each part gets a reply of its own: 10 is read as 1 and 0.",
    "misconception.message-split.hint1": 'A client sends 5 and 10, and recv() gives b"5\\n1", then b"0\\n". '
    "There should be two replies; how many does your code send?",
    "misconception.message-split.hint2": "Once a client has sent a newline, each of its messages lasts until the next newline. "
    "Do not reply before that; keep the parts, separately for each connection.",
    "misconception.message-split.hint3": 'Split unfinished[conn] + data with split(b"\\n"), and reply only to lines whose newline has come. '
    "What is left at the end goes back into unfinished[conn].",
    "misconception.multibyte-split.name": "decode() is called before the character is complete",
    "misconception.multibyte-split.cause": "decode() is called on whatever each recv() gives. "
    "A Korean character is three bytes in UTF-8 and may arrive in two parts; decode the parts by themselves, and it comes out garbled, or an exception is raised.",
    "misconception.multibyte-split.hint1": "How many bytes is € in UTF-8? "
    "If only the first two have arrived, what does your code do with them?",
    "misconception.multibyte-split.hint2": "Collect and split while they are bytes; turn them into text last of all. "
    "When a whole line is there, every character in it is whole too.",
    "misconception.multibyte-split.hint3": 'Start the variable that collects with b"" and not "", and split it with split(b"\\n"). '
    'Call decode(errors="replace") on complete lines only.',
    "misconception.decode-crash.name": "Bytes that are not UTF-8 kill the server",
    "misconception.decode-crash.cause": "decode() is called as if all bytes were text in UTF-8. "
    "Some are not; then it raises UnicodeDecodeError, nothing catches it, and the server ends for everybody.",
    "misconception.decode-crash.cause.threaded": "When bytes arrive that are not text in UTF-8, decode() raises UnicodeDecodeError, and the thread that served this client ends. "
    "The others play on, but this one loses its game without a reply.",
    "misconception.decode-crash.hint1": 'Run b"\\xff".decode() in Python. '
    "If a client sends that byte, which line of your server does the same?",
    "misconception.decode-crash.hint2": "The client decides what to send. "
    "Bytes that cannot be read as text are invalid input: say so, and go on with the game.",
    "misconception.decode-crash.hint3": 'When a line is complete, turn it into text with decode(errors="replace"). '
    "What cannot be read becomes �, and nothing is raised.",
    "misconception.int-crash.name": "Input that is no number kills the server",
    "misconception.int-crash.cause": "int() is called as if every message were a number. "
    "For a word, an empty line or a number of several thousand digits it raises ValueError, nothing catches it, and the server ends for everybody.",
    "misconception.int-crash.cause.threaded": "For a word, an empty line or a number of several thousand digits, int() raises ValueError, and the thread that served this client ends. "
    "The others play on, but whoever mistyped loses the game and never learns why.",
    "misconception.int-crash.hint1": "What does int() do when a client sends abc? "
    "Try it with an empty line too, and with 5,000 nines in a row.",
    "misconception.int-crash.hint2": "The rules provide for input that is no number. "
    "Reply that it is invalid, and go on with the game.",
    "misconception.int-crash.hint3": "Put int() into try:, and under except ValueError reply that the input is invalid. "
    'As int() also takes 1_0, which the rules do not, check with re.fullmatch(r"[+-]?[0-9]+", text.strip()) first.',
    "misconception.unbounded-buffer.name": "A line without an end is collected for ever",
    "misconception.unbounded-buffer.cause": "What arrives is collected until a newline comes, with no limit to how much. "
    "One client that never sends a newline can use up the memory of the whole computer.",
    "misconception.unbounded-buffer.hint1": "If somebody sends nines and never a newline, how much do you collect? "
    "Is there a line that says when to stop?",
    "misconception.unbounded-buffer.hint2": "In this game a line has at most 1,024 bytes, its newline not counted. "
    "When it gets longer, collect no more and end that connection.",
    "misconception.unbounded-buffer.hint3": "When you have replied to all complete lines, take len() of what is left; above 1024, call conn.close(). "
    "Do the same with a complete line of more than 1,024 bytes.",
    # Lesson 06
    "misconception.thread-run.name": "run() is called instead of start()",
    "misconception.thread-run.cause": "run() is a call like any other: the game is played in the present thread, not in a new one. "
    "Only when it ends does the code get back to accept(), so the second client waits for the first.",
    "misconception.thread-run.hint1": "Print threading.current_thread().name in the first line of the function that plays the game. "
    "Do you see a different name for each client?",
    "misconception.thread-run.hint2": "A thread begins to run on its own when you call start(). "
    "With run(), or by calling the function as in target=handle(conn, game), the present thread plays the whole game.",
    "misconception.thread-run.hint3": "Pass the function and its arguments separately, as in threading.Thread(target=handle, args=(conn, game)), and call start() on the thread. "
    "A join() right after it would make you wait again.",
    "misconception.thread-run.unsure": "If your code makes threads, this is it; if it makes none, it plays one game to the end before it lets in the next client.",
    # Lesson 07
    "misconception.blocking-send.name": "One client that never reads stops everybody",
    "misconception.blocking-send.cause": "When a client does not read its replies, the buffers of its connection fill up, and sendall() does not return until there is room. "
    "The thread that serves everybody stands there, so nobody gets a reply.",
    "misconception.blocking-send.hint1": "If a client sends guesses and never reads a reply, where do the replies pile up? "
    "When that place is full, on which line does your server stand?",
    "misconception.blocking-send.hint2": "A thread that serves everybody may wait in select() and nowhere else. "
    "Keep what cannot be sent now, separately for each connection, and send it when you hear that you can (writeables).",
    "misconception.blocking-send.hint3": "Call conn.setblocking(False), and instead of sendall() use send(), taking off outbox[conn] only as much as it sent. "
    "While something is left in outbox[conn], put conn in the second list for select() and read no more from it.",
    "misconception.partial-send.name": "What could not be sent is thrown away",
    "misconception.partial-send.cause": "send() sends as much as there is room for, and returns how many bytes that was. "
    "The code does not look at that number, so a client that reads slowly gets replies with holes in them.",
    "misconception.partial-send.hint1": "What do you do with the value that send() returns? "
    "You gave it 100 bytes and it returned 60: what becomes of the other 40?",
    "misconception.partial-send.hint2": "Take off only what was sent; the rest has to follow later. "
    "To keep replies in order, add new ones after what is left.",
    "misconception.partial-send.hint3": "After sent = conn.send(outbox[conn]), take it off with outbox[conn] = outbox[conn][sent:]. "
    "A BlockingIOError means that nothing was sent: leave it as it is.",
    "misconception.always-writable.name": "It asks for room to send when there is nothing to send",
    "misconception.always-writable.cause": "Connections with nothing to send are in the second list given to select(), too. "
    "There is nearly always room to send, so select() returns at once, and a whole CPU is busy as soon as one client is connected.",
    "misconception.always-writable.hint1": "One client is connected and says nothing: how soon does select() return, and with what? "
    "Print writeables each time.",
    "misconception.always-writable.hint2": "Ask whether you can send only when you have something to send. "
    "A connection whose outbox is empty need only be watched for reading.",
    "misconception.always-writable.hint3": "Put only connections with something left into the second list, as in [conn for conn in games if outbox[conn]]. "
    "When all is sent, the connection should be off the list.",
    "misconception.always-writable.unsure": "If the server rests while nobody is connected, this is it; if the CPU is busy even then, it does not wait at all, as when select() is given a time of 0.",
    # Lesson 08
    "misconception.half-close-lost.name": "A client that has finished sending gets no reply",
    "misconception.half-close-lost.cause": 'b"" is taken to mean that the client has gone: the replies it should still get are thrown away and the connection is closed. '
    "But it has only finished sending (a half-close), and may still be listening.",
    "misconception.half-close-lost.hint1": "Think of a client that sends 10 and at once finishes sending. "
    'When your server receives b"", where is the reply to that 10?',
    "misconception.half-close-lost.hint2": "A conversation has two directions, and each ends alone. "
    'After b"", only stop reading; send all the replies that are left, and then close.',
    "misconception.half-close-lost.hint3": 'After b"", take the connection off the list for reading only, and call conn.close() when outbox[conn] is empty. '
    "If a last line came without a newline, reply to that first.",
    # Lesson 09
    "misconception.fd-setsize.name": "A socket numbered 1024 kills the server",
    "misconception.fd-setsize.cause": "select() can only watch sockets whose number is 1023 or lower. "
    "Given a higher one it raises ValueError: filedescriptor out of range in select(), and the server ends for everybody.",
    "misconception.fd-setsize.hint1": "With 1,100 clients connected at once, what is conn.fileno() of the last one, roughly? "
    "Does any line look at that number before the socket is given to select()?",
    "misconception.fd-setsize.hint2": "The limit is not on how many clients there are but on the number of a socket. "
    "Close a connection with too high a number at once and so save the others, or move on to selectors, which has no such limit.",
    "misconception.fd-setsize.hint3": "To stay with select(), see after accept() whether conn.fileno() is below 1024, and close conn if not. "
    "To let everybody in, make a selectors.DefaultSelector() and register(conn, selectors.EVENT_READ) with it.",
}
