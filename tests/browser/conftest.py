"""A real JupyterLab, or Notebook 7, in a real browser.

It has folders of its own, and ends with the tests. For screenshots by hand:

>>> with running_lab(Path("/tmp/lab")) as lab:
...     page = lab.open(["1 + 1"], width=420, dark=True)
...     lab.run_all(page)
...     lab.shoot(page, ".gn-players", "/tmp/shots/players.png")
"""

import contextlib
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
TOKEN = "guessnet"
START_TIMEOUT = 60  # seconds, as every time-out here that is not in milliseconds

expect.set_options(timeout=20_000)


class App(NamedTuple):
    """What Jupyter runs as."""

    module: str
    path: str  #: of a notebook's page
    status: str  #: where the state of the kernel can be read
    idle: str  #: what stands there when it does nothing


LAB = App("jupyterlab", "doc/tree", "#jp-main-statusbar", "| Idle")
NOTEBOOK = App("notebook", "notebooks", ".jp-Notebook-ExecutionIndicator-tooltip", "Idle")


class Lab:
    """A running JupyterLab, and the browser that looks at it."""

    def __init__(
        self, url: str, folder: Path, settings: Path, browser: Browser, app: App = LAB
    ) -> None:
        self.url = url
        self._app = app
        self.folder = folder
        self._settings = settings
        self._browser = browser
        self._numbers = itertools.count(1)

    def open(
        self, cells: Sequence[str], *, width: int = 1100, height: int = 900, dark: bool = False
    ) -> Page:
        """Open a new notebook with these cells, and wait until its kernel is ready."""
        name = f"notebook{next(self._numbers)}.ipynb"
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, self.folder / name)
        self._set("themes", {"theme": "JupyterLab Dark" if dark else "JupyterLab Light"})
        page = self._browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(20_000)
        page.goto(f"{self.url}/{self._app.path}/{name}?token={TOKEN}&reset")
        self.wait_until_idle(page)
        return page

    def _set(self, plugin: str, settings: dict[str, object]) -> None:
        folder = self._settings / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{plugin}.jupyterlab-settings").write_text(json.dumps(settings))

    def wait_until_idle(self, page: Page) -> None:
        """Wait until no cell is running; before that, Run All would ask for a kernel."""
        expect(page.locator(".jp-KernelName").first).to_contain_text("Python 3", timeout=60_000)
        status = page.locator(self._app.status)
        expect(status).to_contain_text(self._app.idle, timeout=60_000)

    def run_all(self, page: Page) -> None:
        self._menu(page, "Run", "Run All Cells")
        prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
        for prompt in prompts.all():
            expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=60_000)
        self.wait_until_idle(page)

    def restart(self, page: Page) -> None:
        """Restart the kernel; what the cells showed stays."""
        self._menu(page, "Kernel", "Restart Kernel…")
        page.locator(".jp-Dialog .jp-mod-accept").click()
        expect(page.locator(".jp-Dialog")).to_have_count(0)
        self.wait_until_idle(page)

    def shoot(self, page: Page, selector: str, path: str) -> None:
        """Save a picture of the first thing on the page that `selector` finds."""
        shown = page.locator(selector).first
        shown.scroll_into_view_if_needed()
        shown.screenshot(path=path)

    def _menu(self, page: Page, menu: str, item: str) -> None:
        page.locator("#jp-top-bar, #jp-MainMenu").get_by_text(menu, exact=True).first.click()
        page.locator(".lm-Menu-itemLabel", has_text=re.compile(rf"^{item}")).first.click()


@contextlib.contextmanager
def running_lab(folder: Path, app: App = LAB, disabled: Sequence[str] = ()) -> Iterator[Lab]:
    """Start JupyterLab, or another app, and Chromium; end both.

    `folder` gets everything that they write; `disabled` are extensions that are not to be loaded.
    """
    notebooks = folder / "notebooks"
    settings = folder / "settings"
    notebooks.mkdir(parents=True, exist_ok=True)
    (folder / "config" / "labconfig").mkdir(parents=True)
    page_config = {"disabledExtensions": dict.fromkeys(disabled, True)}
    (folder / "config" / "labconfig" / "page_config.json").write_text(json.dumps(page_config))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    command = [sys.executable, "-m", app.module, "--no-browser", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={notebooks}"]
    command += [f"--IdentityProvider.token={TOKEN}", "--LabApp.extension_manager=readonly"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with (folder / "jupyter.log").open("wb") as log:
        jupyter = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, jupyter, folder / "jupyter.log")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
            )
            lab = Lab(url, notebooks, settings, browser, app)
            lab._set("notification", {"fetchNews": "false", "checkForUpdates": False})
            yield lab
            browser.close()
    finally:
        jupyter.terminate()  # it ends its kernels itself
        try:
            jupyter.wait(10)
        except subprocess.TimeoutExpired:
            jupyter.kill()
            jupyter.wait()


def _wait_for(url: str, jupyter: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + START_TIMEOUT
    while True:
        try:
            urllib.request.urlopen(f"{url}/api?token={TOKEN}", timeout=5).close()
            return
        except OSError:
            if jupyter.poll() is not None or time.monotonic() > give_up:
                pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)


# For each module, since Playwright keeps an event loop running in this thread while it lives.
@pytest.fixture(scope="module")
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab, or what a module names as its `APP`, without what it names as `DISABLED`."""
    if not shutil.which(CHROMIUM):
        reason = f"there is no {CHROMIUM}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with running_lab(
        tmp_path_factory.mktemp("lab"),
        getattr(request.module, "APP", LAB),
        getattr(request.module, "DISABLED", ()),
    ) as running:
        yield running
