# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium, driven over its DevTools pipe: needs no network, no driver and no window system."""
import atexit
import base64
import json
import os
import shutil
import subprocess

from harness import PATIENCE, Skip, clean_environment, scratch_folder

QUIET = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
         "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-extensions", "--disable-crash-reporter", "--mute-audio", "--hide-scrollbars",
         "--remote-debugging-pipe")


class Browser:
    """One page. What it asked for is in `requests`, why what was refused in `refused`, its console in `console`."""

    def __init__(self):
        program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        if not program:
            raise Skip("no Chromium is installed: tests/install browser")
        self.requests, self.refused, self.console, self.number, self.bytes = [], [], [], 0, b""
        commands_out, self.commands = os.pipe()
        self.answers, answers_in = os.pipe()
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" 3<&{commands_out} 4>&{answers_in}', "sh", program, *QUIET,
             f"--user-data-dir={scratch_folder()}", "about:blank"],
            pass_fds=(commands_out, answers_in), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=clean_environment())
        os.close(commands_out)
        os.close(answers_in)
        atexit.register(self.close)
        self.session = None
        target = next(one for one in self.call("Target.getTargets")["targetInfos"] if one["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)

    def _read(self):
        while b"\0" not in self.bytes:
            more = os.read(self.answers, 1 << 20)
            if not more:
                raise AssertionError(f"chromium ended, status {self.process.wait(PATIENCE)}")
            self.bytes += more
        message, self.bytes = self.bytes.split(b"\0", 1)
        message = json.loads(message)
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        elif message.get("method") == "Network.loadingFailed":
            self.refused.append(message["params"].get("blockedReason"))
        elif message.get("method") in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            self.console.append(message["params"])
        return message

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self.number:
            pass
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def show(self, url, width=1280, height=900, dark=False):
        """Loads @url in a window of @width CSS pixels, which a headless window of its own cannot be below 500."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1 if width > 600 else 2, mobile=width <= 600)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.requests.clear()
        self.refused.clear()
        self.call("Page.navigate", url=url)
        while self._read().get("method") != "Page.loadEventFired":
            pass

    def ask(self, expression):
        """The value of a JavaScript expression in the page, though the page itself runs none."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self, path):
        height = self.ask("document.documentElement.scrollHeight")
        width = self.ask("innerWidth")
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})
        path.write_bytes(base64.b64decode(shot["data"]))
