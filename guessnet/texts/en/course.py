"""A course: the students' notebook, and their teacher's README."""

MESSAGES = {
    # The command
    "help.course": "Write a course: a server to hand in, and all that it takes to mark it.",
    "help.course.folder": "the folder for it",
    "help.course.for": "what is to collect and mark",
    "help.course.exam": "for an exam: students are shown no hint, no solution and no step's source (this is no security boundary)",
    "help.course.lang": "the language of the course",
    "course.no-tool": "There is no course for {tool}; choose one of these: {names}",
    "course.changed": "Nothing was written, because these files have been changed: {names}. Move them away, or choose another folder.",
    "course.written": "The course is in {folder}: {names}. Read README.md first.",
    "course.written.exam": "As it is for an exam, no hint, no solution and no step's source is shown. This is no security boundary: all of them are in guessnet wherever it is installed.",
    # An exam
    "exam.no-source": "A step's source is not shown in an exam; use a server that you wrote.",
    "exam.no-help": "Hints and solutions are not shown in an exam; checking works as ever.",
    "help.pytest.exam": "an exam: reports have no hints",
    # The students' notebook
    "course.task": """\
# A server that survives

Write a server for the number guessing game and hand it in, for up to {points} points.

`serve(listener, new_game)` is the server. `listener` is a socket that listens already; its `accept()` lets a client in. `new_game()` makes the game of one client: give what you received to `game.play(data)`, and it returns the bytes to send back. Once the game has ended, `game.over` is true.

Many have to be able to play at the same time, and whoever says nothing or leaves in the middle must not disturb the others. Use threads, `select()`, coroutines or whatever you like, from the standard library alone.
""",
    "course.task.exam": """\
This is an exam: there are no hints, no solutions, and no source of the steps.
""",
    "course.task.asked": """\
This is what your server is asked, with the points for each, and a few things more.
""",
    "course.stub": """\
def serve(listener, new_game):
    ...  # write your server here""",
    "course.how": """\
## Mark it

Save the notebook (Ctrl+S), then run the cell below. It takes the cells with the tag `solution` from the saved file and runs them apart, which takes up to two minutes. So import within a `solution` cell whatever it needs, and do not rename this file.""",
    # The teacher's README
    "course.readme.title": """\
# Assignment: a server that survives

Students write one server in the notebook `hand-in.ipynb` and hand it in; guessnet gives it up to 100 points. All that you need is in this folder. Switch on the environment where guessnet is installed (`. .venv/bin/activate` in guessnet's folder, in PowerShell `.venv\\Scripts\\activate`), and run every command inside this folder.
""",
    "course.readme.nbgrader": """\
| file | |
|---|---|
| `source/server/hand-in.ipynb` | the assignment with its solution; keep it to yourself |
| `nbgrader_config.py` | nbgrader's settings |

## The day before

1. In guessnet's folder, `pip install '.[lab,classroom]'` installs nbgrader, too. On Linux, install `bubblewrap` as well.
2. `nbgrader generate_assignment server` writes the notebook without its solution to `release/server`.
3. Try it: copy `source/server/hand-in.ipynb` to `submitted/teacher/server` and run `nbgrader autograde server`, which should say `teacher: 100/100`. Then forget it again: `nbgrader db student remove teacher --force`, and delete `submitted/teacher` and `autograded/teacher`.

## On the day

1. Give `release/server/hand-in.ipynb` to your students. They need guessnet on their computers.
2. They write a server in the `solution` cell, save, and run the last cell to see their points.
3. Put what you collect into `downloaded/server/archive`, named `STUDENT_hand-in.ipynb`, and run `nbgrader zip_collect server`: each student gets a `submitted/STUDENT/server/hand-in.ipynb`. An archive with all hand-ins from Moodle or Canvas can go there as it is.
4. `nbgrader autograde server` marks them, and shows each one's points. It takes about 20 seconds for each, and two minutes at most. A notebook that is damaged is skipped with a long error, and the last lines tell whose it was.
5. `nbgrader export` writes the points to `grades.csv`, with 0 for those that were skipped, so look at these yourself. In Excel, import it with **Data → From Text/CSV**, or names may be garbled.
6. `nbgrader generate_feedback server` makes a page for each student, `feedback/STUDENT/server/hand-in.html`, which tells what went wrong and why.
7. A notebook that is handed in again goes to the same place: run `nbgrader zip_collect server --force`, then `nbgrader autograde server --student STUDENT --force` for that student alone.
""",
    "course.readme.nbgrader.limits": """\
## What this stops, and what it does not

By itself nbgrader runs a student's cells and the one that marks them in the same kernel, where the student's code can replace the function that marks, or write to the gradebook. So here marking runs no cell of the notebook. guessnet takes the code of the `solution` cell, runs it in an isolated process, and writes what came of it under the cell that marks. Cells that somebody adds and files that come along do nothing.

- This holds in this folder, because of its `nbgrader_config.py`. With other settings there is no protection.
- The points on a student's own computer can be forged. Believe only those that you have marked here.
- The last line of a report says how well it was isolated. Without `bwrap`, a student's code can read your files and use the network.
- Nothing here notices a server that was copied from somebody else.
""",
    "course.readme.otter": """\
| file | |
|---|---|
| `student/hand-in.ipynb` | the notebook for your students |
| `teacher/hand-in.ipynb` | the notebook with its solution; keep it to yourself |
| `autograder.zip` | otter's settings |

## The day before

1. In guessnet's folder, `pip install '.[lab,classroom]'` installs otter-grader, too. On Linux, install `bubblewrap` as well.
2. Try it: `otter run teacher/hand-in.ipynb -a autograder.zip` should give 100 points.

## On the day

1. Give `student/hand-in.ipynb` to your students. They need guessnet on their computers.
2. They write a server in the `solution` cell, save, and run the last cell to see their points.
3. Collect the notebooks.
4. For each student, make a folder (`mkdir FOLDER`) and run `otter run NOTEBOOK -a autograder.zip -o FOLDER`, which takes about half a minute, and two minutes at most. Points and explanations are written to `FOLDER/results.json`. A warning about TCP without encryption is about an empty notebook on this computer, and does not matter.
5. `guessnet grade NOTEBOOKS` shows the points of the whole class in a table, and `guessnet grade NOTEBOOKS --format csv -o marks.csv` writes them for a spreadsheet. In Excel, import it with **Data → From Text/CSV**, or names may be garbled.
""",
    "course.readme.otter.limits": """\
## What this stops, and what it does not

By itself otter runs a student's cells and its tests in the same kernel, and takes the points from a file that this kernel writes, so the student's code can make them up. So here marking runs no cell of the notebook. guessnet takes the code of the `solution` cell and runs it in an isolated process; otter gets tests that know what came of it, and an empty notebook. Files that come along are deleted before that.

- The settings in `autograder.zip` make it so. With others there is no protection.
- They are for `otter run` on a computer that has guessnet; otter's own containers do not have it. For Gradescope, make a course with `--for gradescope`.
- The points on a student's own computer can be forged. Believe only those that you have marked here.
- Without `bwrap`, a student's code can read your files and use the network.
- Nothing here notices a server that was copied from somebody else.
""",
    "course.readme.gradescope": """\
| file | |
|---|---|
| `student/hand-in.ipynb` | the notebook for your students |
| `teacher/hand-in.ipynb` | the notebook with its solution; keep it to yourself |
| `autograder.zip` | the autograder to upload: `setup.sh`, `run_autograder`, and guessnet itself |

## The day before

1. In Gradescope, create a Programming Assignment with 100 Autograder Points.
2. Under Configure Autograder, upload `autograder.zip` as it is. Choose Ubuntu 22.04 or newer.
3. Set the Autograder Timeout to five minutes or more.
4. Upload `teacher/hand-in.ipynb` under Test Autograder. It should get 100 points.

## On the day

1. Give `student/hand-in.ipynb` to your students. They need guessnet on their computers.
2. They write a server in the `solution` cell, save, and run the last cell to see their points.
3. They upload `hand-in.ipynb` to Gradescope, under that name.
4. Points and explanations appear in Gradescope; those of a few checks, after the due date.
""",
    "course.readme.gradescope.limits": """\
## What this stops, and what it does not

No cell of the notebook is run. guessnet takes the code of the `solution` cell and runs it apart, and imports nothing of what comes along.

- In Gradescope's containers `bwrap` usually cannot work. Then a student's code is run as a user of its own: it can read what everybody may read, the autograder's guessnet included, and use the network.
- The points on a student's own computer can be forged. Believe only Gradescope's.
- Nothing here notices a server that was copied from somebody else.
""",
    "course.readme.pytest": """\
| file | |
|---|---|
| `student/hand-in.ipynb` | the notebook for your students |
| `teacher/hand-in.ipynb` | the notebook with its solution; keep it to yourself |
| `pytest.ini` | pytest's settings: what to put the tests to |

## The day before

1. In guessnet's folder, run `pip install '.[lab]' pytest`. On Linux, install `bubblewrap` as well.
2. Try it: with `pytest --guessnet=teacher/hand-in.ipynb` everything should pass.

## On the day

1. Give `student/hand-in.ipynb` and `pytest.ini` to your students, laid out as in this folder. They need guessnet and pytest on their computers.
2. They write a server in the `solution` cell, save, and check it with the last cell or with `pytest`: each scenario is a test.
3. Collect the notebooks.
4. Mark each with `pytest --guessnet=NOTEBOOK`; `--junit-xml FILE` writes what other programs read.
5. `guessnet grade NOTEBOOKS` shows the points of the whole class in a table, and `guessnet grade NOTEBOOKS --format csv -o marks.csv` writes them for a spreadsheet. In Excel, import it with **Data → From Text/CSV**, or names may be garbled.
""",
    "course.readme.pytest.limits": """\
## What this stops, and what it does not

No cell of the notebook is run. guessnet takes the code of the `solution` cell and runs it in an isolated process.

- pytest reads `conftest.py` and `pytest.ini` in the folder where it runs, or, with a space after `--guessnet` in place of `=`, in the folder of the notebook. If those are a student's, the student's code runs without isolation; so collect the notebooks alone, and mark them in this folder with `--guessnet=NOTEBOOK`.
- What comes out on a student's own computer can be forged. Believe only what you have marked here.
- Without `bwrap`, a student's code can read your files and use the network.
- Nothing here notices a server that was copied from somebody else.
""",
    "course.readme.exam": """\
## The exam

This course was made for an exam: the students' notebook and their reports show no hint, no solution and no step's source. **This is no security boundary.** All of that is in guessnet wherever it is installed, and nothing stops a student who goes and reads it. Where it has to be stopped, hold the exam on computers without guessnet, and mark what you collect on your own.
""",
}
