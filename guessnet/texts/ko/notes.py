"""단계별 소스의 줄마다 붙는 설명: 단계 이름, 그리고 주석을 뗀 줄의 내용으로 찾습니다."""

_STORY = {
    "with conn:": "게임이 어떻게 끝나든, 이 블록을 벗어나면 연결을 닫습니다.",
    "while not game.over:": "게임이 끝날 때까지 받고 답하기를 되풀이합니다.",
    "pass": "게임 도중에 사라진 클라이언트입니다. 그렇다고 서버까지 끝날 까닭은 없습니다.",
}
_HANDLE = _STORY | {
    "conn.sendall(game.play(data))": "규칙은 game이 압니다. 서버는 답을 커널에 넘길 뿐이고, 실어 나르는 일은 커널이 합니다.",
}
_FAILED_ACCEPT = {
    "continue": "이번 손님은 들이지 못했습니다. 서버는 계속되어야 하니 다음 손님을 기다립니다.",
}

NOTES = {
    "blocking": _HANDLE
    | {
        "conn, address = listener.accept()": "누군가 연결할 때까지 여기 서 있습니다. conn은 그 클라이언트하고만 이야기하는 새 소켓이고, listener는 문 앞에 그대로 있습니다.",
        "handle(conn, new_game())": "이 클라이언트의 게임이 끝나야 다음 줄로 갑니다. 그런데 다음 줄이 없으니 프로그램도 함께 끝납니다.",
        "data = conn.recv(1024)": "무언가 올 때까지 여기 서 있고, 그동안 프로그램은 다른 일을 하지 않습니다. b''가 왔다면 상대가 더는 보내지 않는다는 뜻입니다.",
    },
    "sequential": _HANDLE
    | _FAILED_ACCEPT
    | {
        "while True:": "한 게임이 끝나면 여기로 돌아와 다음 클라이언트를 맞습니다.",
        "conn, address = listener.accept()": "게임을 하는 동안 온 사람들은 커널이 연결해 두고 줄을 세웠습니다. 줄에 누가 있으면 곧바로 돌아오고, 없으면 기다립니다.",
        "handle(conn, new_game())": "이 게임이 끝날 때까지 돌아오지 않습니다. 그사이에 온 사람은 연결되어 있지만, 프로그램은 그 사람을 아직 모릅니다.",
        "data = conn.recv(1024)": "이 한 사람의 말만 기다립니다. 다른 사람이 무슨 말을 했든 여기 서 있는 동안에는 읽지 않습니다.",
    },
    "threaded": _HANDLE
    | _FAILED_ACCEPT
    | {
        "conn, address = listener.accept()": "이 스레드가 하는 일은 맞아들이는 것뿐입니다. 게임을 기다리지 않으니 늘 곧 여기로 돌아옵니다.",
        "threading.Thread(target=handle, args=(conn, new_game())).start()": "게임을 새 스레드에 맡깁니다. start()는 handle()이 끝나기를 기다리지 않고 바로 돌아옵니다.",
        "data = conn.recv(1024)": "스레드마다 자기 recv()에 서 있습니다. 누구와 어디까지 했는지는 스레드가 서 있는 자리와 그 변수가 기억합니다.",
    },
    "select": {
        "games = {}": "연결마다 게임을 하나씩 기억합니다. 스레드라면 서 있는 자리가 기억해 줄 것을, 여기서는 이 사전이 기억합니다.",
        "readables, writeables, exceptions = select.select([listener, *games], [], [])": "기다리는 곳은 여기 한 군데뿐입니다. 문 앞(listener)과 모든 연결을 한꺼번에 지켜보다가, 읽을 것이 있는 소켓을 readables로 알려 줍니다. 읽지는 않습니다.",
        "for sock in readables:": "준비된 소켓이 여럿일 수 있으니 하나씩 살펴봅니다.",
        "if sock is listener:": "문 앞에 누가 와 있습니다. 지금 accept()를 부르면 기다리지 않습니다.",
        "accept(listener, games, new_game)": "새 클라이언트를 맞아들이고 games에 넣습니다. 다음 바퀴부터는 그 연결도 지켜봅니다.",
        "talk(sock, games)": "이미 맞아들인 클라이언트가 무언가 보냈거나 떠났습니다. 어느 쪽인지는 recv()로 압니다.",
        "conn, address = listener.accept()": "select()가 준비됐다고 했으니 기다리지 않고 돌아옵니다.",
        "return": "그사이에 떠났거나 들일 수 없는 손님입니다. 남은 사람들과 계속합니다.",
        "if conn.fileno() < FD_SETSIZE:": "select()가 지켜볼 수 있는 번호인지 먼저 봅니다. 넘는 번호를 주면 모두의 서버가 멈춥니다.",
        "games[conn] = new_game()": "이 연결의 게임이 시작됩니다. 다음 select()는 이 연결도 지켜봅니다.",
        "game = games[conn]": "이 사람과 어디까지 했는지를 꺼내 옵니다.",
        "data = conn.recv(1024)": "읽을 것이 있다고 들었으니 기다리지 않습니다. b''라면 상대가 더는 보내지 않는다는 뜻입니다.",
        "conn.sendall(game.play(data))": "짧은 답은 바로 커널에 넘어갑니다. 하지만 답을 읽지 않는 클라이언트가 있으면 여기서 막히고, 모두가 함께 기다립니다.",
        "game.over = True": "게임 도중에 사라진 클라이언트입니다. 끝난 게임으로 치고 아래에서 치웁니다.",
        "if game.over:": "정답이든 포기든 떠났든, 치우는 곳은 여기 한 군데입니다.",
        "del games[conn]": "닫기 전에 먼저 지웁니다. 닫은 소켓이 남아 있으면 다음 select()가 오류를 냅니다.",
        "conn.close()": "소켓을 닫습니다. 이 번호는 다음에 오는 클라이언트가 다시 쓸 수 있습니다.",
    },
    "buffered": {
        "games = {}": "연결마다 게임을 하나씩 기억합니다. 4단계와 같습니다.",
        "outbox = {}": "커널이 다 맡아 주지 않은 답이 연결마다 여기 남습니다. 남은 것이 없는 연결은 아예 들어 있지 않습니다.",
        "reading = [conn for conn in games if conn not in outbox]": "보낼 것이 남은 사람의 말은 읽지 않습니다. 답을 가져가지 않으면 말도 더 듣지 않는 것, 이것이 백프레셔입니다.",
        "readables, writeables, exceptions = select.select([listener, *reading], outbox, [])": "기다리는 곳은 여전히 여기뿐입니다. 이제 묻는 것이 둘입니다. 읽을 것이 있는지, 그리고 outbox에 든 연결에는 보낼 자리가 났는지 묻습니다.",
        "for conn in writeables:": "보낼 자리가 난 연결입니다. 못 보낸 것부터 보낸 다음에 새 말을 읽습니다.",
        "for sock in readables:": "읽을 것이 있는 소켓을 하나씩 살펴봅니다.",
        "if sock is listener:": "문 앞에 누가 와 있습니다. 지금 accept()를 부르면 기다리지 않습니다.",
        "conn, address = listener.accept()": "select()가 준비됐다고 했으니 기다리지 않고 돌아옵니다.",
        "conn.setblocking(False)": "이제 이 소켓의 호출은 기다리지 않습니다. 기다려야 할 때는 BlockingIOError를 내고 바로 돌아옵니다.",
        "data = conn.recv(1024)": "읽을 것이 있다고 들었습니다. 혹시 그사이에 없어졌어도 기다리지는 않습니다.",
        "return": "읽을 것도, 맞아들일 사람도 이제 없습니다. 하던 일을 계속합니다.",
        "outbox[conn] = games[conn].play(data)": "답을 먼저 outbox에 넣습니다. 비어 있을 때만 읽으므로 덮어쓸 것이 없습니다.",
        "send(conn, games, outbox)": "보낼 수 있는 만큼 바로 보냅니다. 대개는 여기서 다 나가고, outbox는 곧 다시 비워집니다.",
        "sent = conn.send(outbox[conn])": "send()는 커널이 맡아 준 만큼만 보내고, 그것이 몇 바이트인지 돌려줍니다. 전부가 아닐 수 있습니다.",
        "sent = 0": "빈자리가 하나도 없었습니다. 잃어버린 것은 없고, 모두 outbox에 그대로 있습니다.",
        "sent = len(outbox[conn])": "읽을 사람이 사라졌습니다. 남은 답은 버립니다.",
        "outbox[conn] = outbox[conn][sent:]": "보낸 만큼만 지웁니다. 이 한 줄이 빠지면 답에 구멍이 나거나, 같은 답이 되풀이됩니다.",
        "if not outbox[conn]:": "다 보냈습니다. 이 연결에 대해 보낼 자리가 있는지는 이제 묻지 않습니다.",
        "del outbox[conn]": "여기서 빼지 않으면 select()가 쉬지 않고 돌아옵니다. 보낼 자리는 거의 언제나 있으니까요.",
        "if games[conn].over:": "게임이 끝났어도 마지막 답까지 나간 다음에 닫습니다.",
        "conn.close()": "치우는 곳은 여기 한 군데입니다. 오류가 났든, 게임이 끝났든 모두 이리로 옵니다.",
    },
    "selectors": {
        "games = {}": "연결마다 게임을 하나씩 기억합니다. 4단계부터 그대로입니다.",
        "outbox = {}": "아직 다 보내지 못한 답을 연결마다 모아 둡니다. 5단계 그대로입니다.",
        "with selectors.DefaultSelector() as selector:": "이 컴퓨터에서 가장 나은 것을 고릅니다. 리눅스에서는 epoll, macOS에서는 kqueue, 윈도에서는 select입니다.",
        "selector.register(listener, EVENT_READ)": "지켜볼 소켓을 한 번만 알립니다. 목록은 이제 커널이 기억합니다.",
        "for key, events in selector.select():": "기다리는 곳은 여기 한 군데뿐입니다. 넘기는 목록은 없고, 일이 생긴 소켓만 돌려받습니다.",
        "if key.fileobj is listener:": "key는 등록할 때 만들어진 쪽지이고, fileobj에 소켓이 들어 있습니다.",
        "if events & EVENT_WRITE:": "events는 무엇이 준비됐는지를 비트로 말합니다. 쓸 수 있다는 비트가 서 있으면 남은 답을 보냅니다.",
        "selector.modify(conn, EVENT_WRITE if conn in outbox else EVENT_READ)": "부탁을 바꿉니다. 보낼 것이 남았으면 쓸 수 있을 때, 없으면 읽을 것이 있을 때 알려 달라고 합니다.",
        "selector.unregister(key.fd)": "끝난 연결을 목록에서 뺍니다. 소켓은 이미 닫혀 번호가 없으니, 쪽지에 적힌 번호로 뺍니다.",
        "conn, address = listener.accept()": "누가 와 있다고 들었으니 기다리지 않습니다.",
        "selector.register(conn, EVENT_READ)": "새 연결도 한 번만 알립니다. 번호가 1024를 넘어도 됩니다.",
        "data = conn.recv(1024)": "읽을 것이 있다고 들었으니 기다리지 않습니다. b''라면 상대가 더는 보내지 않는다는 뜻입니다.",
        "sent = conn.send(outbox[conn])": "커널이 지금 맡아 줄 만큼만 보냅니다. 나머지는 outbox에 남습니다.",
    },
    "coroutines": _STORY
    | _FAILED_ACCEPT
    | {
        "step(accept(listener, new_game, selector), selector)": "맞아들이는 일도 이야기 한 편입니다. 시작하자마자 첫 yield에서 멈춰, 손님이 오기를 기다립니다.",
        "for key, _ in selector.select():": "프로그램이 정말로 서서 기다리는 곳은 여기 한 군데뿐입니다. 코루틴은 모두 멈춰 있을 뿐, 서 있지 않습니다.",
        "selector.unregister(key.fileobj)": "이번 기다림은 끝났습니다. 다음에 무엇을 기다릴지는 깨어난 코루틴이 다시 말합니다.",
        "step(key.data, selector)": "이 소켓을 기다리던 코루틴을 깨웁니다.",
        "sock, event = next(task)": "멈춘 자리에서 다음 yield까지 갑니다. 돌려받은 것은 이제 무엇을 기다리는지입니다.",
        "return": "코루틴이 끝까지 갔습니다. 더 깨울 일이 없으니 등록하지 않습니다.",
        "selector.register(sock, event, data=task)": "이 소켓이 준비되면 이 코루틴을 깨우라고 적어 둡니다. 스레드가 서 있던 자리를 이 쪽지가 대신합니다.",
        "yield listener, EVENT_READ": "손님이 오면 깨워 달라고 하고 여기서 멈춥니다.",
        "conn, address = listener.accept()": "깨어났다면 누가 와 있는 것이니 기다리지 않습니다.",
        "step(handle(conn, new_game()), selector)": "새 이야기를 시작합니다. 3단계에서 스레드를 start() 하던 자리입니다.",
        "yield conn, EVENT_READ": "스레드라면 recv()에서 서 있을 자리입니다. 서 있는 대신, 읽을 것이 오면 깨워 달라고 하고 자리를 내줍니다.",
        "data = conn.recv(1024)": "깨어났으니 읽을 것이 있습니다. b''라면 상대가 더는 보내지 않는다는 뜻입니다.",
        "yield from send(conn, game.play(data))": "send()가 멈추는 곳에서 함께 멈추고, send()가 끝나면 이어 갑니다.",
        "yield conn, EVENT_WRITE": "보낼 자리가 나면 깨워 달라고 합니다. 5단계의 outbox와 writeables가 이 한 줄이 되었습니다.",
        "sent = conn.send(replies)": "커널이 지금 맡아 줄 만큼만 보냅니다. 남은 것은 지역 변수 replies가 기억합니다.",
    },
    "asyncio": _STORY
    | _FAILED_ACCEPT
    | {
        "asyncio.run(accept(listener, new_game))": "셀렉터도, 기다리는 반복문도, 깨우는 일도 asyncio가 맡습니다. 7단계의 serve()와 step()이 여기에 다 들어 있습니다.",
        "conn, address = await loop.sock_accept(listener)": "7단계의 yield와 accept()를 합친 줄입니다. 손님이 올 때까지 자리를 내줍니다.",
        "task = loop.create_task(handle(conn, new_game(), loop))": "새 이야기를 반복문에 맡깁니다. 7단계의 step(handle(...))입니다.",
        "tasks.add(task)": "반복문은 맡은 일을 느슨하게만 붙들고 있어서, 우리가 들고 있지 않으면 도중에 사라질 수 있습니다.",
        "data = await loop.sock_recv(conn, 1024)": "7단계의 yield와 recv()를 합친 줄입니다. await가 보이는 곳이 자리를 내주는 곳입니다.",
        "await loop.sock_sendall(conn, game.play(data))": "다 보낼 때까지 기다리되, 기다리는 동안 자리를 내줍니다. 7단계의 send()입니다.",
        "await asyncio.sleep(0)": "이미 준비된 것을 await 하면 멈추지 않고 지나갑니다. 쉬지 않고 보내는 손님이 있어도 다른 사람에게 차례가 가도록 한 번 양보합니다.",
    },
    "reactor": {
        "Reactor(listener, new_game, epoll, max_clients, idle_timeout).run()": "한도를 둘 받습니다. `guessnet serve`의 --max-clients와 --idle-timeout이 여기로 옵니다.",
        "self.conns = {}": "epoll은 소켓을 번호로만 말합니다. 번호로 소켓을 찾는 사전입니다.",
        "pause = self.idle_timeout / 10 or None": "말 없는 손님을 찾으러 가끔 깨어납니다. 한도가 없으면 깨어날 까닭도 없습니다.",
        "ready = self.epoll.poll(pause)": "프로그램이 서는 곳은 여기 한 군데뿐입니다. 준비된 소켓의 번호들이 한꺼번에 옵니다.",
        "if fd in self.outbox:": "보낼 것이 남은 손님은 쓸 수 있을 때만 알려 달라고 했으니, 이 손님의 소식이라면 보낼 차례입니다.",
        "elif fd in self.games:": "보낼 것이 없는 손님의 소식이라면 읽을 것이 왔거나, 나갔습니다. 어느 쪽인지는 recv()가 말합니다.",
        "self.accept(len(ready))": "손님이 아닌 번호는 listener뿐입니다.",
        "for _ in range(at_most):": "새 손님이 아무리 많이 와도, 먼저 온 사람들 차례가 오는 만큼씩만 받습니다.",
        "if len(self.games) == self.max_clients:": "자리가 다 찼습니다. 기다리게 두지 않고 바로 돌려보냅니다.",
        "data = self.conns[fd].recv(1024)": "한 차례에 한 번만 읽습니다. 쉬지 않고 보내는 손님도 남의 차례를 빼앗지 못합니다.",
        "self.send(fd, self.games[fd].play(data))": "답을 outbox에 넣어 두지 않고 바로 보내 봅니다. 거의 언제나 한 번에 다 나갑니다.",
        "self.epoll.modify(fd, WRITE)": "다 보내지 못했을 때만 epoll에 부탁을 바꿉니다. 이제 이 손님에게서는 읽지 않으니 outbox가 더 커지지 않습니다.",
        "self.epoll.modify(fd, READ)": "밀린 답이 다 나갔습니다. 다시 읽을 것을 기다립니다.",
        "self.epoll.unregister(fd)": "닫기 전에 목록에서 뺍니다. 같은 번호를 새 손님이 받을 수 있습니다.",
        "if self.now - heard > self.idle_timeout:": "이만큼 말이 없으면 내보냅니다. 답을 가져가지 않는 손님도 여기서 나갑니다.",
        "Epoll, READ, WRITE = select.epoll, select.EPOLLIN, select.EPOLLOUT": "6단계의 selectors가 리눅스에서 속으로 쓰는 것이 바로 이것입니다. 사이에 낀 것을 걷어 내면 메시지마다 드는 비용이 줄어듭니다.",
        "self.send(fd, self.outbox[fd])": "쓸 수 있다고 들었으니, 밀린 답부터 보냅니다.",
        "conn, address = self.listener.accept()": "더 기다리는 손님이 없으면 기다리지 않고 BlockingIOError가 나옵니다. 그것도 OSError입니다.",
        "sent = self.conns[fd].send(replies) if replies else 0": "커널이 지금 맡아 줄 만큼만 보냅니다. 보낼 답이 없으면 부르지도 않습니다.",
        "return [(key.fd, events) for key, events in self.select(timeout)]": "macOS와 윈도우에는 epoll이 없습니다. 그곳에서 가장 좋은 것을 같은 이름으로 부릅니다.",
    },
}
