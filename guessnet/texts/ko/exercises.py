"""수업의 연습: 무엇을 하는지, 무엇이 어긋났는지, 힌트."""

MESSAGES = {
    # 연습마다 하는 일
    "scenario.exercise-00": "클라이언트를 만듭니다: 접속하고, 보내고, 받고, 게임이 끝나면 그만둡니다",
    "scenario.exercise-01": "한 판이 끝나도 다음 클라이언트를 맞는 서버를 만듭니다",
    "scenario.exercise-02": "서버가 멈춰 있는 줄을 찾습니다",
    "scenario.exercise-03": "select() 반복문을 기억해서 다시 만듭니다",
    "scenario.exercise-04": "튜토리얼의 서버를 고쳐, 누가 어떻게 떠나도 쓰러지지 않게 합니다",
    "scenario.exercise-05": "줄 버퍼를 만듭니다: 바이트가 어떻게 잘려 와도 같은 줄을 내놓습니다",
    "scenario.exercise-06": "여러 스레드가 함께 쓰는 점수에서 하나도 잃지 않게 합니다",
    "scenario.exercise-09": "select() 서버를 selectors로 옮깁니다",
    "scenario.exercise-10": "멈춘 제너레이터를 깨우는 반복문을 만듭니다",
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
    # 11. The capstone
    "scenario.exercise-11": "어떤 클라이언트가 와도 살아남는 서버를 만듭니다",
    "exercise.11.hint1": "보고서에서 첫 번째로 실패한 점검만 보세요. 그 아래 것들은 첫 번째를 고치면 함께 풀리는 일이 많습니다. 서버가 어느 줄에 서 있었나요?",
    "exercise.11.hint2": "먼저 길을 하나 고르세요. 클라이언트마다 스레드를 하나씩 둘 수도 있고(수업 06), select()나 셀렉터에 outbox를 더할 수도 있습니다(수업 07, 09). 어느 길이든 OSError는 그 연결 안에 가두고, 치우는 곳은 하나로 둡니다.",
    "exercise.11.hint3": "스레드로 간다면 conn과 game을 넘겨받는 handle() 하나면 됩니다. with conn: 안에서 try:로 게임을 하고, except OSError: pass로 끝냅니다. accept()도 OSError를 낼 수 있으니 그때는 다음 사람을 기다리세요.",
    # 05. 줄 버퍼
    "scenario.lines-together": "한꺼번에 온 여러 줄을 한 줄씩 나눕니다",
    "scenario.lines-cut": "어디서 잘려 와도 줄을 이어 붙입니다",
    "scenario.lines-characters": "한글 한 글자가 잘려 와도 온전히 내놓습니다",
    "scenario.lines-endings": "줄바꿈 앞의 \\r 하나만 떼고, 나머지는 그대로 둡니다",
    "scenario.lines-not-utf8": "UTF-8이 아닌 바이트도 � 로 바꾸어 내놓습니다",
    "scenario.lines-endless": "1,024바이트가 넘도록 끝나지 않는 줄은 None으로 포기합니다",
    "symptom.lines.hangs": "함수가 2초가 지나도 끝나지 않습니다. 반복문에서 빠져나올 길이 있나요?",
    "symptom.lines.raised": "{pieces}: 이 조각들을 차례로 주었더니 함수에서 예외가 났습니다.",
    "symptom.lines.shape": "{pieces}: 이 조각들을 주었더니 돌려준 것은 {got} 입니다. "
    "return lines, rest처럼 줄의 목록과 남은 것을 함께 돌려주세요.",
    "symptom.lines.bytes": "{pieces}: 돌려준 줄 가운데 글자(str)가 아닌 것이 있습니다: {got}. "
    "줄마다 decode()로 글자로 바꾸세요.",
    "symptom.lines.together": "{pieces}: 돌려준 줄은 {got}, 들어 있던 줄은 {expected}입니다.",
    "symptom.lines.last-part": "{pieces}: 돌려준 줄은 {got}, 들어 있던 줄은 {expected}입니다. "
    "split()의 마지막 조각은 아직 끝나지 않은 줄입니다. 줄로 돌려주지 말고 rest로 남기세요.",
    "symptom.lines.cut": "이렇게 잘라 주었습니다: {pieces}. 돌려준 줄은 {got}, 들어 있던 줄은 {expected}입니다.",
    "symptom.lines.forgets": "이렇게 잘라 주었습니다: {pieces}. 돌려준 줄은 {got}, 들어 있던 줄은 {expected}입니다. "
    "앞에서 남긴 것(rest)이 사라졌습니다. data 앞에 이어 붙이세요.",
    "symptom.lines.character": "글자 가운데를 이렇게 잘라 주었습니다: {pieces}. 돌려준 줄은 {got}, 들어 있던 줄은 {expected}입니다.",
    "symptom.lines.return": "{pieces}: 돌려준 줄에 \\r이 남아 있습니다: {got}. 줄 끝의 \\r 하나를 떼세요.",
    "symptom.lines.strips": "{pieces}: 너무 많이 뗐습니다. 돌려준 줄은 {got}, 들어 있던 줄은 {expected}입니다. "
    "빈칸도 메시지의 일부입니다. 줄 끝의 \\r 하나만 떼세요.",
    "symptom.lines.empty": "{pieces}: 빈 줄이 사라졌습니다. 돌려준 줄은 {got}, 들어 있던 줄은 {expected}입니다. "
    "빈 줄도 메시지이고, 서버는 거기에도 답해야 합니다.",
    "symptom.lines.too-many": "{pieces}: 줄이 아닌 곳에서 잘랐습니다. 돌려준 줄은 {got}, 들어 있던 줄은 {expected}입니다. "
    "줄을 끝내는 것은 \\n뿐입니다. splitlines()는 다른 것에서도 자릅니다.",
    "symptom.lines.dropped": "{pieces}: 글자가 되지 않는 바이트가 사라졌습니다. 돌려준 줄은 {got}, 들어 있던 줄은 {expected}입니다. "
    'decode(errors="replace")를 쓰면 � 로 남습니다.',
    "symptom.lines.impatient": "{pieces}: 아직 포기할 때가 아닌데 None이 나왔습니다. "
    "1,024바이트를 넘는지 볼 것은 줄을 모두 떼고 남은 바이트이고, 꼭 1,024바이트까지는 괜찮습니다.",
    "symptom.lines.endless": "{pieces}: 줄바꿈 없이 4,096바이트를 주었는데도 계속 모으고 있습니다. "
    "남은 것이 1,024바이트를 넘으면 rest 대신 None을 돌려주세요.",
    "symptom.lines.wrong": "{pieces}: 돌려준 줄은 {got}, 들어 있던 줄은 {expected}입니다.",
    "exercise.05.hint1": "이번에 온 data만 보아서는 줄을 알 수 없습니다. 지난번에 남긴 것과 무엇을 먼저 해야 할까요?",
    "exercise.05.hint2": '*lines, rest = (rest + data).split(b"\\n")이면 완성된 줄과 남은 것이 나뉩니다. '
    "글자로 바꾸는 일은 그다음, 줄마다 합니다.",
    "exercise.05.hint3": 'line.removesuffix(b"\\r").decode(errors="replace")로 줄마다 글자로 바꾸세요. '
    "돌려주기 전에 len(rest)가 1,024를 넘는지 보고, 넘으면 rest 대신 None을 돌려줍니다.",
    # 06. 함께 쓰는 점수
    "scenario.score-alone": "스레드 하나가 차례로 세 번 더하면 3이 됩니다",
    "scenario.score-together": "한 스레드가 읽고 쓰는 사이에 다른 스레드가 와도 하나도 잃지 않습니다",
    "scenario.score-after-error": "쓰기에 한 번 실패한 뒤에도 다음 스레드가 더할 수 있습니다",
    "symptom.score.raised": "예외가 났습니다.",
    "symptom.score.hangs": "add()가 돌아오지 않습니다. 지금까지 일어난 일: {story}. "
    "아무도 놓아주지 않을 자물쇠를 기다리고 있지 않나요?",
    "symptom.score.not-stored": "세 번 더했는데 저장소의 write()가 한 번도 불리지 않았습니다. "
    "점수는 self.store에 있습니다. 거기에서 읽고 거기에 쓰세요.",
    "symptom.score.wrong": "세 번 더했는데 점수가 {count} 입니다. 일어난 일: {story}",
    "symptom.score.no-lock": "두 스레드가 하나씩 더했는데 점수가 {count} 입니다. 일어난 일: {story}. "
    "A가 읽고 쓰는 사이에 B가 끼어들어 같은 수를 읽었습니다.",
    "symptom.score.write-only": "두 스레드가 하나씩 더했는데 점수가 {count} 입니다. 일어난 일: {story}. "
    "쓰기는 자물쇠 안에 있지만 읽기는 밖에 있습니다. B는 자물쇠를 만나기 전에 이미 같은 수를 읽었습니다.",
    "symptom.score.new-lock": "두 스레드가 하나씩 더했는데 점수가 {count} 입니다. 일어난 일: {story}. "
    "add()를 부를 때마다 자물쇠를 새로 만듭니다. A와 B가 저마다 다른 자물쇠를 잠갔으니 서로를 막지 못합니다.",
    "symptom.score.spins": "점수는 맞지만, B가 기다리는 동안 쉬지 않고 돌았습니다(바쁜 대기). "
    "게다가 비었는지 보는 것과 잡는 것 사이에도 다른 스레드가 끼어들 수 있습니다. 자물쇠는 그 둘을 한 번에 해 줍니다.",
    "symptom.score.never-again": "write()가 한 번 실패한 뒤로 아무도 더하지 못합니다. 일어난 일: {story}. "
    "예외가 나면 release()까지 가지 못합니다. 어떻게 끝나더라도 자물쇠는 풀려야 합니다.",
    "exercise.06.hint1": "A가 읽은 다음에 B가 읽고, 둘 다 같은 수를 씁니다. 읽기와 쓰기 사이에 아무도 끼어들지 못하게 하려면 어디부터 어디까지를 잠가야 할까요?",
    "exercise.06.hint2": "자물쇠는 모두가 같은 것을 써야 합니다. __init__에서 하나만 만들어 self.lock에 두세요.",
    "exercise.06.hint3": "add()에서 with self.lock: 안에 read()와 write()를 모두 넣으세요. "
    "with는 예외가 나도 자물쇠를 풀어 줍니다.",
    # 09. selectors
    "exercise.09.hint1": "select()는 부를 때마다 목록을 넘겨받았습니다. 셀렉터는 한 번 들은 소켓을 기억합니다. "
    "그러면 소켓 하나가 오고 갈 때, 언제 한 번씩 알려 주어야 할까요?",
    "exercise.09.hint2": "register()는 소켓마다 한 번, 지켜보기 시작할 때 부릅니다. 반복문을 돌 때마다 다시 부르면 KeyError가 납니다. "
    "unregister()도 한 번, 닫기 전에 부릅니다.",
    "exercise.09.hint3": "반복문 앞에서 selector = selectors.DefaultSelector()를 만들고 listener를 register(listener, selectors.EVENT_READ)로 등록하세요. "
    "반복문은 for key, events in selector.select():이고 소켓은 key.fileobj입니다. accept() 다음에는 register(conn, ...), close() 앞에는 unregister(sock)를 둡니다.",
    # 10. 이벤트 루프
    "exercise.10.hint1": "task를 next()로 깨우면 (소켓, 이벤트)를 내놓고 다시 멈춥니다. "
    "그 소켓이 준비됐을 때 그 task를 깨우려면, 둘을 어디에 함께 적어 두어야 할까요?",
    "exercise.10.hint2": "selector.register(sock, event, data=task)로 적어 두면, 준비됐을 때 key.data로 돌려받습니다. "
    "같은 소켓을 두 번 등록할 수는 없으니, 깨우기 전에 등록을 풉니다. 깨어난 task가 다음에 무엇을 기다릴지 스스로 말합니다.",
    "exercise.10.hint3": "run(task)는 sock, event = next(task)를 부르고 register 합니다. 끝난 task는 StopIteration을 내니 그때는 그냥 돌아옵니다(return). "
    "반복문에서는 준비된 key마다 selector.unregister(key.fileobj) 다음에 run(key.data)를 부릅니다.",
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
    "answer.not-a-splitter": "줄 버퍼를 점검하려면 my_split(rest, data) 함수를 주세요.",
    "answer.not-a-score": "점수를 점검하려면 add() 메서드가 있는 클래스 MyScore를 주세요.",
}
