"""kubectl as functions that return parsed objects and fail with its own words."""

import json
import os
import subprocess
import time


class KubectlError(RuntimeError):
    """kubectl said no; the message is what it printed."""


def kubectl(*args, stdin=None, timeout=120, check=True):
    """Runs kubectl and returns its standard output."""
    done = subprocess.run(["kubectl", *args], input=stdin, text=True, capture_output=True,
                          timeout=timeout, check=False)
    if check and done.returncode != 0:
        raise KubectlError(f"kubectl {' '.join(args)}: {done.stderr.strip()}")
    return done.stdout


def get(kind, name=None, namespace=None, selector=None):
    """One object, or None where it does not exist; a list of objects without a name."""
    args = ["get", kind]
    if name:
        args.append(name)
    if namespace:
        args += ["-n", namespace]
    if selector:
        args += ["-l", selector]
    args += ["-o", "json", "--ignore-not-found"]
    text = kubectl(*args)
    if not text.strip():
        return None if name else []
    parsed = json.loads(text)
    return parsed if name else parsed["items"]


def apply(obj, namespace=None, server_side=True):
    """Applies an object (a dict, or YAML text)."""
    text = obj if isinstance(obj, str) else json.dumps(obj)
    args = ["apply", "-f", "-"]
    if server_side:
        args += ["--server-side", "--force-conflicts", "--field-manager=shopkeeper-e2e"]
    if namespace:
        args += ["-n", namespace]
    return kubectl(*args, stdin=text)


def wait_for(what, check, timeout, interval=0.2):
    """Polls `check` until it returns something true, and returns that.

    Fails with `what` and the last value or error seen, so that the log says how far things were.
    """
    deadline = time.monotonic() + timeout
    last = None
    while True:
        try:
            last = check()
            if last:
                return last
        except (KubectlError, OSError, LookupError, ValueError) as problem:
            last = problem
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what} (last seen: {str(last)[:600]})")
        time.sleep(interval)


def condition(obj, kind):
    """The condition of that type, or an empty dict."""
    for entry in (obj or {}).get("status", {}).get("conditions", []):
        if entry["type"] == kind:
            return entry
    return {}


def is_true(obj, kind):
    """Whether a condition is True for the object's current generation."""
    entry = condition(obj, kind)
    observed = entry.get("observedGeneration", obj["metadata"]["generation"]) if obj else None
    return entry.get("status") == "True" and observed == obj["metadata"]["generation"]


def node_addresses():
    """Internal addresses of the nodes that are Ready."""
    found = []
    for node in get("nodes"):
        if condition(node, "Ready").get("status") != "True":
            continue
        found += [a["address"] for a in node["status"]["addresses"] if a["type"] == "InternalIP"]
    return found


def on_local_cluster():
    """Whether the cluster is the one that tests/cluster made on this machine."""
    return os.environ.get("SHOPKEEPER_CLUSTER", "") == "local"
