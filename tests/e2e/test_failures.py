"""Things break: the guide stays open."""

import os
import time
import unittest

from support import kube
from support.guide import Guide, kill_process, operator_stopped
from support.load import Load
from test_changes import found_something

VERSION = os.environ.get("SHOPKEEPER_GUIDE_VERSION", "0.1.0")


class Failures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guide = Guide("fail")
        cls.guide.apply(VERSION)
        cls.guide.wait_ready()

    @classmethod
    def tearDownClass(cls):
        cls.guide.close()

    def load(self, rate=25):
        urls = [base + "/api/search?q=speaker&lang=en" for base in self.guide.base_urls()]
        return Load(urls, rate=rate, judge=found_something)

    def killed_search_survives(self):
        kube.wait_for("two search pods", lambda: len(self.guide.running("search")) >= 2, 120)
        victim = self.guide.running("search")[0]
        with self.load() as load:
            kube.wait_for("requests run", lambda: len(load.snapshot()) >= 50, 60)
            how = kill_process(self.guide.namespace, victim, "search")
            killed = len(load.snapshot())
            kube.wait_for("requests ran on after it",
                          lambda: len(load.snapshot()) >= killed + 150, 60)
        summary = load.summary()
        print(f"    {how}: {summary}")
        return summary

    def test_1_killed_process(self):
        self.assertEqual(self.killed_search_survives()["failed"], 0)

    def test_2_operator_stopped_guide_serves_and_survives(self):
        with operator_stopped():
            summary = self.killed_search_survives()
            self.assertEqual(summary["failed"], 0)
            # A replacement that no operator has announced is found and used (static stability).
            gone = self.guide.running("search")
            for victim in gone:
                kube.kubectl("delete", "pod", victim, "-n", self.guide.namespace, "--wait=false")
                kube.wait_for("a replacement is ready", lambda name=victim: len(
                    [pod for pod in self.guide.running("search") if pod not in gone[:gone.index(name) + 1]]
                ) >= 2, 120)
            kube.wait_for("search works through pods no operator announced", lambda:
                          self.guide.get_json("/api/search?q=speaker&lang=en")["total"] > 0 and
                          not self.guide.get_json("/api/search?q=speaker&lang=en").get("stale"), 60)
        self.guide.wait_ready()

    def test_3_page_works_while_a_service_is_gone(self):
        spec = {"components": {"dialogue": {"replicas": 0}}}
        self.guide.apply(VERSION, spec)
        kube.wait_for("dialogue is gone", lambda: not self.guide.pods("dialogue"), 90)
        found = self.guide.get_json("/api/search?q=speaker&lang=en")
        self.assertGreater(found["total"], 0)
        status = self.guide.get_json("/api/status")
        self.assertIn("dialogue", str(status))
        self.guide.apply(VERSION)
        self.guide.wait_ready()


if __name__ == "__main__":
    unittest.main()
