"""Whether marking a whole course keeps its memory steady, and what it costs.

python tests/benchmarks/grade_many.py [SUBMISSIONS]
"""

import sys
import tempfile
import time
from pathlib import Path

import psutil

import guessnet

SUBMISSIONS = 200
SOURCE = "def serve(listener):\n    listener.accept()\n"


def main(count: int) -> None:
    us = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.py") for number in range(count)]
        for path in paths:
            path.write_text(SOURCE, "utf-8")
        began = time.monotonic()
        for done, report in enumerate(guessnet.grade_many(paths), 1):
            assert report.misconceptions[0] == "one-shot", report
            if done % (count // 8) == 0:
                print(
                    f"{done:4} done  {time.monotonic() - began:6.1f} s"
                    f"  {us.memory_info().rss / 2**20:6.1f} MiB"
                    f"  {us.num_fds():3} descriptors  {len(us.children(True)):2} processes"
                )
    print("left behind:", len(us.children(True)), "processes")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SUBMISSIONS)
