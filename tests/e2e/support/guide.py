"""One ShoppingGuide in a namespace of its own: apply, look, break, delete."""

import contextlib
import gzip
import json
import os
import pathlib
import random
import subprocess
import time
import urllib.request

from . import kube

ROOT = pathlib.Path(__file__).resolve().parents[3]
CATALOG_DATA = ROOT / "services" / "catalog-data"
COMPONENTS = ("ui", "search", "recommendation", "dialogue", "knowledge")


def demo_catalog(name):
    """The project's own catalogue as a ConfigMap object."""
    import base64
    files = {
        "catalog.jsonl.gz": gzip.compress((CATALOG_DATA / "catalog.jsonl").read_bytes(), mtime=0),
        "events.jsonl.gz": (CATALOG_DATA / "events.jsonl.gz").read_bytes(),
    }
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name},
            "binaryData": {key: base64.b64encode(data).decode() for key, data in files.items()}}


class Guide:
    """A guide named `name` in `namespace`. Creates the namespace, and deletes it at close()."""

    def __init__(self, name="demo", namespace=None, keep=False):
        self.name = name
        self.namespace = namespace or f"e2e-{name}-{random.randrange(16 ** 5):05x}"
        self._keep = keep
        self._catalog_sent = False
        kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self._keep:
            self.close()

    def close(self):
        kube.kubectl("delete", "guide", "--all", "-n", self.namespace, "--ignore-not-found",
                     "--timeout=120s", timeout=150, check=False)
        kube.kubectl("delete", "namespace", self.namespace, "--ignore-not-found", "--timeout=120s",
                     timeout=150, check=False)

    def apply(self, version, spec=None, catalog=True):
        """Applies the guide (and, the first time, its catalogue); returns the instant it was sent."""
        body = {"version": version, "components": {"ui": {"service": {"type": "NodePort"}}}}
        if catalog:
            if not self._catalog_sent:
                kube.apply(demo_catalog(f"{self.name}-catalog"), self.namespace)
                self._catalog_sent = True
            body["catalog"] = {"configMap": f"{self.name}-catalog"}
        for key, value in (spec or {}).items():
            if isinstance(value, dict) and isinstance(body.get(key), dict):
                body[key] = {**body[key], **value}
            else:
                body[key] = value
        sent = time.monotonic()
        kube.apply({"apiVersion": "shopkeeper.dev/v1alpha1", "kind": "ShoppingGuide",
                    "metadata": {"name": self.name}, "spec": body}, self.namespace)
        return sent

    def object(self):
        return kube.get("shoppingguide", self.name, self.namespace)

    def wait_ready(self, timeout=180):
        return kube.wait_for(f"guide {self.name} is Ready",
                             lambda: self._ready_object(), timeout)

    def _ready_object(self):
        obj = self.object()
        if obj and kube.is_true(obj, "Ready"):
            return obj
        raise ValueError(json.dumps((obj or {}).get("status", {}).get("conditions", "no status")))

    def pods(self, component=None):
        selector = f"app.kubernetes.io/instance={self.name},app.kubernetes.io/part-of=shopping-guide"
        if component:
            selector += f",app.kubernetes.io/component={component}"
        return kube.get("pods", namespace=self.namespace, selector=selector)

    def running(self, component):
        """Names of the pods that are Ready and not going away."""
        return [pod["metadata"]["name"] for pod in self.pods(component)
                if kube.condition(pod, "Ready").get("status") == "True"
                and "deletionTimestamp" not in pod["metadata"]]

    def base_urls(self):
        """The page's address on each node, through its NodePort."""
        service = kube.get("service", f"{self.name}-ui", self.namespace)
        port = service["spec"]["ports"][0]["nodePort"]
        addresses = kube.wait_for("a node is Ready", kube.node_addresses, 120)
        return [f"http://{address}:{port}" for address in addresses]

    def get_json(self, path, timeout=10):
        with urllib.request.urlopen(self.base_urls()[0] + path, timeout=timeout) as answer:
            return json.load(answer)

    def post_json(self, path, body, timeout=10):
        request = urllib.request.Request(self.base_urls()[0] + path, json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.load(answer)


def kill_process(namespace, pod, container):
    """kill -9 of a container's first process on the local cluster, from outside its pod.

    Elsewhere the nearest thing that needs no access to the node: a forced deletion.
    """
    if not kube.on_local_cluster():
        kube.kubectl("delete", "pod", pod, "-n", namespace, "--grace-period=0", "--force")
        return "forced deletion of the pod"
    subprocess.run([str(ROOT / "tests" / "cluster" / "cluster"), "signal", namespace, pod, container, "KILL"],
                   check=True, capture_output=True, text=True)
    return "kill -9 of its process"


@contextlib.contextmanager
def operator_stopped():
    """Scales the operator to zero for the time of the block."""
    namespace = os.environ.get("SHOPKEEPER_NAMESPACE", "shopkeeper-system")
    name = kube.get("deployments", namespace=namespace,
                    selector="app.kubernetes.io/name=shopkeeper-operator")[0]["metadata"]["name"]
    before = kube.get("deployment", name, namespace)["spec"]["replicas"]
    kube.kubectl("scale", "deployment", name, "-n", namespace, "--replicas=0")
    kube.wait_for("operator pods are gone", lambda: not kube.get(
        "pods", namespace=namespace, selector="app.kubernetes.io/name=shopkeeper-operator"), 90)
    try:
        yield
    finally:
        kube.kubectl("scale", "deployment", name, "-n", namespace, f"--replicas={before}")
        kube.kubectl("rollout", "status", f"deployment/{name}", "-n", namespace, "--timeout=90s")
