"""A person's visit in a real browser: searches, opens a product, asks a question."""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from support.guide import Guide

VERSION = os.environ.get("SHOPKEEPER_GUIDE_VERSION", "0.1.0")
VISIT = pathlib.Path(__file__).resolve().parent / "browser" / "guide_browser_test.py"


class Browser(unittest.TestCase):
    def test_visit(self):
        if not shutil.which("chromedriver"):
            self.skipTest("no chromedriver (apt-get install chromium chromium-driver)")
        with Guide("visit") as guide:
            guide.apply(VERSION)
            guide.wait_ready()
            done = subprocess.run([sys.executable, str(VISIT), guide.base_urls()[0]], text=True,
                                  capture_output=True, timeout=300, check=False)
            print("\n".join("    " + line for line in done.stdout.splitlines()))
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
