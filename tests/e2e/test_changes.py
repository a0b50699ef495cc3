"""Changes to a running guide, under load: nobody may notice."""

import os
import unittest

from support import kube
from support.guide import Guide
from support.load import Load

VERSION = os.environ.get("SHOPKEEPER_GUIDE_VERSION", "0.1.0")
NEXT = os.environ.get("SHOPKEEPER_NEXT_VERSION", "0.1.1")


def found_something(status, body):
    """A search that lost its index would still answer 200: look at the hits."""
    if status != 200:
        return f"status {status}"
    return None if b'"hits":[{' in body.replace(b" ", b"") else "no hits"


class Changes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guide = Guide("change")
        cls.guide.apply(VERSION)
        cls.guide.wait_ready()

    @classmethod
    def tearDownClass(cls):
        cls.guide.close()

    def load(self, rate=25):
        urls = [base + f"/api/search?q={word}&lang=en"
                for base in self.guide.base_urls() for word in ("laptop", "camera", "coffee")]
        return Load(urls, rate=rate, judge=found_something)

    def converged(self, version):
        def check():
            obj = self.guide.object()
            return kube.is_true(obj, "Ready") and obj["status"].get("version") == version and all(
                part["ready"] == part["desired"] == part["updated"]
                for part in obj["status"]["components"])
        return check

    def test_1_scale_up_and_down(self):
        self.guide.apply(VERSION, {"components": {"search": {"replicas": 3}}})
        kube.wait_for("three search pods", lambda: len(self.guide.running("search")) == 3, 120)
        with self.load() as load:
            self.guide.apply(VERSION, {"components": {"search": {"replicas": 2}}})
            kube.wait_for("two search pods", lambda: len(self.guide.pods("search")) == 2, 120)
        summary = load.summary()
        print(f"    scaling down: {summary}")
        self.assertEqual(summary["failed"], 0)

    def test_2_new_version_without_a_failed_request(self):
        with self.load() as load:
            self.guide.apply(NEXT)
            kube.wait_for(f"all of the guide is at {NEXT}", self.converged(NEXT), 240)
        summary = load.summary()
        print(f"    new version: {summary}")
        self.assertGreater(summary["sent"], 100)
        self.assertEqual(summary["failed"], 0)

    def test_3_deleted_pod_is_replaced_without_a_failed_request(self):
        victim = self.guide.running("search")[0]
        with self.load() as load:
            kube.kubectl("delete", "pod", victim, "-n", self.guide.namespace, "--wait=false")
            kube.wait_for("the pod was replaced", lambda: victim not in
                          [pod["metadata"]["name"] for pod in self.guide.pods("search")] and
                          len(self.guide.running("search")) == 2, 120)
        summary = load.summary()
        print(f"    pod deleted: {summary}")
        self.assertEqual(summary["failed"], 0)

    def test_4_drift_is_corrected(self):
        before = kube.get("deployment", "change-search", self.guide.namespace)
        kube.kubectl("scale", "deployment", "change-search", "-n", self.guide.namespace,
                     "--replicas=5")
        kube.kubectl("delete", "service", "change-dialogue", "-n", self.guide.namespace)
        kube.wait_for("replicas are as described", lambda: kube.get(
            "deployment", "change-search", self.guide.namespace)["spec"]["replicas"] ==
            before["spec"]["replicas"], 60)
        kube.wait_for("the service is back", lambda: kube.get(
            "service", "change-dialogue", self.guide.namespace), 60)

    def test_5_mutual_tls_on_and_off_without_a_failed_request(self):
        version = self.guide.object()["spec"]["version"]
        with self.load() as load:
            for mode in ("Permissive", "Strict", "Permissive", "Off"):
                self.guide.apply(version, {"traffic": {"mtls": {"mode": mode}}})
                kube.wait_for(f"all of the guide is {mode}", self.converged(version), 240)
                if mode == "Strict":
                    self.assertGreater(self.secured("search"), 0)
        summary = load.summary()
        print(f"    mutual TLS: {summary}")
        self.assertGreater(summary["sent"], 100)
        self.assertEqual(summary["failed"], 0)

    def secured(self, component):
        """Connections with TLS that the component's sidecars took."""
        texts = [kube.kubectl("get", "--raw", f"/api/v1/namespaces/{self.guide.namespace}/pods/{pod}:8081/proxy/metrics")
                 for pod in self.guide.running(component)]
        return sum(float(line.rsplit(" ", 1)[1]) for text in texts for line in text.splitlines()
                   if line.startswith('shopkeeper_sidecar_mesh_connections_total{door="ingress"}'))


if __name__ == "__main__":
    unittest.main()
