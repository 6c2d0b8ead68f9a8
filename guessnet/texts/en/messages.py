"""Short texts: errors, the log, the ladder."""

MESSAGES = {
    # Errors
    "unknown-language": "There is no language {name} here; choose ko or en.",
    "unknown-step": "There is no step {name}; choose one of {names}.",
    "unknown-step.similar": "There is no step {name}; did you mean {similar}?",
    "bad-secret": "A secret is a whole number from {lowest} to {highest}.",
    "bad-port": "There is no port {port}; use a number from 0 to 65535.",
    "port-taken": "Port {port} is in use; end the program that has it, or choose another port.",
    "port-forbidden": "You are not allowed to open port {port}; choose 1024 or higher.",
    "unknown-host": "There is no host called {host}; check the name.",
    "not-our-host": "{host} is not an address of this machine; use one that is.",
    "cannot-listen": "Port {port} of {host} cannot be opened ({reason}); choose another address.",
    "not-started": "The server has not been started; call start() first.",
    "stop-timeout": "The server's code does not end: {where} Give it a way out there.",
    "stands-at": "it is still at line {line} of {function}().",
    "stands-somewhere": "it is still inside a function that it called.",
    "cannot-connect": "Nobody answers at {address}; check that the server is running.",
    "no-reply": "No reply came in {seconds:g} seconds; see what keeps the server busy.",
    "hung-up": "The server closed the connection before it replied; connect again.",
    "unexpected-reply": "A reply that is not in the rules: {reply}",
    "bad-message": "An empty text or a line break cannot be sent as a guess; send one line of text.",
    # The ladder
    "step.blocking.new": "accept() waits for a client, recv() for what it says.",
    "step.blocking.solves": "One person can play across the network.",
    "step.blocking.limit": "The server ends with its client (problem 1).",
    "step.sequential.new": "accept() stands in a loop.",
    "step.sequential.solves": "The server outlives its clients and takes the next (problem 1).",
    "step.sequential.limit": "One client at a time (problem 2); the others queue in the kernel.",
    "step.threaded.new": "A thread for each client.",
    "step.threaded.solves": "Many play at the same time (problem 2).",
    "step.threaded.limit": "As many threads as clients; sharing and shutting down get hard.",
    "step.select.new": "select() tells which sockets have something to read.",
    "step.select.solves": "Many play at the same time, in one thread.",
    "step.select.limit": "One client that never reads blocks sendall(), and everybody stops; "
    "a socket numbered 1024 or higher cannot be watched.",
}
