"""짧은 문장들: 오류, 기록, 사다리."""

MESSAGES = {
    # 오류
    "unknown-language": "{name}라는 언어는 없습니다. ko와 en 가운데에서 고르세요.",
    "unknown-step": "{name}라는 단계는 없습니다. 다음 가운데에서 고르세요: {names}",
    "unknown-step.similar": "{name}라는 단계는 없습니다. 혹시 {similar}를 찾으셨나요?",
    "bad-secret": "정답으로는 {lowest}에서 {highest} 사이의 정수만 쓸 수 있습니다.",
    "bad-port": "{port}번 포트는 없습니다. 0에서 65535 사이의 번호를 쓰세요.",
    "port-taken": "{port}번 포트를 다른 프로그램이 쓰고 있습니다. "
    "그 프로그램을 끝내거나 다른 포트를 고르세요.",
    "port-forbidden": "{port}번 포트를 열 권한이 없습니다. 1024 이상의 번호를 고르세요.",
    "unknown-host": "{host}라는 호스트를 찾을 수 없습니다. 이름을 확인하세요.",
    "not-our-host": "{host}는 이 컴퓨터의 주소가 아닙니다. 이 컴퓨터의 주소를 쓰세요.",
    "cannot-listen": "{host}의 {port}번 포트를 열 수 없습니다({reason}). 다른 주소를 고르세요.",
    "not-started": "서버를 아직 시작하지 않았습니다. 먼저 start()를 부르세요.",
    "stop-timeout": "서버의 코드가 끝나지 않습니다. {where} 그곳에서 끝날 길을 만들어 주세요.",
    "stands-at": "아직 {function}()의 {line}번째 줄에 서 있습니다.",
    "stands-somewhere": "서버가 부른 다른 함수 안에 아직 서 있습니다.",
    "cannot-connect": "{address}에 연결할 수 없습니다. 서버가 켜져 있는지 확인하세요.",
    "no-reply": "{seconds:g}초를 기다려도 답이 오지 않습니다. "
    "서버가 다른 일에 붙잡혀 있는지 살펴보세요.",
    "hung-up": "답이 오기 전에 서버가 연결을 끊었습니다. 새로 연결하세요.",
    "unexpected-reply": "규칙에 없는 답이 왔습니다: {reply}",
    "bad-message": "빈 글이나 줄바꿈은 추측으로 보낼 수 없습니다. 한 줄로 된 글을 보내세요.",
    # 사다리
    "step.blocking.new": "accept()는 손님을, recv()는 손님의 말을 기다립니다.",
    "step.blocking.solves": "네트워크 너머의 한 사람과 게임을 합니다.",
    "step.blocking.limit": "한 사람과의 게임이 끝나면 서버도 끝납니다(문제 1).",
    "step.sequential.new": "accept()를 반복문 안에 둡니다.",
    "step.sequential.solves": "게임이 끝나도 서버는 남아 다음 사람을 맞습니다(문제 1 해결).",
    "step.sequential.limit": "한 번에 한 사람만 상대합니다(문제 2). 나머지는 커널의 줄에 서서 기다립니다.",
    "step.threaded.new": "손님마다 스레드를 하나씩 둡니다.",
    "step.threaded.solves": "여러 사람이 동시에 게임을 합니다(문제 2 해결).",
    "step.threaded.limit": "손님 수만큼 스레드가 생기고, 함께 쓰는 값과 끝내기가 어려워집니다.",
    "step.select.new": "select()가 읽을 것이 있는 소켓을 모두 알려 줍니다.",
    "step.select.solves": "스레드 하나로 여러 사람과 게임을 합니다.",
    "step.select.limit": "답을 읽지 않는 한 사람이 sendall()을 막으면 모두가 멈춥니다. "
    "번호가 1024 이상인 소켓은 지켜볼 수 없습니다.",
}
