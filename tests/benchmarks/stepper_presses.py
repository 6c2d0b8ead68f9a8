"""How long a press of *next* takes until the picture has changed: in JupyterLab, in Chromium.

    python tests/benchmarks/stepper_presses.py

The time is taken in the page: from the click to the first frame after the new event is drawn. It is
compared, in turn, with a plain button whose only work is to change a plain label.
"""

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "browser"))

from conftest import running_lab

PRESSES = 60
#: What is pressed, and what changes.
SIDES = {"next": [".gn-next", ".gn-stepper"], "plain button": [".plain", ".plain-label"]}

CELL = """
import ipywidgets
import guessnet
from guessnet.notebook import stepper
stepping = stepper("select", secret=7)
clients = [guessnet.Client(stepping.server.address) for _ in range(25)]  # many events ahead
for client in clients:
    client.send(1)
button, label = ipywidgets.Button(description="plain"), ipywidgets.Label("0")
button.on_click(lambda button: setattr(label, "value", str(int(label.value) + 1)))
display(stepping, button.add_class("plain"), label.add_class("plain-label"))
"""
PRESS = """
([button, changing]) => new Promise((resolve, reject) => {
  const began = performance.now();
  const seen = new MutationObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - began));
  });
  seen.observe(document.querySelector(changing), {
    attributes: true, attributeFilter: ["data-number"], childList: true,
  });
  setTimeout(() => reject(new Error("nothing happened")), 10000);
  document.querySelector(button).click();
})
"""


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in SIDES}
    with tempfile.TemporaryDirectory() as folder, running_lab(Path(folder)) as lab:
        page = lab.open([CELL], height=1800)
        lab.run_all(page)
        page.wait_for_selector(".gn-stepper")
        for _ in range(PRESSES):
            for name, side in SIDES.items():
                times[name].append(page.evaluate(PRESS, side))
        page.close()
    print(f"{PRESSES} presses of each, from the click to the changed picture, in milliseconds")
    for name, measured in times.items():
        measured.sort()
        most = measured[PRESSES * 9 // 10]
        print(f"{name:13} median {statistics.median(measured):4.0f}, nine of ten below {most:4.0f}")


if __name__ == "__main__":
    main()
