"""The two things compared: a guide's search component, and the same program behind a plain Service."""

import datetime
import json
import pathlib
import subprocess
import time

from support import kube

ROOT = pathlib.Path(__file__).resolve().parents[3]
CLUSTER = ROOT / "tests" / "cluster" / "cluster"
IMAGE = "localhost/shopkeeper/bench-backend:1"
REPLICAS = 3


def cluster(*args, check=True, timeout=60):
    """tests/cluster/cluster with these arguments; its standard output."""
    done = subprocess.run([str(CLUSTER), *args], text=True, capture_output=True, timeout=timeout,
                          check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"cluster {' '.join(args)}: {done.stderr.strip()}")
    return done.stdout


class Platform:
    """What a scenario breaks and where the load goes. `client` is the pod whose network sends it."""

    name = ""
    container = ""
    port = 0
    fresh_connections = False

    def __init__(self, namespace):
        self.namespace = namespace
        self.client = None
        self.faults = {}  # pod -> when its fault was made, Unix milliseconds, where that is known exactly

    def pods(self):
        raise NotImplementedError

    def out_of_rotation(self, pod):
        """Whether the platform sends `pod` no more requests, as far as it says so itself."""
        raise NotImplementedError

    def ejections(self, pods, since):
        """pod -> when its caller itself wrote down that it was found bad, Unix milliseconds, after `since`."""
        return {}

    def target(self):
        """Address and Host header of the load."""
        raise NotImplementedError

    def roll(self):
        raise NotImplementedError

    def names(self):
        return sorted(pod["metadata"]["name"] for pod in self.pods()
                      if "deletionTimestamp" not in pod["metadata"])

    def signal(self, pod, name):
        self.faults[pod] = int(cluster("signal", self.namespace, pod, self.container, name).split()[0])

    def control(self, pod, mode):
        cluster("pod-run", self.namespace, pod, "curl", "-sf", "-m", "5", "-X", "POST",
                f"http://127.0.0.1:{self.port}/control/{mode}")

    def settled(self):
        pods = [pod for pod in self.pods() if "deletionTimestamp" not in pod["metadata"]]
        return len(pods) == self.wanted() and len(pods) == len(self.pods()) and all(
            kube.condition(pod, "Ready").get("status") == "True" for pod in pods) and not any(
                self.out_of_rotation(pod["metadata"]["name"]) for pod in pods)

    def wanted(self):
        return REPLICAS


class PlainService(Platform):
    """A Deployment with probes every second, behind a ClusterIP Service."""

    name = "service"
    container = "backend"
    port = 8080
    fresh_connections = True  # a Service balances connections: kept ones would all lead to one pod

    def apply(self):
        probe = {"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 1, "timeoutSeconds": 1}
        labels = {"app": "plain"}
        kube.apply({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "plain"},
            "spec": {"replicas": REPLICAS, "selector": {"matchLabels": labels}, "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "topologySpreadConstraints": [{
                        "maxSkew": 1, "topologyKey": "kubernetes.io/hostname",
                        "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchLabels": labels}}],
                    "containers": [{
                        "name": "backend", "image": IMAGE, "imagePullPolicy": "IfNotPresent",
                        "args": ["--listen=0.0.0.0:8080"], "readinessProbe": probe,
                        "livenessProbe": {**probe, "periodSeconds": 10},
                        # The usual advice, so that a deletion is not what loses requests here.
                        "lifecycle": {"preStop": {"sleep": {"seconds": 3}}},
                        "env": [{"name": "POD_NAME", "valueFrom": {
                            "fieldRef": {"fieldPath": "metadata.name"}}}]}]}}}}, self.namespace)
        kube.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "plain"}, "spec": {
            "selector": labels, "ports": [{"port": 80, "targetPort": 8080}]}}, self.namespace)

    def pods(self):
        return kube.get("pods", namespace=self.namespace, selector="app=plain")

    def target(self):
        return kube.get("service", "plain", self.namespace)["spec"]["clusterIP"] + ":80", "plain"

    def out_of_rotation(self, pod):
        for slice_ in kube.get("endpointslices", namespace=self.namespace,
                               selector="kubernetes.io/service-name=plain"):
            for endpoint in slice_.get("endpoints") or []:
                if endpoint.get("targetRef", {}).get("name") == pod:
                    return not endpoint["conditions"].get("ready")
        return True

    def roll(self):
        kube.kubectl("rollout", "restart", "deployment/plain", "-n", self.namespace)


class Shopkeeper(Platform):
    """A guide whose services are all the test program; the load goes through ui's sidecar."""

    name = "shopkeeper"
    container = "search"
    port = 9080
    guide = "bench"

    def __init__(self, namespace):
        super().__init__(namespace)
        self.addresses = {}

    def apply(self):
        components = {name: {"image": IMAGE, "replicas": 1} for name in
                      ("ui", "search", "recommendation", "dialogue", "knowledge")}
        del components["knowledge"]["replicas"]
        components["search"].update(
            replicas=REPLICAS, standby={"replicas": 1},
            probe={"path": "/v1/answer?q=probe", "expect": '"q":"probe"', "interval": "250ms"})
        self.spec = {"version": "0.1.0", "components": components}
        self._send()

    def _send(self):
        kube.apply({"apiVersion": "shopkeeper.dev/v1alpha1", "kind": "ShoppingGuide",
                    "metadata": {"name": self.guide}, "spec": self.spec}, self.namespace)

    def _selected(self, component):
        return kube.get("pods", namespace=self.namespace,
                        selector=f"app.kubernetes.io/instance={self.guide},"
                                 f"app.kubernetes.io/component={component}")

    def pods(self):
        return [pod for pod in self._selected("search")
                if pod["metadata"]["labels"].get("shopkeeper.dev/tier", "primary") != "standby"]

    def client_pod(self):
        return self._selected("ui")[0]

    def target(self):
        return "127.0.0.1:9000", "search"

    def upstreams(self):
        return json.loads(cluster("pod-run", self.namespace, self.client, "curl", "-sf", "-m", "3",
                                  "http://127.0.0.1:8081/debug/upstreams"))

    def out_of_rotation(self, pod):
        address = self._address(pod)
        try:
            seen = self.upstreams()
        except (RuntimeError, ValueError):
            return False
        for upstream in seen["upstreams"]:
            if upstream["name"] != "search":
                continue
            for endpoint in upstream["endpoints"]:
                if endpoint["address"].rpartition(":")[0] == address:
                    return endpoint["health"] != "healthy" or endpoint.get("terminating", False)
        return True

    # With the operator away new pods come from DNS, which knows no names.
    def _address(self, pod):
        if pod not in self.addresses:
            self.addresses.update({each["metadata"]["name"]: each["status"].get("podIP", "")
                                   for each in self.pods()})
        return self.addresses.get(pod, "")

    def ejections(self, pods, since):
        seconds = int(time.time() - since / 1000) + 2
        lines = kube.kubectl("logs", self.client, "-c", "sidecar", "-n", self.namespace, f"--since={seconds}s")
        found = {}
        for line in lines.splitlines():
            if '"endpoint ejected"' not in line:
                continue
            event = json.loads(line)
            at = datetime.datetime.fromisoformat(event["@timestamp"].replace("Z", "+00:00")).timestamp() * 1000
            for pod in pods:
                if at >= since and event["upstream.address"].rpartition(":")[0] == self._address(pod):
                    found.setdefault(pod, at)
        return found

    def roll(self):
        cpu = "51m" if self.spec["components"]["search"].get("resources") is None else None
        if cpu:
            self.spec["components"]["search"]["resources"] = {
                "requests": {"cpu": cpu, "memory": "64Mi"}, "limits": {"memory": "512Mi"}}
        else:
            del self.spec["components"]["search"]["resources"]
        self._send()


def wait_settled(platform, timeout=240):
    kube.wait_for(f"{platform.name} is whole again", platform.settled, timeout, interval=0.5)
    time.sleep(2)  # so that one scenario's echo is not counted in the next
