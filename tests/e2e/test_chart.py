"""Helm upgrades, uninstalls and reinstalls the operator; guides stay open all the while."""

import json
import os
import pathlib
import subprocess
import unittest

from support import kube
from support.guide import ROOT, Guide
from support.load import Load
from test_changes import found_something

VERSION = os.environ.get("SHOPKEEPER_GUIDE_VERSION", "0.1.0")
NAMESPACE = os.environ.get("SHOPKEEPER_NAMESPACE", "shopkeeper-system")
CHART = str(pathlib.Path(ROOT) / "helm" / "shopkeeper")


def helm(*args):
    """Runs helm in the operator's namespace and returns its standard output."""
    done = subprocess.run(["helm", *args, "-n", NAMESPACE], text=True, capture_output=True,
                          timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(f"helm {' '.join(args)}: {done.stderr}")
    return done.stdout


class Chart(unittest.TestCase):
    def test_upgrade_uninstall_reinstall(self):
        values = json.loads(helm("get", "values", "shopkeeper", "-o", "json")) or {}
        with Guide("chart") as guide:
            guide.apply(VERSION)
            guide.wait_ready()
            urls = [base + "/api/search?q=watch&lang=en" for base in guide.base_urls()]
            with Load(urls, rate=10, judge=found_something) as load:
                helm("upgrade", "shopkeeper", CHART, "--reuse-values", "--set", "logLevel=debug",
                     "--wait", "--timeout", "3m")
                guide.wait_ready()

                helm("uninstall", "shopkeeper", "--wait", "--timeout", "2m")
                self.assertIsNotNone(guide.object(), "uninstalling took the guides along")
                self.assertEqual(len(guide.running("search")), 2)
            summary = load.summary()
            print(f"    upgrade and uninstall: {summary}")

            helm("upgrade", "--install", "shopkeeper", CHART, "--wait", "--timeout", "3m",
                 "--set-json", "image=" + json.dumps(values.get("image", {})),
                 "--set-json", "mesh=" + json.dumps(values.get("mesh", {})),
                 "--set-json", "podAnnotations=" + json.dumps(values.get("podAnnotations", {})))
            guide.apply(VERSION, {"components": {"search": {"replicas": 3}}})
            kube.wait_for("the new operator keeps the old guide",
                          lambda: len(guide.running("search")) == 3, 120)
            self.assertEqual(summary["failed"], 0)


if __name__ == "__main__":
    unittest.main()
