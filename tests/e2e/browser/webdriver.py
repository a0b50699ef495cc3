"""A WebDriver client on the standard library: starts chromedriver, drives one headless Chromium."""
import base64
import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004"}
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"]


class WebDriverError(Exception):
    pass


class Browser:
    def __init__(self, width=1280, height=900, lang="en", dark=False, javascript=True):
        self.profile = tempfile.mkdtemp(prefix="browser-")
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.session = None
        try:
            self._wait_driver()
            flags = FLAGS + [f"--user-data-dir={self.profile}", f"--window-size={width},{height}", f"--lang={lang}"]
            if dark:
                flags.append("--blink-settings=preferredColorScheme=0")
            prefs = {"intl.accept_languages": lang}
            if not javascript:
                prefs["profile.managed_default_content_settings.javascript"] = 2
            options = {"args": flags, "prefs": prefs}
            answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
            self.session = answer["sessionId"]
        except BaseException:
            self.close()
            raise

    def _wait_driver(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                self._call("GET", "/status")
                return
            except (OSError, WebDriverError):
                if time.monotonic() > deadline:
                    raise WebDriverError("chromedriver did not start within 30 s") from None
                time.sleep(0.1)

    def _call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data=data, method=method, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise WebDriverError(json.load(error)["value"]["message"].splitlines()[0]) from None

    def _do(self, method, path, body=None):
        return self._call(method, f"/session/{self.session}{path}", body)

    def close(self):
        try:
            if self.session:
                self._do("DELETE", "")
        except (OSError, WebDriverError):
            pass
        self.process.terminate()
        self.process.wait(timeout=20)
        shutil.rmtree(self.profile, ignore_errors=True)

    def open(self, url):
        self._do("POST", "/url", {"url": url})

    def url(self):
        return self._do("GET", "/url")

    def title(self):
        return self._do("GET", "/title")

    def size(self, width, height):
        # Emulated, because a headless window has a least width.
        self._do("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}})

    def dark(self, on):
        self._do("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if on else "light"}]}})

    def script(self, source, *args):
        return self._do("POST", "/execute/sync", {"script": source, "args": list(args)})

    def all(self, css):
        return [e[ELEMENT] for e in self._do("POST", "/elements", {"using": "css selector", "value": css})]

    def wait(self, what, probe, seconds=20):
        """Waits until probe() is truthy and returns it; fails by name."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                value = probe()
                if value:
                    return value
            except WebDriverError:
                value = None
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s for {what}")
            time.sleep(0.1)

    def find(self, css):
        return self.wait(css, lambda: self.all(css))[0]

    def click(self, css):
        self._do("POST", f"/element/{self.find(css)}/click", {})

    def type(self, css, text):
        self._do("POST", f"/element/{self.find(css)}/value", {"text": text})

    def press(self, key):
        """A key to whatever has the focus."""
        value = KEYS.get(key, key)
        self._do("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": [
            {"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]}]})

    def text(self, css):
        return self.script("const e = document.querySelector(arguments[0]); return e ? e.innerText : null", css)

    def texts(self, css):
        return self.script("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)", css)

    def visible(self, css):
        return self.script("const e = document.querySelector(arguments[0]); return !!e && e.checkVisibility()", css)

    def errors(self):
        """What the page complained about since the last call."""
        return [e["message"] for e in self._do("POST", "/se/log", {"type": "browser"}) if e["level"] == "SEVERE"]

    def screenshot(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self._do("GET", "/screenshot")))
