"""수업의 연습: 무엇을 하는지, 무엇이 어긋났는지, 힌트."""

MESSAGES = {
    # 연습마다 하는 일
    "scenario.exercise-00": "클라이언트를 만듭니다: 접속하고, 보내고, 받고, 게임이 끝나면 그만둡니다",
    "scenario.exercise-01": "한 판이 끝나도 다음 클라이언트를 맞는 서버를 만듭니다",
    "scenario.exercise-02": "서버가 멈춰 있는 줄을 찾습니다",
    "scenario.exercise-03": "select() 반복문을 기억해서 다시 만듭니다",
    "scenario.exercise-04": "튜토리얼의 서버를 고쳐, 누가 어떻게 떠나도 쓰러지지 않게 합니다",
    "scenario.exercise-07": "outbox를 만들어, 읽지 않는 한 사람이 모두를 세우지 못하게 합니다",
    "scenario.exercise-08": "보내기를 이미 끝낸 사람에게도 마지막 답까지 보냅니다",
    # 00. 클라이언트
    "scenario.client-plays": "클라이언트가 수를 하나씩 보내고, 받은 답을 글자로 돌려줍니다",
    "symptom.client.silent": "서버에 아무것도 오지 않았습니다. sendall()로 수를 보내세요.",
    "symptom.client.raised": "클라이언트에서 예외가 났습니다.",
    "symptom.client.hangs": "클라이언트가 끝나지 않고 기다리고만 있습니다. 서버가 받은 것: {messages}. "
    "먼저 보내야 답이 옵니다.",
    "symptom.client.eager": "답을 기다리지 않고 다음 수를 보냈습니다. 서버가 받은 것: {messages}. "
    "하나를 보낼 때마다 recv()로 답을 받으세요.",
    "symptom.client.goes-on": "정답을 맞힌 뒤에도 수를 보냈습니다. 서버가 받은 것: {messages}. "
    "답이 ‘정답’이나 ‘종료’이면 반복문에서 나오세요.",
    "symptom.client.bytes": "글자가 담긴 목록을 돌려주어야 합니다. 돌려받은 것: {got}. "
    "받은 바이트를 decode()로 글자로 바꾸어 목록에 담으세요.",
    "symptom.client.replies": "돌려준 답이 서버가 보낸 답과 다릅니다: {got}. 서버가 보낸 답: {expected}",
    "symptom.client.open": "게임이 끝났는데 소켓이 열려 있습니다. with를 쓰거나 close()를 부르세요.",
    "exercise.00.hint1": "소켓으로 오가는 것은 글자가 아니라 바이트입니다. "
    "보내기 전에, 그리고 받은 다음에 무엇을 바꾸어야 할까요?",
    "exercise.00.hint2": "보내기 전에는 str(number).encode(), 받은 다음에는 .decode()입니다. "
    "하나를 보내면 recv(1024)로 답 하나를 받고, 그 답이 끝을 뜻하는지 봅니다.",
    "exercise.00.hint3": "with socket.create_connection(address) as sock: 안에서 for number in numbers:를 돌며 "
    "sendall(), recv(1024).decode(), append()를 차례로 부르고, 답이 ‘정답’이나 ‘종료’이면 break 하세요.",
    # 01. 바깥 반복문
    "exercise.01.hint1": "accept()를 몇 번 부르고 있나요? 클라이언트가 셋이면 몇 번 불러야 할까요?",
    "exercise.01.hint2": "서버는 몇 명이 올지 모릅니다. 끝을 정하지 않은 반복이 필요합니다.",
    "exercise.01.hint3": "두 줄을 모두 while True: 안에 넣으세요. 손님마다 새 게임이 있어야 하니 new_game()도 안에서 부릅니다.",
    # 02. 멈춰 있는 줄
    "scenario.standing-still": "둘째 클라이언트가 기다리는 동안 서버가 서 있는 줄입니다",
    "symptom.stands.accept": "accept()가 아닙니다. 둘째는 이미 접속해 있는데, 서버가 accept()에 서 있다면 바로 맞았을 것입니다.",
    "symptom.stands.send": "sendall()이 아닙니다. 첫째에게는 답을 이미 보냈고, 보낼 것은 더 없습니다.",
    "symptom.stands.outside": "그 줄을 거쳐 가기는 했지만, 서버는 handle()의 더 안쪽에 서 있습니다. 그 안의 어느 줄일까요?",
    "symptom.stands.elsewhere": "그 줄은 지나가는 줄입니다. 아무도 말을 걸지 않으면 돌아오지 않는 호출은 어느 것일까요?",
    "symptom.stands.no-line": "이 서버에 그런 줄은 없습니다. 위의 코드에서 한 줄을 그대로 옮겨 적으세요.",
    "exercise.02.hint1": "서버는 둘째가 왔다는 것을 알고 있을까요? 알려면 어느 함수를 불러야 하나요?",
    "exercise.02.hint2": "서버는 첫째와의 게임 안에 있습니다. 그 안에서 첫째의 다음 말을 기다리는 줄은 하나뿐입니다.",
    "exercise.02.hint3": "handle()의 반복문에서 conn에게 무언가를 달라고 하는 줄을 찾으세요.",
    # 03. select() 반복문
    "exercise.03.hint1": "select()에 무엇을 지켜보라고 했나요? 맞아들인 연결도 지켜봐야 그 사람의 말을 들을 수 있습니다.",
    "exercise.03.hint2": "games[conn] = new_game()으로 기억해 두면, [listener, *games]가 지켜볼 소켓 전부입니다.",
    "exercise.03.hint3": "준비된 소켓이 listener가 아니면 sock.recv(1024)로 읽고, games[sock].play(...)가 준 것을 sendall()로 보냅니다. "
    "games[sock].over라면 games에서 지우고 닫으세요.",
    # 04. 치우기
    "exercise.04.hint1": "한 연결이 끝날 때 치워야 할 것은 모두 몇 가지인가요? 치우는 곳은 몇 군데인가요?",
    "exercise.04.hint2": '치우는 일을 함수 하나에 모으세요. 0, 정답, b"", OSError가 모두 그 함수로 옵니다.',
    "exercise.04.hint3": "읽고 답하는 부분을 try:로 감싸고, except OSError:에서도 같은 함수를 부르세요. "
    "그 함수는 목록에서 지우고, 사전에서 지우고, 닫습니다.",
    # 07. outbox
    "exercise.07.hint1": "서버가 select() 말고 기다릴 수 있는 곳은 어디인가요? 기다리지 않게 하는 호출은 연결을 맞아들인 바로 다음에 한 번만 하면 됩니다.",
    "exercise.07.hint2": "답을 바로 보내지 말고 outbox[conn]에 두세요. conn.send(outbox[conn])이 돌려준 만큼만 지우고, 다 보냈으면 outbox에서 뺍니다. "
    "그러면 outbox에 있는 연결이 곧 select()의 둘째 목록입니다.",
    "exercise.07.hint3": "첫째 목록에는 listener와 outbox에 없는 연결을, 둘째 목록에는 outbox를 줍니다. 보내는 일을 send(conn) 함수로 묶어 두 곳에서 부르세요. "
    "그 함수는 except BlockingIOError:이면 그냥 돌아오고, outbox가 비었는데 게임이 끝났다면 지우고 닫습니다.",
    # 08. 두 방향
    "exercise.08.hint1": 'b""와 OSError를 한 길로 보내고 있지 않나요? 어느 쪽에 아직 듣는 사람이 있나요?',
    "exercise.08.hint2": 'b""도 다른 말처럼 games[sock].play(data)에 건네세요. 줄바꿈 없이 끝난 마지막 줄에 답하고, 게임이 끝났다고 적어 둡니다. '
    "닫는 것은 outbox가 빈 다음입니다.",
    "exercise.08.hint3": "except OSError:에서는 goodbye(sock)을 부르고 continue 하세요. 그 밖에는 늘 outbox[sock] += games[sock].play(data)이고, "
    "games[sock].over인데 outbox[sock]이 비어 있을 때만 그 자리에서 goodbye(sock)을 부릅니다.",
    "answer.not-a-client": "클라이언트를 점검하려면 my_client(address, numbers) 함수를 주세요.",
}
