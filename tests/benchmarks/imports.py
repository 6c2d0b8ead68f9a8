"""What importing costs: whole processes, taken in turn, medians over bare Python.

python tests/benchmarks/imports.py
"""

import statistics
import subprocess
import sys
import time

ROUNDS = 21
CODE = {
    "bare Python": "pass",
    "import guessnet": "import guessnet",
    "guessnet.build": "import guessnet; guessnet.build",
    "the command": "import guessnet.cli",
}


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in CODE}
    for _ in range(ROUNDS):
        for name, code in CODE.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-I", "-c", code], check=True)
            times[name].append((time.perf_counter() - began) * 1000)
    bare = statistics.median(times["bare Python"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:16} {median:6.1f} ms  +{median - bare:.1f} ms")


if __name__ == "__main__":
    main()
