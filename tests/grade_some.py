"""Grades a file in one kind of sandbox, by some scenarios, and prints the report.

    python grade_some.py '{"path": ..., "kind": ..., "ids": [...]}'

``kind`` is the name of a class; ``limits`` and ``constants`` replace what the package has.
"""

import json
import sys
from pathlib import Path

from guessnet.grading import programs, sandbox, submissions
from guessnet.grading.judge import judge
from guessnet.grading.report import Report
from guessnet.grading.scenarios import SCENARIOS

asked = json.loads(sys.argv[1])
sandbox.LIMITS |= asked.get("limits", {})
for name, value in asked.get("constants", {}).items():
    module = sandbox if hasattr(sandbox, name) else submissions
    setattr(module, name, value)
kind = getattr(sandbox, asked["kind"])
scenarios = [SCENARIOS[id] for id in asked["ids"]]
if kind is sandbox.Sandbox:
    checks = tuple(judge(programs.File(Path(asked["path"])), scenarios))
else:
    with submissions.opened(asked["path"], None, kind) as subject:
        checks = tuple(judge(subject, scenarios))
print(json.dumps(Report(asked["path"], kind.name, 0, checks, "en").to_json()))
