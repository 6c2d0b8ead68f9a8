"""How long a press of *next* takes until the picture has changed: in JupyterLab, in Chromium.

    python tests/benchmarks/stepper_presses.py

The time is taken in the page: from the click to the first frame after the new event is drawn.
"""

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "browser"))

from conftest import running_lab

PRESSES = 60

CELL = """
import guessnet
from guessnet.notebook import stepper
stepping = stepper("select", secret=7)
client = guessnet.Client(stepping.server.address)
for number in range(1, 4):
    client.send(1)
client.socket.sendall(b"".join(b"1\\n" for _ in range(400)))  # several reads, so many events
others = [guessnet.Client(stepping.server.address) for _ in range(20)]
for each in others:
    each.send(1)
stepping
"""
PRESS = """
() => new Promise((resolve, reject) => {
  const panel = document.querySelector(".gn-stepper");
  const began = performance.now();
  const seen = new MutationObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - began));
  });
  seen.observe(panel, { attributes: true, attributeFilter: ["data-number"] });
  setTimeout(() => reject(new Error("nothing happened")), 5000);
  panel.querySelector(".gn-next").click();
})
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder)) as lab:
        page = lab.open([CELL], height=1400)
        lab.run_all(page)
        page.wait_for_selector(".gn-stepper")
        times = sorted(page.evaluate(PRESS) for _ in range(PRESSES))
        page.close()
    print(f"{PRESSES} presses, from the click to the changed picture, in milliseconds")
    print(
        f"median {statistics.median(times):.0f}, nine of ten below {times[PRESSES * 9 // 10]:.0f}"
    )


if __name__ == "__main__":
    main()
