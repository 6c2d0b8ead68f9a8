"""서버를 만들며 흔히 틀리는 곳: 이름, 까닭, 세 단계의 힌트. 수업의 차례대로 적습니다.

`unsure`는 밖에서 보아서는 둘 가운데 어느 쪽인지 알 수 없을 때, 둘을 가려낼 방법입니다.
"""

MESSAGES = {
    # 수업 00
    "misconception.answer-leak.name": "맞히기도 전에 정답을 알려 줍니다",
    "misconception.answer-leak.cause": "클라이언트에게 보내는 글에 정답이 들어 있습니다. "
    "정답은 맞힐 때까지 서버만 알고 있어야 합니다.",
    "misconception.answer-leak.hint1": "서버가 보내는 글을 하나씩 모두 출력해 보세요. "
    "아직 맞히지 못한 사람이 보면 안 되는 것이 있나요?",
    "misconception.answer-leak.hint2": "서버를 켠 사람이 볼 것과 클라이언트가 받을 것은 다릅니다. "
    "print()는 서버의 화면에 쓰고, sendall()은 클라이언트에게 보냅니다.",
    "misconception.answer-leak.hint3": "정답이 든 문장은 print()로만 쓰세요. "
    "sendall()에는 규칙에 있는 답만 넘깁니다.",
    "misconception.wrong-reply.name": "답이 규칙과 다릅니다",
    "misconception.wrong-reply.cause": "서버의 답이 규칙에서 정한 답과 다릅니다. "
    "높고 낮음이 뒤바뀌었거나, 비교의 경계가 하나 어긋났거나, 보내는 글자가 다릅니다.",
    "misconception.wrong-reply.hint1": "정답이 5일 때 4, 5, 6, 10, 0에는 저마다 무엇이라고 답해야 할까요? "
    "종이에 적고, 서버의 답과 한 글자씩 비교해 보세요.",
    "misconception.wrong-reply.hint2": "높다, 낮다는 정답이 아니라 추측을 두고 하는 말입니다. "
    "추측이 정답보다 크면 “너무 높아요”, 작으면 “너무 낮아요”입니다.",
    "misconception.wrong-reply.hint3": "추측이 0인지 먼저 보고, guess > answer와 guess < answer를 차례로 비교하세요. "
    "보낼 글은 규칙의 표에서 그대로 옮기고, 줄바꿈으로 끝난 추측에는 답도 줄바꿈으로 끝냅니다.",
    # 수업 01
    "misconception.one-shot.name": "한 판이 끝나면 서버도 끝납니다",
    "misconception.one-shot.cause": "첫 게임이 끝난 뒤 accept()로 돌아가지 않습니다. "
    "accept()는 한 번에 한 명만 맞으므로, 다음에 온 사람은 접속을 거부당합니다.",
    "misconception.one-shot.hint1": "첫 게임이 끝난 다음에는 어느 줄이 실행되나요? "
    "손으로 짚어 가며, accept()로 돌아가는 길이 있는지 찾아보세요.",
    "misconception.one-shot.hint2": "서버는 몇 명이 올지 모릅니다. "
    "한 판이 끝나면 다음 사람을 맞으러 accept()로 돌아가는, 끝없는 반복이 필요합니다.",
    "misconception.one-shot.hint3": "accept()부터 게임의 끝까지를 통째로 while True: 안에 넣으세요. "
    "이미 안에 있다면 break나 return으로 그 반복문을 빠져나오거나 listener를 닫지는 않는지 보세요.",
    "misconception.eof-ignored.name": 'b""를 읽고도 계속합니다',
    "misconception.eof-ignored.cause": 'recv()가 돌려준 b""는 상대가 더는 보내지 않는다는 뜻인데, 건너뛰거나 메시지로 여기고 다시 recv()를 부릅니다. '
    '그러면 곧바로 또 b""가 나오니, 서버는 끝없이 돌며 CPU 하나를 모두 씁니다.',
    "misconception.eof-ignored.hint1": "클라이언트가 떠난 뒤에 recv()는 무엇을 돌려주나요? "
    "그 값이 어느 줄로 흘러가는지 따라가 보세요.",
    "misconception.eof-ignored.hint2": 'b""는 빈 메시지가 아니라 “더는 보내지 않겠다”는 소식입니다. '
    "이 소식을 들으면 그 클라이언트와의 게임을 끝내야 합니다.",
    "misconception.eof-ignored.hint3": "recv() 바로 다음에 if not data:를 두고, 거기서 게임을 끝내고 연결을 닫으세요. "
    'game.play()를 쓴다면 b""도 그대로 넘기고, game.over가 참이 됐는지 보면 됩니다.',
    "misconception.eof-crash.name": "클라이언트가 떠나면 서버가 죽습니다",
    "misconception.eof-crash.cause": "클라이언트가 떠난 뒤에 예외가 나는데, 그 예외를 잡는 곳이 없습니다. "
    "떠나는 것은 흔한 일인데, 그때마다 모두의 서버가 끝납니다.",
    "misconception.eof-crash.cause.threaded": "클라이언트가 떠난 뒤에 예외가 나서, 그 클라이언트를 맡은 스레드가 도중에 끝납니다. "
    "다른 사람은 무사하지만, 연결을 닫는 것 같은 마무리를 건너뛸 수 있습니다.",
    "misconception.eof-crash.hint1": "클라이언트가 한 번 추측하고 떠나면 recv()는 무엇을 돌려주나요? "
    "그 값을 들고 다음 줄들을 따라가면, 어느 줄에서 예외가 날까요?",
    "misconception.eof-crash.hint2": "떠나는 것은 오류가 아니라 대화의 평범한 끝입니다. "
    'b""를 받으면 숫자로 바꾸거나 거기에 답하려 하지 말고, 그 게임만 끝내고 서버는 계속 돌게 하세요.',
    "misconception.eof-crash.hint3": "data = conn.recv(1024) 바로 다음에 if not data:를 두고, 거기서 그 게임만 끝내고 conn.close()를 부르세요. "
    "지켜보는 목록이 있는 서버라면 거기서도 지웁니다.",
    "misconception.reset-crash.name": "연결이 갑자기 끊기면 서버가 죽습니다",
    "misconception.reset-crash.cause": "상대가 연결을 갑자기 끊으면 recv()나 sendall()이 OSError를 냅니다. "
    "그 예외를 잡는 곳이 없어서, 한 사람의 사고로 모두의 서버가 끝납니다.",
    "misconception.reset-crash.cause.threaded": "상대가 연결을 갑자기 끊으면 recv()나 sendall()이 OSError를 내고, 그 클라이언트를 맡은 스레드가 도중에 끝납니다. "
    "다른 사람은 무사하지만, 연결을 닫는 것 같은 마무리를 건너뛸 수 있습니다.",
    "misconception.reset-crash.hint1": "게임 도중에 클라이언트 프로그램이 강제로 종료되면, 여러분의 코드에서는 어느 줄이 예외를 낼까요? "
    "그 예외를 잡아 줄 except가 있나요?",
    "misconception.reset-crash.hint2": "상대가 갑자기 사라지는 것은 막을 수 없습니다. "
    "읽고 답하는 부분을 예외 처리로 감싸서, 사고가 그 클라이언트의 게임 안에서 끝나게 하세요.",
    "misconception.reset-crash.hint3": 'recv()와 sendall()을 try: 안에 넣고, except OSError:에서 그 클라이언트만 b""를 받았을 때처럼 정리하세요. '
    "ConnectionResetError도 BrokenPipeError도 OSError의 한 종류입니다.",
    "misconception.not-closed-after-win.name": "게임이 끝나도 연결을 닫지 않습니다",
    "misconception.not-closed-after-win.cause": "정답이나 종료를 보내면 게임이 끝난 것인데, 서버가 연결을 닫지 않고 다음 말을 기다립니다. "
    "이 게임에서 연결을 닫는 쪽은 서버라서, 클라이언트는 연결이 끝나기를 하염없이 기다립니다.",
    "misconception.not-closed-after-win.hint1": "정답을 보낸 다음에는 어느 줄이 실행되나요? "
    "그 길에 반복을 끝내는 줄과 연결을 닫는 줄이 있는지 손으로 짚어 보세요.",
    "misconception.not-closed-after-win.hint2": "게임은 두 가지로 끝납니다. "
    "맞혔을 때도, 0을 보내 포기했을 때도 마지막 답을 보낸 다음 연결을 닫아야 합니다.",
    "misconception.not-closed-after-win.hint3": "정답이나 종료를 보낸 다음에는 break로 반복을 끝내고 conn.close()를 부르세요. "
    "game.play()를 쓴다면 game.over가 참일 때 끝내면 됩니다.",
    # 수업 02
    "misconception.one-at-a-time.name": "둘째 클라이언트가 첫째를 기다립니다",
    "misconception.one-at-a-time.cause": "서버가 첫 클라이언트의 recv()에 서서 다음 말을 기다리느라 다른 사람을 돌보지 못합니다. "
    "둘째 클라이언트는 접속도 되고 추측도 보낼 수 있지만, 첫째가 나갈 때까지 답을 받지 못합니다.",
    "misconception.one-at-a-time.hint1": "첫 클라이언트가 생각에 잠겨 있는 동안 서버는 어느 줄에 서 있나요? "
    "그 줄에서 둘째의 추측을 읽는 데까지 가려면 무슨 일이 있어야 하나요?",
    "misconception.one-at-a-time.hint2": "한 사람의 말을 기다리는 동안에도 다른 사람을 맞고 답할 수 있어야 합니다. "
    "클라이언트마다 스레드를 하나씩 두어 기다리게 하거나, 누가 말했는지 알고 나서 recv()를 부르세요.",
    "misconception.one-at-a-time.hint3": "스레드를 쓴다면 threading.Thread(target=...)로 만들어 start()하고 곧바로 accept()로 돌아가세요. "
    "select()를 쓴다면 준비됐다고 들을 때마다 recv()를 한 번만 부르세요.",
    "misconception.one-at-a-time.unsure": "코드에서 스레드를 만들지 않는다면 이것이 원인이고, 만드는데도 둘째가 기다린다면 start()가 아니라 run()을 불렀을 것입니다.",
    # 수업 03
    "misconception.busy-poll.name": "기다리지 않고 쉴 새 없이 묻습니다",
    "misconception.busy-poll.cause": "일이 생길 때까지 잠들어 있지 않고, 준비된 소켓이 있는지 쉴 새 없이 묻고 또 묻습니다. "
    "답은 제때 나가지만, 아무도 없을 때에도 CPU 하나를 모두 씁니다.",
    "misconception.busy-poll.hint1": "아무도 접속하지 않았을 때 여러분의 반복문은 1초에 몇 바퀴를 돌까요? "
    "바퀴 수를 세어 확인해 보세요.",
    "misconception.busy-poll.hint2": "기다리는 일은 select()에 맡기세요. "
    "시간을 정해 주지 않으면 select()는 일이 생길 때까지 잠들어 있고, 그동안 CPU를 쓰지 않습니다.",
    "misconception.busy-poll.hint3": "select.select()의 네 번째 인자로 준 시간을 지우세요. "
    "select() 없이 accept()나 recv()가 될 때까지 되풀이하고 있다면, 먼저 select()로 누가 준비됐는지 알아내세요.",
    "misconception.busy-poll.unsure": "접속한 사람이 하나도 없을 때에도 CPU를 쓰면 이것이 원인이고, 누군가 접속해 있을 때만 쓰면 보낼 것이 없는 연결까지 select()의 둘째 목록에 넣은 것입니다.",
    "misconception.accept-blocks.name": "새로 온 사람이 없는데 accept()를 부릅니다",
    "misconception.accept-blocks.cause": "새로 온 클라이언트가 있는지 모르는 채 accept()를 부릅니다. "
    "아무도 없으면 accept()는 누가 올 때까지 돌아오지 않고, 그동안 이미 와 있는 사람들은 답을 받지 못합니다.",
    "misconception.accept-blocks.hint1": "접속해 있는 한 사람이 추측을 두 번째 보냈을 때 서버는 어느 줄에 서 있나요? "
    "그 줄은 누구를 기다리나요?",
    "misconception.accept-blocks.hint2": "accept()도 블로킹 호출입니다. "
    "listener가 준비됐다고 들었을 때만 부르면 기다리지 않고 돌아옵니다.",
    "misconception.accept-blocks.hint3": "listener도 select()에 함께 넘기고, readables를 하나씩 보면서 sock is listener일 때만 accept()를 부르세요. "
    "나머지는 모두 recv()로 읽을 연결입니다.",
    # 수업 04
    "misconception.use-after-close.name": "닫은 소켓을 다시 씁니다",
    "misconception.use-after-close.cause": "연결을 닫고도 코드가 아래로 이어져, 방금 닫은 소켓으로 보내거나 받으려 합니다. "
    "그래서 OSError: [Errno 9] Bad file descriptor가 나고, 한 게임의 끝이 모두의 끝이 됩니다.",
    "misconception.use-after-close.cause.threaded": "연결을 닫고도 코드가 아래로 이어져, 방금 닫은 소켓으로 보내거나 받으려 합니다. "
    "그 클라이언트를 맡은 스레드만 끝나고 다른 사람은 무사하지만, 같은 코드가 select() 서버에 있으면 모두의 게임이 끝납니다.",
    "misconception.use-after-close.hint1": "추측이 0일 때와 정답일 때 어떤 줄들이 차례로 실행되는지 손으로 따라가 보세요. "
    "close()를 지난 다음에 그 소켓을 또 쓰는 줄이 있나요?",
    "misconception.use-after-close.hint2": "close()는 소켓을 닫을 뿐, 함수나 반복을 끝내 주지 않습니다. "
    "소켓을 닫았으면 그 클라이언트의 차례도 거기서 끝나야 합니다.",
    "misconception.use-after-close.hint3": "0을 다룬 다음의 if를 elif로 바꾸거나, close() 바로 다음에 continue나 return을 두세요. "
    "닫는 곳이 여럿이라면 한 곳으로 모으는 것이 더 좋습니다.",
    "misconception.use-after-close.unsure": "서버가 Bad file descriptor로 죽었다면 이것이 원인이고, negative integer (-1)이라는 말이 든 ValueError로 죽었다면 닫은 소켓이 select()에 넘기는 목록에 남은 것입니다.",
    "misconception.stale-socket.name": "닫은 소켓을 계속 지켜봅니다",
    "misconception.stale-socket.cause": "연결을 닫았지만 select()에 넘기는 목록이나 셀렉터에는 그 소켓이 남아 있습니다. "
    "닫은 소켓의 번호는 -1이라서 다음 select()가 ValueError를 냅니다. 셀렉터라면 떠난 사람의 소식을 다시 전하거나, "
    "같은 번호를 물려받은 손님을 등록할 때 KeyError를 냅니다. 어느 쪽이든 한 게임의 끝이 모두의 끝이 됩니다.",
    "misconception.stale-socket.hint1": "소켓을 닫는 줄을 모두 찾아보세요. "
    "그때마다 select()에 넘기는 목록이나 셀렉터에서도 빼나요?",
    "misconception.stale-socket.hint2": "닫은 소켓은 어디에도 남아 있으면 안 됩니다. "
    "지우기와 닫기를 한 곳에 모으고, 게임이 어떻게 끝나든 그곳을 지나게 하세요.",
    "misconception.stale-socket.hint3": "conn.close()를 부르기 전에 readsocks.remove(conn)을 부르세요. "
    "games에 있는 연결을 모두 지켜보는 서버라면 games.pop(conn)을, 셀렉터를 쓰는 서버라면 selector.unregister(conn)을 부릅니다.",
    "misconception.stale-socket.unsure": "서버가 negative integer (-1)이라는 말이 든 ValueError로 죽었다면 이것이 원인이고, Bad file descriptor로 죽었다면 닫은 소켓으로 보내거나 받은 것입니다.",
    "misconception.shared-answer.name": "모두가 정답 하나를 같이 씁니다",
    "misconception.shared-answer.cause": "정답을 클라이언트마다 따로 두지 않고, 하나를 뽑아 모두에게 씁니다. "
    "한 사람이 맞히고 나면 다른 사람은 그 수를 첫 추측으로 보내 이길 수 있습니다.",
    "misconception.shared-answer.hint1": "정답을 뽑는 줄은 클라이언트가 올 때마다 실행되나요? "
    "뽑은 정답을 두는 곳도 클라이언트마다 따로 있나요?",
    "misconception.shared-answer.hint2": "정답은 서버의 것이 아니라 한 연결의 것입니다. "
    "클라이언트를 맞을 때마다 새로 뽑고, 누구의 정답인지 함께 기억하세요.",
    "misconception.shared-answer.hint3": "accept()로 conn을 받은 다음 정답을 뽑아 answers[conn]에 두고, 비교할 때는 answers[sock]을 꺼내 쓰세요. "
    "new_game()을 쓴다면 games[conn]에 새 게임을 두면 됩니다.",
    "misconception.shared-answer.unsure": "서버를 몇 번 껐다 켜서 정답이 달라지면 이것이 원인이고, 언제나 같은 수라면 정답을 무작위로 뽑지 않는 것입니다.",
    "misconception.constant-secret.name": "정답이 언제나 같습니다",
    "misconception.constant-secret.cause": "정답을 무작위로 뽑지 않아서, 누가 언제 와도 같은 수입니다. "
    "한 번 맞혀 본 사람은 서버를 다시 켜도 정답을 알고 있습니다.",
    "misconception.constant-secret.hint1": "정답이 정해지는 줄을 찾아보세요. "
    "프로그램을 다시 켜면 다른 수가 될 수 있나요?",
    "misconception.constant-secret.hint2": "시험 삼아 정해 둔 수를 지우는 것은 잊기 쉽습니다. "
    "클라이언트를 맞을 때마다 1에서 9 사이의 수를 무작위로 뽑아야 합니다.",
    "misconception.constant-secret.hint3": "accept() 다음에 random.randint(1, 9)로 뽑거나, new_game()이 뽑아 준 정답을 그대로 쓰세요. "
    "random.seed()에 정해진 값을 주었다면 그 줄도 지우세요.",
    "misconception.constant-secret.unsure": "서버를 몇 번 껐다 켜도 같은 수라면 이것이 원인이고, 켤 때마다 달라지면 켤 때 하나를 뽑아 모두에게 쓰는 것입니다.",
    "misconception.answer-reuse.name": "떠난 사람의 정답이 남아 있습니다",
    "misconception.answer-reuse.cause": "연결이 끝나도 그 사람의 정답이 남아 있어서, 다음에 온 사람이 물려받습니다. "
    "소켓의 번호처럼 곧 다시 쓰이는 것을 열쇠로 삼으면 이렇게 되기 쉽습니다.",
    "misconception.answer-reuse.cause.growth": "연결이 끝나도 그 사람의 정답이나 게임을 지우지 않습니다. "
    "당장은 아무 일도 없어 보이지만, 다녀간 사람 수만큼 메모리가 끝없이 늘어납니다.",
    "misconception.answer-reuse.hint1": "한 사람이 다녀간 다음, 그 사람의 정답이나 게임이 어디에 남아 있나요? "
    "맞혔을 때, 포기했을 때, 도중에 떠났을 때를 하나씩 따져 보세요.",
    "misconception.answer-reuse.hint2": "연결마다 기억하는 것은 연결이 끝날 때 함께 없어져야 합니다. "
    "게임이 어떻게 끝나든 반드시 지나는 한 곳에서 지우고 닫으세요.",
    "misconception.answer-reuse.hint3": "conn.close()를 부르는 그 자리에서 answers.pop(conn)이나 games.pop(conn)도 부르세요. "
    "열쇠는 conn.fileno()가 아니라 conn입니다.",
    "misconception.fd-leak.name": "떠난 사람의 소켓을 닫지 않습니다",
    "misconception.fd-leak.cause": "상대가 떠나도 상대 쪽만 닫혔을 뿐, 서버 쪽 소켓은 직접 닫을 때까지 번호 하나를 붙들고 있습니다. "
    "그런 소켓이 쌓여 번호가 바닥나면 새 클라이언트를 더 맞을 수 없습니다.",
    "misconception.fd-leak.hint1": "게임이 끝나는 길을 모두 적어 보세요. "
    '맞혔을 때, 포기했을 때, b""를 받았을 때, 예외가 났을 때 모두 close()를 지나나요?',
    "misconception.fd-leak.hint2": "지켜보기를 그만두는 것과 닫는 것은 다른 일입니다. "
    "목록에서 지웠으니 닫혔으리라 믿지 말고, 게임이 어떻게 끝나든 close()까지 가게 하세요.",
    "misconception.fd-leak.hint3": 'games.pop(conn)과 conn.close()를 함수 하나에 모아, b""를 받았을 때와 except OSError:에서도 부르세요. '
    "스레드 서버라면 게임을 with conn: 안에서 하면 어느 길로 나가든 닫힙니다.",
    # 수업 05
    "misconception.message-glued.name": "두 메시지를 하나로 읽습니다",
    "misconception.message-glued.cause": "한꺼번에 도착한 것을 메시지 하나로 여깁니다. "
    "TCP는 이음매 없는 바이트의 흐름이라 1과 2를 따로 보내도 붙어서 올 수 있고, 그러면 서버는 12나 올바르지 않은 입력으로 읽습니다.",
    "misconception.message-glued.hint1": 'recv(1024)가 b"1\\n2\\n"을 돌려주면 여러분의 코드는 답을 몇 개 보내나요? '
    "그 값이 지나가는 줄을 따라가 보세요.",
    "misconception.message-glued.hint2": "메시지가 어디서 끝나는지는 recv()가 아니라 줄바꿈이 알려 줍니다. "
    "받은 것을 줄바꿈에서 나누고, 나뉜 메시지마다 하나씩 답하세요.",
    "misconception.message-glued.hint3": '줄바꿈이 들어 있으면 *lines, rest = data.split(b"\\n")으로 나누어 lines의 메시지마다 답하세요. '
    "rest는 아직 끝나지 않은 메시지이니, 두었다가 다음에 받는 것 앞에 붙입니다.",
    "misconception.message-split.name": "한 메시지를 둘로 읽습니다",
    "misconception.message-split.cause": "recv()가 돌려준 것의 끝을 메시지의 끝으로 여깁니다. "
    "한 줄이 두 번에 나뉘어 오면 앞뒤에 따로 답하게 되어, 10을 1과 0으로 읽습니다.",
    "misconception.message-split.hint1": '5와 10을 보냈는데 recv()가 b"5\\n1"과 b"0\\n"을 차례로 돌려주었습니다. '
    "답은 둘이어야 하는데, 여러분의 코드는 몇 개를 보내나요?",
    "misconception.message-split.hint2": "줄바꿈을 한 번이라도 보낸 클라이언트의 메시지는 다음 줄바꿈이 와야 끝납니다. "
    "그때까지는 답하지 말고, 받은 조각을 연결마다 따로 모아 두세요.",
    "misconception.message-split.hint3": 'unfinished[conn] + data를 split(b"\\n")으로 나누어, 줄바꿈까지 온 줄에만 답하세요. '
    "맨 뒤에 남은 조각은 unfinished[conn]에 도로 넣습니다.",
    "misconception.multibyte-split.name": "글자가 다 오기 전에 decode()를 부릅니다",
    "misconception.multibyte-split.cause": "recv()로 받을 때마다 곧바로 decode()를 부릅니다. "
    "한글 한 글자는 UTF-8로 세 바이트라 두 번에 나뉘어 올 수 있고, 그 조각을 따로 글자로 바꾸면 글자가 깨지거나 예외가 납니다.",
    "misconception.multibyte-split.hint1": "‘정’은 UTF-8로 몇 바이트인가요? "
    "그 가운데 앞의 두 바이트만 먼저 오면, 여러분의 코드는 그것으로 무엇을 하나요?",
    "misconception.multibyte-split.hint2": "모으고 나누는 일은 바이트인 채로 하고, 글자로 바꾸는 일은 맨 나중에 하세요. "
    "한 줄이 다 모이면 그 안의 글자도 온전합니다.",
    "misconception.multibyte-split.hint3": '모아 두는 변수를 ""가 아니라 b""로 시작하고 split(b"\\n")으로 나누세요. '
    'decode(errors="replace")는 다 모인 한 줄에만 부릅니다.',
    "misconception.decode-crash.name": "UTF-8이 아닌 바이트에 서버가 죽습니다",
    "misconception.decode-crash.cause": "받은 바이트가 언제나 UTF-8 글자라고 여기고 decode()를 부릅니다. "
    "글자가 되지 않는 바이트가 오면 UnicodeDecodeError가 나고, 잡는 곳이 없어서 모두의 서버가 끝납니다.",
    "misconception.decode-crash.cause.threaded": "UTF-8 글자가 되지 않는 바이트가 오면 decode()가 UnicodeDecodeError를 내고, 그 클라이언트를 맡은 스레드가 끝납니다. "
    "다른 사람은 무사하지만, 그 사람은 답도 받지 못하고 게임을 잃습니다.",
    "misconception.decode-crash.hint1": '파이썬에서 b"\\xff".decode()를 실행해 보세요. '
    "클라이언트가 그 바이트를 보내면, 서버의 어느 줄에서 같은 일이 일어날까요?",
    "misconception.decode-crash.hint2": "무엇을 보낼지는 클라이언트가 정합니다. "
    "글자로 읽을 수 없는 바이트에도 “입력값이 올바르지 않습니다”라고 답하고 게임을 계속하면 됩니다.",
    "misconception.decode-crash.hint3": '한 줄을 다 모은 다음 decode(errors="replace")로 바꾸세요. '
    "읽을 수 없는 바이트는 �로 바뀌고, 예외는 나지 않습니다.",
    "misconception.int-crash.name": "숫자가 아닌 입력에 서버가 죽습니다",
    "misconception.int-crash.cause": "받은 글이 언제나 숫자라고 여기고 int()에 넘깁니다. "
    "낱말이나 빈 줄, 수천 자리의 수가 오면 int()가 ValueError를 내고, 잡는 곳이 없어서 모두의 서버가 끝납니다.",
    "misconception.int-crash.cause.threaded": "낱말이나 빈 줄, 수천 자리의 수가 오면 int()가 ValueError를 내고, 그 클라이언트를 맡은 스레드가 끝납니다. "
    "다른 사람은 무사하지만, 잘못 입력한 사람은 영문도 모르고 게임을 잃습니다.",
    "misconception.int-crash.hint1": "클라이언트가 abc를 보내면 int()에서 무슨 일이 생기나요? "
    "빈 줄과, 9를 5,000번 이어 쓴 수도 넣어 보세요.",
    "misconception.int-crash.hint2": "숫자가 아닌 입력도 규칙에 있습니다. "
    "“입력값이 올바르지 않습니다”라고 답하고 게임을 계속하세요.",
    "misconception.int-crash.hint3": "int()를 try: 안에 두고, except ValueError:에서 입력이 올바르지 않다고 답하세요. "
    'int()는 규칙에 없는 1_0이나 ５도 받으니, re.fullmatch(r"[+-]?[0-9]+", text.strip())으로 먼저 확인하세요.',
    "misconception.unbounded-buffer.name": "끝나지 않는 줄을 한없이 모읍니다",
    "misconception.unbounded-buffer.cause": "줄바꿈이 올 때까지 받은 것을 모으는데, 얼마까지 모을지 정해 두지 않았습니다. "
    "줄바꿈을 보내지 않는 클라이언트 하나가 컴퓨터의 메모리를 다 쓸 수 있습니다.",
    "misconception.unbounded-buffer.hint1": "누군가 줄바꿈 없이 9만 끝없이 보내면, 모아 둔 것은 얼마나 커지나요? "
    "그만 모으게 하는 줄이 있나요?",
    "misconception.unbounded-buffer.hint2": "이 게임의 한 줄은 줄바꿈을 빼고 1,024바이트까지입니다. "
    "그보다 길어지면 더 모으지 말고 그 연결을 끝내세요.",
    "misconception.unbounded-buffer.hint3": "온전한 줄에 모두 답하고 남은 조각을 len()으로 재어, 1024를 넘으면 conn.close()를 부르세요. "
    "온전한 줄이라도 1,024바이트가 넘으면 마찬가지입니다.",
    # 수업 06
    "misconception.thread-run.name": "스레드의 start() 대신 run()을 부릅니다",
    "misconception.thread-run.cause": "run()은 보통의 함수 호출이라서, 새 스레드가 아니라 지금 이 스레드가 게임을 합니다. "
    "그 게임이 끝나야 accept()로 돌아오니, 둘째 클라이언트는 첫째를 기다립니다.",
    "misconception.thread-run.hint1": "게임을 하는 함수의 첫 줄에서 threading.current_thread().name을 출력해 보세요. "
    "클라이언트마다 다른 이름이 나오나요?",
    "misconception.thread-run.hint2": "스레드는 start()를 불러야 따로 움직이기 시작합니다. "
    "run()을 부르거나 target=handle(conn, game)처럼 함수를 불러서 넘기면, 지금 이 스레드가 게임을 끝까지 하게 됩니다.",
    "misconception.thread-run.hint3": "threading.Thread(target=handle, args=(conn, game))처럼 함수와 인자를 따로 넘기고, 마지막에 start()를 부르세요. "
    "바로 이어서 join()을 부르면 다시 기다리게 됩니다.",
    "misconception.thread-run.unsure": "코드에서 스레드를 만들고 있다면 이것이 원인이고, 만들지 않는다면 한 게임을 끝까지 하고서야 다음 사람을 맞는 것입니다.",
    # 수업 07
    "misconception.blocking-send.name": "읽지 않는 한 사람 때문에 모두가 멈춥니다",
    "misconception.blocking-send.cause": "한 클라이언트가 답을 읽지 않으면 그 연결의 버퍼가 가득 차고, sendall()은 자리가 날 때까지 돌아오지 않습니다. "
    "모두를 상대하는 스레드가 거기 서 있으니, 아무도 답을 받지 못합니다.",
    "misconception.blocking-send.hint1": "추측만 보내고 답은 하나도 읽지 않는 클라이언트가 있다면, 보낸 답은 어디에 쌓일까요? "
    "그곳이 가득 차면 서버는 어느 줄에 서 있게 되나요?",
    "misconception.blocking-send.hint2": "모두를 상대하는 스레드가 기다려도 되는 곳은 select()뿐입니다. "
    "지금 보낼 수 없는 답은 연결마다 따로 두었다가, 보낼 수 있다고 들으면(writeables) 보내세요.",
    "misconception.blocking-send.hint3": "conn.setblocking(False)를 부르고, sendall() 대신 send()를 써서, 보낸 만큼만 outbox[conn]에서 빼세요. "
    "outbox[conn]에 남은 것이 있는 연결은 select()의 둘째 목록에 넣고, 다 보낼 때까지 그 연결에서는 더 읽지 않습니다.",
    "misconception.partial-send.name": "보내지 못한 나머지를 버립니다",
    "misconception.partial-send.cause": "send()는 자리가 있는 만큼만 보내고, 몇 바이트를 보냈는지 돌려줍니다. "
    "그 수를 보지 않고 다 보냈다고 여기니, 천천히 읽는 클라이언트에게는 군데군데 빠진 답이 갑니다.",
    "misconception.partial-send.hint1": "send()가 돌려준 값을 어디에 쓰나요? "
    "100바이트를 넘겼는데 60이 돌아왔다면, 나머지 40바이트는 어떻게 되나요?",
    "misconception.partial-send.hint2": "보낸 만큼만 덜어 내고, 남은 것은 다음에 이어서 보내야 합니다. "
    "답의 순서가 바뀌지 않게, 새 답은 남은 것 뒤에 붙이세요.",
    "misconception.partial-send.hint3": "sent = conn.send(outbox[conn]) 다음에 outbox[conn] = outbox[conn][sent:]로 덜어 내세요. "
    "BlockingIOError가 났다면 하나도 보내지 못한 것이니 그대로 둡니다.",
    "misconception.always-writable.name": "보낼 것이 없는데도 보낼 수 있는지 묻습니다",
    "misconception.always-writable.cause": "보낼 것이 없는 연결까지 select()의 둘째 목록에 넣습니다. "
    "소켓은 거의 언제나 보낼 수 있어서 select()가 기다리지 않고 돌아오고, 한 사람만 접속해 있어도 CPU 하나를 모두 씁니다.",
    "misconception.always-writable.hint1": "한 사람이 접속해서 가만히 있을 때, select()는 얼마 만에 무엇을 돌려주나요? "
    "돌아올 때마다 writeables를 출력해 보세요.",
    "misconception.always-writable.hint2": "보낼 수 있는지는 보낼 것이 있을 때만 물어야 합니다. "
    "outbox가 빈 연결은 읽을 것이 오는지만 지켜보세요.",
    "misconception.always-writable.hint3": "둘째 목록에는 [conn for conn in games if outbox[conn]]처럼 보낼 것이 남은 연결만 넣으세요. "
    "다 보내고 나면 그 연결은 목록에서 빠져야 합니다.",
    "misconception.always-writable.unsure": "접속한 사람이 하나도 없을 때 서버가 쉬면 이것이 원인이고, 그때에도 CPU를 쓰면 select()에 시간을 0으로 주는 등 기다리지 않고 계속 묻는 것입니다.",
    # 수업 08
    "misconception.half-close-lost.name": "보내기를 끝낸 클라이언트가 답을 받지 못합니다",
    "misconception.half-close-lost.cause": 'b""를 받으면 상대가 가 버렸다고 여기고, 남은 답을 버린 채 연결을 닫습니다. '
    "상대는 보내기를 끝냈을 뿐(half-close), 아직 답을 듣고 있을 수 있습니다.",
    "misconception.half-close-lost.hint1": "10을 보내자마자 보내기를 끝내는 클라이언트를 생각해 보세요. "
    '서버가 b""를 받는 순간, 그 클라이언트에게 갈 답은 어디에 있나요?',
    "misconception.half-close-lost.hint2": "대화에는 두 방향이 있고, 저마다 따로 끝납니다. "
    'b""를 받으면 읽기만 그만두고, 남은 답을 다 보낸 다음에 닫으세요.',
    "misconception.half-close-lost.hint3": 'b""를 받은 연결은 읽기 목록에서만 빼고, outbox[conn]이 비면 conn.close()를 부르세요. '
    "줄바꿈 없이 끝난 마지막 줄이 있다면 거기에도 먼저 답합니다.",
    # 수업 09
    "misconception.fd-setsize.name": "소켓의 번호가 1024가 되면 서버가 죽습니다",
    "misconception.fd-setsize.cause": "select()는 번호가 1023까지인 소켓만 지켜볼 수 있습니다. "
    "번호가 그보다 큰 소켓을 넘기면 ValueError: filedescriptor out of range in select()가 나서, 모두의 서버가 끝납니다.",
    "misconception.fd-setsize.hint1": "1,100명이 한꺼번에 접속해 있다면, 맨 나중에 온 연결의 conn.fileno()는 얼마쯤일까요? "
    "그 소켓을 select()에 넘기기 전에 번호를 확인하는 줄이 있나요?",
    "misconception.fd-setsize.hint2": "한계가 있는 것은 클라이언트의 수가 아니라 소켓의 번호입니다. "
    "번호가 큰 연결은 받자마자 닫아 나머지를 지키거나, 그런 한계가 없는 selectors로 옮기세요.",
    "misconception.fd-setsize.hint3": "select()를 그대로 쓴다면 accept() 다음에 conn.fileno()가 1024보다 작은지 보고, 아니면 닫으세요. "
    "모두를 맞으려면 selectors.DefaultSelector()를 만들어 register(conn, selectors.EVENT_READ)로 등록합니다.",
}
