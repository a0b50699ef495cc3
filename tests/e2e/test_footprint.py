"""What the operator and a sidecar weigh, as the processes themselves report it."""

import os
import unittest

from support import kube
from support.guide import Guide

VERSION = os.environ.get("SHOPKEEPER_GUIDE_VERSION", "0.1.0")
NAMESPACE = os.environ.get("SHOPKEEPER_NAMESPACE", "shopkeeper-system")
# The aims are 40 MB and 12 MB; the bounds leave room for a machine that is under pressure.
OPERATOR_BOUND_MB = 60
SIDECAR_BOUND_MB = 18


def resident_mb(namespace, pod, port):
    """process_resident_memory_bytes of a pod's /metrics, in MB (10^6 bytes)."""
    text = kube.kubectl("get", "--raw",
                        f"/api/v1/namespaces/{namespace}/pods/{pod}:{port}/proxy/metrics")
    for line in text.splitlines():
        if line.startswith("process_resident_memory_bytes "):
            return float(line.split()[1]) / 1e6
    raise ValueError(f"{pod} reports no process_resident_memory_bytes")


class Footprint(unittest.TestCase):
    def test_operator_and_sidecar_are_small(self):
        with Guide("weigh") as guide:
            guide.apply(VERSION)
            guide.wait_ready()
            operators = {pod["metadata"]["name"]: resident_mb(
                NAMESPACE, pod["metadata"]["name"], 8080) for pod in kube.get(
                    "pods", namespace=NAMESPACE,
                    selector="app.kubernetes.io/name=shopkeeper-operator")}
            sidecars = {pod["metadata"]["name"]: resident_mb(
                guide.namespace, pod["metadata"]["name"], 8081) for pod in guide.pods()}
        print(f"    operator (aim 40 MB): {operators}")
        print(f"    sidecars, idle (aim 12 MB): {sidecars}")
        self.assertLess(max(operators.values()), OPERATOR_BOUND_MB)
        self.assertLess(max(sidecars.values()), SIDECAR_BOUND_MB)


if __name__ == "__main__":
    unittest.main()
