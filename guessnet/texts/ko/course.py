"""과제 한 벌: 학생의 노트북과 선생님의 README."""

MESSAGES = {
    # 명령
    "help.course": "서버를 제출받아 채점하는 과제 한 벌을 만듭니다.",
    "help.course.folder": "과제를 만들 폴더",
    "help.course.for": "제출받고 채점할 도구",
    "help.course.exam": "시험용: 학생에게 힌트와 풀이, 단계의 코드를 보여 주지 않습니다 (보안 장치는 아닙니다)",
    "help.course.lang": "과제의 언어",
    "course.no-tool": "'{tool}' 도구로는 만들 수 없습니다. 다음 가운데에서 고르세요: {names}",
    "course.changed": "고치신 파일이 있어 아무것도 쓰지 않았습니다: {names}. 그 파일들을 옮겨 두거나 다른 폴더를 고르세요.",
    "course.written": "{folder}에 과제를 만들었습니다: {names}. README.md부터 읽어 보세요.",
    "course.written.exam": "시험용이라 힌트와 풀이, 단계의 코드를 보여 주지 않습니다. 이것은 보안 장치가 아닙니다. 설치된 guessnet 안에는 모두 그대로 들어 있습니다.",
    # 시험
    "exam.no-source": "시험 중에는 단계의 코드를 볼 수 없습니다. 직접 쓴 서버로 해 보세요.",
    "exam.no-help": "시험 중에는 힌트와 풀이를 볼 수 없습니다. 점검은 할 수 있습니다.",
    "help.pytest.exam": "시험: 보고서에 힌트를 싣지 않습니다",
    # 학생의 노트북
    "course.task": """\
# 살아남는 서버

숫자 맞히기 게임의 서버를 만들어 제출하세요. {points}점 만점입니다.

`serve(listener, new_game)`이 서버입니다. `listener`는 이미 열려 있는 듣는 소켓이고, `accept()`로 클라이언트를 맞습니다. `new_game()`은 클라이언트 한 명의 게임을 만듭니다. 받은 바이트를 `game.play(data)`에 주면 보낼 답을 바이트로 돌려주고, 게임이 끝나면 `game.over`가 참이 됩니다.

여럿이 함께 게임을 하고, 누가 말없이 있거나 갑자기 떠나도 다른 사람은 계속할 수 있어야 합니다. 스레드든 `select()`든 코루틴이든 방법은 자유이고, 표준 라이브러리만 쓸 수 있습니다.
""",
    "course.task.exam": """\
시험이므로 힌트와 풀이, 단계의 코드는 볼 수 없습니다.
""",
    "course.task.asked": """\
서버에게 묻는 것은 아래와 같고(괄호 안은 점수), 적혀 있지 않은 것도 몇 가지 묻습니다.
""",
    "course.stub": """\
def serve(listener, new_game):
    ...  # 여기에 서버를 쓰세요""",
    "course.how": """\
## 채점해 보기

먼저 노트북을 저장하고(Ctrl+S) 아래 셀을 실행하세요. 저장된 파일에서 `solution` 태그가 달린 셀을 꺼내 따로 실행하며, 길면 2분쯤 걸립니다. `solution` 셀 안에서 필요한 것을 모두 import하세요. 이 파일의 이름은 바꾸지 마세요.""",
    # 선생님의 README
    "course.readme.title": """\
# 과제: 살아남는 서버

학생이 서버 하나를 노트북 `hand-in.ipynb`에 써서 제출하고, guessnet이 100점 만점으로 채점합니다. 이 폴더에 필요한 것이 다 있습니다. 명령은 모두 guessnet을 설치한 환경을 켜고(guessnet의 폴더에서 `. .venv/bin/activate`, PowerShell에서는 `.venv\\Scripts\\activate`) 이 폴더 안에서 실행하세요.
""",
    "course.readme.nbgrader": """\
| 파일 | |
|---|---|
| `source/server/hand-in.ipynb` | 과제의 원본. 풀이가 들어 있으니 학생에게 주지 마세요 |
| `nbgrader_config.py` | nbgrader의 설정 |

## 수업 전날

1. guessnet의 폴더에서 `pip install '.[lab,classroom]'`을 실행해 nbgrader까지 설치합니다. 리눅스라면 `bubblewrap`도 설치하세요.
2. `nbgrader generate_assignment server`를 실행합니다. 풀이를 뺀 노트북이 `release/server`에 생깁니다.
3. 한번 채점해 봅니다. `source/server/hand-in.ipynb`를 `submitted/teacher/server`에 복사하고 `nbgrader autograde server`를 실행하면 `teacher: 100/100`이 보여야 합니다. 끝나면 `nbgrader db student remove teacher --force`로 지우고 `submitted/teacher`와 `autograded/teacher`도 지웁니다.

## 수업 날

1. 학생에게 `release/server/hand-in.ipynb`를 나누어 줍니다. 학생의 컴퓨터에도 guessnet이 있어야 합니다.
2. 학생은 `solution` 셀에 서버를 쓰고, 저장하고, 마지막 셀을 실행해 몇 점인지 봅니다.
3. 걷은 노트북을 `학생_hand-in.ipynb`라는 이름으로 `downloaded/server/archive`에 모으고 `nbgrader zip_collect server`를 실행합니다. 그러면 학생마다 `submitted/학생/server/hand-in.ipynb`가 생깁니다. Moodle이나 Canvas에서 한꺼번에 내려받은 zip은 그대로 넣으면 됩니다.
4. `nbgrader autograde server`로 채점합니다. 한 명에 20초쯤, 길면 2분이 걸리고, 한 명이 끝날 때마다 점수가 보입니다. 깨져서 열리지 않는 노트북은 긴 오류를 내고 건너뛰며, 누구의 것인지 맨 끝에 적힙니다.
5. `nbgrader export`가 점수를 `grades.csv`에 씁니다. 건너뛴 학생도 0점으로 적히니 따로 보세요. 엑셀에서는 **데이터 → 텍스트/CSV**로 불러와야 한글이 깨지지 않습니다.
6. `nbgrader generate_feedback server`는 무엇을 왜 틀렸는지 적은 `feedback/학생/server/hand-in.html`을 만듭니다.
7. 다시 낸 노트북은 같은 곳에 넣고 `nbgrader zip_collect server --force`를 실행한 다음, `nbgrader autograde server --student 학생 --force`로 그 학생만 다시 채점합니다.
""",
    "course.readme.nbgrader.limits": """\
## 막는 것과 막지 못하는 것

nbgrader는 원래 학생의 셀과 채점하는 셀을 한 커널에서 실행합니다. 그러면 학생의 코드가 채점하는 함수를 바꾸거나 성적 파일을 고칠 수 있습니다. 그래서 여기서는 채점할 때 노트북의 셀을 하나도 실행하지 않습니다. guessnet이 `solution` 셀의 코드를 꺼내 격리된 프로세스에서 실행하고, 채점하는 셀에 결과를 적어 줍니다. 제출물에 끼워 넣은 셀이나 함께 낸 파일은 아무 일도 하지 못합니다.

- `nbgrader_config.py`가 있는 이 폴더에서 채점할 때만 그렇습니다. 다른 설정으로 채점하면 보호가 없습니다.
- 학생의 컴퓨터에서 나온 점수는 학생이 꾸밀 수 있습니다. 여기서 채점한 점수만 믿으세요.
- 얼마나 격리했는지는 보고서의 마지막 줄에 적힙니다. `bwrap`이 없으면 학생의 코드가 채점하는 사람의 파일을 읽거나 네트워크를 쓸 수 있습니다.
- 남의 서버를 베껴 내는 것은 막지 못합니다.
""",
    "course.readme.otter": """\
| 파일 | |
|---|---|
| `student/hand-in.ipynb` | 학생에게 나누어 줄 노트북 |
| `teacher/hand-in.ipynb` | 풀이가 든 노트북. 학생에게 주지 마세요 |
| `autograder.zip` | otter의 설정 |

## 수업 전날

1. guessnet의 폴더에서 `pip install '.[lab,classroom]'`을 실행해 otter-grader까지 설치합니다. 리눅스라면 `bubblewrap`도 설치하세요.
2. 한번 채점해 봅니다. `otter run teacher/hand-in.ipynb -a autograder.zip`을 실행하면 100점이 나와야 합니다.

## 수업 날

1. 학생에게 `student/hand-in.ipynb`를 나누어 줍니다. 학생의 컴퓨터에도 guessnet이 있어야 합니다.
2. 학생은 `solution` 셀에 서버를 쓰고, 저장하고, 마지막 셀을 실행해 몇 점인지 봅니다.
3. 노트북을 걷습니다.
4. 한 명씩 폴더를 만들고(`mkdir 폴더`) `otter run 노트북 -a autograder.zip -o 폴더`로 채점합니다. 30초쯤, 길면 2분이 걸리고, 점수와 설명이 `폴더/results.json`에 쓰입니다. 암호화하지 않은 TCP라는 경고는 이 컴퓨터 안의 빈 노트북에 대한 것이라 괜찮습니다.
5. 한 반의 점수를 표로 보려면 `guessnet grade 노트북들`을, 스프레드시트로 옮기려면 `guessnet grade 노트북들 --format csv -o marks.csv`를 실행하세요. 엑셀에서는 **데이터 → 텍스트/CSV**로 불러와야 한글이 깨지지 않습니다.
""",
    "course.readme.otter.limits": """\
## 막는 것과 막지 못하는 것

otter는 원래 학생의 셀과 테스트를 한 커널에서 실행하고, 그 커널이 쓴 파일에서 점수를 읽습니다. 그러면 학생의 코드가 점수를 지어낼 수 있습니다. 그래서 여기서는 채점할 때 노트북의 셀을 하나도 실행하지 않습니다. guessnet이 `solution` 셀의 코드를 꺼내 격리된 프로세스에서 실행하고, otter에게는 그 결과를 아는 테스트와 빈 노트북을 줍니다. 함께 낸 파일은 채점하기 전에 지웁니다.

- `autograder.zip` 안의 설정이 이렇게 시킵니다. 다른 설정으로 채점하면 보호가 없습니다.
- 이 설정은 guessnet이 설치된 컴퓨터에서 `otter run`으로 쓰는 것입니다. otter의 도커 컨테이너에는 guessnet이 없습니다. Gradescope에서 채점하려면 `--for gradescope`로 만드세요.
- 학생의 컴퓨터에서 나온 점수는 학생이 꾸밀 수 있습니다. 여기서 채점한 점수만 믿으세요.
- `bwrap`이 없으면 학생의 코드가 채점하는 사람의 파일을 읽거나 네트워크를 쓸 수 있습니다.
- 남의 서버를 베껴 내는 것은 막지 못합니다.
""",
    "course.readme.gradescope": """\
| 파일 | |
|---|---|
| `student/hand-in.ipynb` | 학생에게 나누어 줄 노트북 |
| `teacher/hand-in.ipynb` | 풀이가 든 노트북. 학생에게 주지 마세요 |
| `autograder.zip` | Gradescope에 올릴 채점기: `setup.sh`와 `run_autograder`, 그리고 guessnet |

## 수업 전날

1. Gradescope에서 Programming Assignment를 만들고, 만점(Autograder Points)을 100으로 합니다.
2. Configure Autograder에서 `autograder.zip`을 그대로 올립니다. 운영 체제는 Ubuntu 22.04나 그보다 새것을 고르세요.
3. 한 제출물의 제한 시간(Autograder Timeout)을 5분이나 그 이상으로 합니다.
4. Test Autograder에 `teacher/hand-in.ipynb`를 올려 봅니다. 100점이 나와야 합니다.

## 수업 날

1. 학생에게 `student/hand-in.ipynb`를 나누어 줍니다. 학생의 컴퓨터에도 guessnet이 있어야 합니다.
2. 학생은 `solution` 셀에 서버를 쓰고, 저장하고, 마지막 셀을 실행해 몇 점인지 봅니다.
3. 학생이 `hand-in.ipynb`를 Gradescope에 올립니다. 파일의 이름이 그대로여야 합니다.
4. 점수와 설명이 Gradescope에 나타납니다. 몇 가지 점검은 마감 뒤에 보입니다.
""",
    "course.readme.gradescope.limits": """\
## 막는 것과 막지 못하는 것

노트북의 셀은 하나도 실행하지 않습니다. guessnet이 `solution` 셀의 코드를 꺼내 따로 실행하며, 함께 낸 파일은 import하지 않습니다.

- Gradescope의 컨테이너 안에서는 대개 `bwrap`을 쓸 수 없습니다. 그러면 학생의 코드는 따로 둔 사용자로 실행됩니다. 누구나 읽을 수 있는 파일은 읽을 수 있고, 채점기 안의 guessnet도 그 가운데 하나입니다. 네트워크도 쓸 수 있습니다.
- 학생의 컴퓨터에서 나온 점수는 학생이 꾸밀 수 있습니다. Gradescope의 점수만 믿으세요.
- 남의 서버를 베껴 내는 것은 막지 못합니다.
""",
    "course.readme.pytest": """\
| 파일 | |
|---|---|
| `student/hand-in.ipynb` | 학생에게 나누어 줄 노트북 |
| `teacher/hand-in.ipynb` | 풀이가 든 노트북. 학생에게 주지 마세요 |
| `pytest.ini` | pytest의 설정: 무엇을 물어볼지 |

## 수업 전날

1. guessnet의 폴더에서 `pip install '.[lab]' pytest`를 실행합니다. 리눅스라면 `bubblewrap`도 설치하세요.
2. 한번 채점해 봅니다. `pytest --guessnet=teacher/hand-in.ipynb`를 실행하면 모두 통과해야 합니다.

## 수업 날

1. 학생에게 `student/hand-in.ipynb`와 `pytest.ini`를 이 폴더의 모양 그대로 나누어 줍니다. 학생의 컴퓨터에도 guessnet과 pytest가 있어야 합니다.
2. 학생은 `solution` 셀에 서버를 쓰고 저장한 다음, 마지막 셀이나 `pytest`로 점검합니다. 시나리오 하나가 테스트 하나입니다.
3. 노트북을 걷습니다.
4. 한 명씩 `pytest --guessnet=노트북`으로 채점합니다. 다른 프로그램이 읽을 것은 `--junit-xml 파일`이 씁니다.
5. 한 반의 점수를 표로 보려면 `guessnet grade 노트북들`을, 스프레드시트로 옮기려면 `guessnet grade 노트북들 --format csv -o marks.csv`를 실행하세요. 엑셀에서는 **데이터 → 텍스트/CSV**로 불러와야 한글이 깨지지 않습니다.
""",
    "course.readme.pytest.limits": """\
## 막는 것과 막지 못하는 것

노트북의 셀은 하나도 실행하지 않습니다. guessnet이 `solution` 셀의 코드를 꺼내 격리된 프로세스에서 실행합니다.

- pytest는 자기가 실행되는 폴더의 `conftest.py`와 `pytest.ini`를 읽습니다. `--guessnet` 다음에 `=` 대신 빈칸을 쓰면 노트북이 있는 폴더의 것을 읽습니다. 그것이 학생의 것이면 학생의 코드가 격리되지 않고 실행되니, 노트북만 걷어 이 폴더에서 `--guessnet=노트북`으로 채점하세요.
- 학생의 컴퓨터에서 나온 결과는 학생이 꾸밀 수 있습니다. 여기서 채점한 결과만 믿으세요.
- `bwrap`이 없으면 학생의 코드가 채점하는 사람의 파일을 읽거나 네트워크를 쓸 수 있습니다.
- 남의 서버를 베껴 내는 것은 막지 못합니다.
""",
    "course.readme.exam": """\
## 시험

시험용으로 만들었습니다. 학생의 노트북과 보고서에는 힌트와 풀이, 단계의 코드가 나오지 않습니다. **이것은 보안 장치가 아닙니다.** 설치된 guessnet 안에는 풀이와 코드가 그대로 있고, 찾아 읽으려는 학생을 막지 못합니다. 정말로 막아야 한다면 guessnet이 없는 컴퓨터에서 시험을 보고, 걷은 노트북을 선생님의 컴퓨터에서 채점하세요.
""",
}
