"""From `kubectl apply` to Ready, and from `kubectl delete` to nothing."""

import os
import time
import unittest

from support import kube
from support.guide import COMPONENTS, Guide

VERSION = os.environ.get("SHOPKEEPER_GUIDE_VERSION", "0.1.0")
NAMESPACED_KINDS = ("deployments,statefulsets,replicasets,pods,services,endpointslices,configmaps,"
                    "serviceaccounts,poddisruptionbudgets,networkpolicies,persistentvolumeclaims,"
                    "secrets,roles,rolebindings,leases")
# What Kubernetes itself puts into every namespace.
NATIVE = {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}


class Lifecycle(unittest.TestCase):
    def test_apply_to_ready_and_delete_leaves_nothing(self):
        with Guide("life") as guide:
            # The record outlives its guide unless the guide says otherwise.
            sent = guide.apply(VERSION, {"components": {
                "ui": {"service": {"type": "NodePort"}},
                "knowledge": {"store": {"sqlite": {"whenDeleted": "Delete"}}}}})
            obj = guide.wait_ready(timeout=180)
            print(f"    Ready {time.monotonic() - sent:.1f} s after apply (aim: 60 s)")

            self.assertEqual(obj["status"]["observedGeneration"], obj["metadata"]["generation"])
            for component in COMPONENTS:
                self.assertTrue(guide.running(component), f"no ready pod of {component}")
            found = guide.get_json("/api/search?q=headphones&lang=en")
            self.assertGreater(found["total"], 0)

            kube.kubectl("delete", "guide", "life", "-n", guide.namespace, "--timeout=120s",
                         timeout=150)
            kube.kubectl("delete", "configmap", "life-catalog", "-n", guide.namespace)

            def leftovers():
                items = kube.get(NAMESPACED_KINDS, namespace=guide.namespace)
                return [(item["kind"], item["metadata"]["name"]) for item in items
                        if (item["kind"], item["metadata"]["name"]) not in NATIVE]

            kube.wait_for("the namespace is empty again", lambda: (not leftovers()) or
                          (_ for _ in ()).throw(ValueError(leftovers())), 120)

            def volumes():
                return [pv["metadata"]["name"] for pv in kube.get("persistentvolumes")
                        if pv["spec"].get("claimRef", {}).get("namespace") == guide.namespace]

            # The provisioner deletes a volume's data, and then the volume, after its claim is gone.
            kube.wait_for("its volumes are gone", lambda: not volumes(), 60)



if __name__ == "__main__":
    unittest.main()
