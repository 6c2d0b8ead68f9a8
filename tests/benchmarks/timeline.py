"""How smoothly a timeline of many events pans and zooms: frames per second in headless Chromium.

    python tests/benchmarks/timeline.py [EVENTS]

A browser draws at most 60 frames a second. The mouse wheel turns once for every frame.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from guessnet.notebook import to_html
from guessnet.trace import Event, Recording

CHROMIUM = "/usr/bin/chromium"
CLIENTS = 30
FRAMES = 180

#: Turns the wheel once a frame, and gives the milliseconds from frame to frame.
TURN = """([deltaX, deltaY, back]) => new Promise((resolve) => {
  const canvas = document.querySelector("canvas");
  canvas.focus();
  const box = canvas.getBoundingClientRect();
  const times = [];
  const turn = (time) => {
    times.push(time);
    if (times.length > FRAMES) return resolve(times.slice(1).map((each, n) => each - times[n]));
    const way = Math.floor(times.length / back) % 2 ? -1 : 1;
    canvas.dispatchEvent(new WheelEvent("wheel", {
      deltaX: way * deltaX, deltaY: way * deltaY, cancelable: true,
      clientX: box.left + box.width * 0.6, clientY: box.top + 50,
    }));
    requestAnimationFrame(turn);
  };
  requestAnimationFrame(turn);
})""".replace("FRAMES", str(FRAMES))


def main(count: int) -> None:
    page_file = Path(tempfile.mkdtemp()) / "timeline.html"
    page_file.write_text(to_html(recording(count)), "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        for scale in (1, 2):
            page = browser.new_page(
                viewport={"width": 1100, "height": 900}, device_scale_factor=scale
            )
            page.goto(page_file.as_uri())
            page.locator("canvas").wait_for()
            print(f"{count:,} events, {scale} device pixels to a CSS pixel: frames per second")
            report(page, "zooming, all in sight", [0, -4, 30])
            report(page, "panning, all in sight", [6, 0, 30])
            page.evaluate(TURN, [0, -20, 1000])
            report(page, "zooming, some in sight", [0, -30, 30])
            report(page, "panning, some in sight", [20, 0, 60])
            page.close()
        browser.close()


def report(page: Page, what: str, wheel: list[int]) -> None:
    frames = sorted(page.evaluate(TURN, wheel))
    late = frames[int(len(frames) * 0.95)]
    print(
        f"  {what:24} {1000 / statistics.mean(frames):5.1f}   95 % within {late:.0f} ms,"
        f" the slowest {frames[-1]:.0f} ms"
    )


def recording(count: int) -> Recording:
    """A threaded server with many clients, each of whom guesses again and again."""
    made = Recording("threaded")
    t = 0.0
    steps = [("call", "recv"), ("recv", b"50"), ("call", "send"), ("send", "너무 높아요".encode())]
    for number in range(count):
        turn, which = divmod(number, len(steps))
        kind, data = steps[which]
        client = turn % CLIENTS + 1
        kernel = {"waiting": turn % 5, "unread": {f"client {client}": turn % 7}, "unsent": {}}
        t += 0.0002 + 0.0003 * (number % 3)
        thread = f"Thread-{client} (handle)"
        made(Event(kind, client, data, thread, 20, t, {}, kernel))
    return made


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
