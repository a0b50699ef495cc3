"""What is broken, and how it is mended. Each takes a platform and the names of its pods."""

import dataclasses
import typing

from platforms import cluster
from support import kube


@dataclasses.dataclass
class Scenario:
    name: str
    inject: typing.Callable
    mend: typing.Callable = lambda platform, pods: None
    seconds: float = 14.0
    post: bool = False


def _each(pods, action):
    for pod in pods:
        action(pod)


def _quiet(action):
    """For mending: what is gone needs no mending."""
    try:
        action()
    except (RuntimeError, kube.KubectlError):
        pass


def _mode(mode):
    return Scenario(mode, lambda p, pods: p.control(pods[0], mode),
                    lambda p, pods: _quiet(lambda: p.control(pods[0], "ok")))


def _other_node(platform):
    """The node that the client is not on."""
    client = kube.get("pod", platform.client, platform.namespace)["spec"]["nodeName"]
    return next(name for name in sorted(node["metadata"]["name"] for node in kube.get("nodes"))
                if name != client)


SCENARIOS = [
    Scenario("kill -9", lambda p, pods: p.signal(pods[0], "KILL")),
    Scenario("kill -9, writes", lambda p, pods: p.signal(pods[0], "KILL"), post=True),
    Scenario("hang (SIGSTOP)", lambda p, pods: p.signal(pods[0], "STOP"),
             lambda p, pods: _quiet(lambda: p.signal(pods[0], "CONT"))),
    dataclasses.replace(_mode("errors"), name="500s"),
    dataclasses.replace(_mode("slow"), name="10x slower"),
    dataclasses.replace(_mode("wrong"), name="wrong body"),
    Scenario("pod deleted", lambda p, pods: kube.kubectl(
        "delete", "pod", pods[0], "-n", p.namespace, "--wait=false")),
    Scenario("rolling update", lambda p, pods: p.roll(), seconds=40),
    Scenario("partition of one pod", lambda p, pods: cluster("partition", p.namespace, pods[0], "on"),
             lambda p, pods: _quiet(lambda: cluster("partition", p.namespace, pods[0], "off")),
             seconds=20),
    Scenario("all primaries dead", lambda p, pods: _each(pods, lambda pod: p.signal(pod, "STOP")),
             lambda p, pods: _each(pods, lambda pod: _quiet(lambda: p.signal(pod, "CONT")))),
    Scenario("node lost", lambda p, pods: cluster("node-stop", _other_node(p)),
             lambda p, pods: cluster("node-start", _other_node(p), timeout=120), seconds=30),
]
