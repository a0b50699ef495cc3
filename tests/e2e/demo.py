#!/usr/bin/env python3
"""The end of `make demo`: applies a guide, waits, shows a failure that nobody notices.

example: tests/e2e/demo.py --catalog products.jsonl.gz
"""

import argparse
import contextlib
import pathlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from support import kube  # noqa: E402
from support.guide import ROOT, Guide, kill_process  # noqa: E402
from support.load import Load  # noqa: E402

RATE = 50
SETTLED_REQUESTS = 150
REQUESTS_AFTER = 500


def project_version():
    """The version that the images carry as their tag."""
    text = (ROOT / "CMakeLists.txt").read_text()
    return text.split("project(shopkeeper VERSION ")[1].split()[0]


@contextlib.contextmanager
def forwarded(namespace, target, port):
    """A free local port forwarded to `target`:`port` for the time of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        local = probe.getsockname()[1]
    forward = subprocess.Popen(["kubectl", "port-forward", "-n", namespace, target,
                                f"{local}:{port}"], stdout=subprocess.DEVNULL)
    try:
        kube.wait_for("the port-forward answers",
                      lambda: socket.create_connection(("127.0.0.1", local), 1).close() is None, 30)
        yield f"http://127.0.0.1:{local}"
    finally:
        forward.terminate()
        forward.wait()


def import_catalogue(guide, path, mapping):
    """Sends the files to the knowledge service's admin port, which only port-forward reaches."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    kube.wait_for("the knowledge pod runs", lambda: [
        pod for pod in guide.pods("knowledge") if pod["status"].get("phase") == "Running"], 180)
    with forwarded(guide.namespace, f"pod/{guide.name}-knowledge-0", 9080) as base:
        kube.wait_for("knowledge answers", lambda: urllib.request.urlopen(
            base + "/healthz", timeout=2).status == 200, 60)
        for number, file in enumerate(files):
            query = {"mode": "replace" if number == 0 else "merge"}
            if mapping:
                query["map"] = mapping
            begun = time.monotonic()
            request = urllib.request.Request(
                f"{base}/admin/v1/catalog?{urllib.parse.urlencode(query)}", file.read_bytes(),
                {"Content-Type": "application/octet-stream"}, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=600) as answer:
                    print(f"  {file.name}: {answer.read().decode()[:200]} "
                          f"({time.monotonic() - begun:.1f} s)")
            except urllib.error.HTTPError as refused:
                sys.exit(f"error: {file} was refused, nothing of it was loaded: "
                         f"{refused.read().decode()[:2000]}")


def show_failure(guide, query):
    """Kills a search pod's process while requests run, and says what clients saw."""
    victim = kube.wait_for("search pods run", lambda: guide.running("search"), 60)[0]
    urls = [f"{base}/api/search?q={urllib.parse.quote(query)}" for base in guide.base_urls()]
    print(f"\nNow the failure. {RATE} searches a second are running; in a moment the process of "
          f"{victim} dies.")
    with Load(urls, rate=RATE, limit=120) as load:
        kube.wait_for("requests run", lambda: len(load.snapshot()) >= SETTLED_REQUESTS, 60)
        before = len(load.snapshot())
        how = kill_process(guide.namespace, victim, "search")
        kube.wait_for("requests ran on", lambda: len(load.snapshot()) >= before + REQUESTS_AFTER, 60)
    summary = load.summary()
    print(f"  {how} ({victim})")
    print(f"  requests sent: {summary['sent']}, failed: {summary['failed']}, "
          f"later than 1 s: {summary['late']}")
    print(f"  from first failure to recovery: "
          f"{summary['bad_span_s']:.2f} s" if summary["failed"] else
          "  from first failure to recovery: 0 s, no request failed")
    print(f"  latency p50 {summary['p50_ms']} ms, p99 {summary['p99_ms']} ms")
    for problem in summary["problems"]:
        print(f"  seen: {problem}")
    return summary


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalog", type=pathlib.Path)
    parser.add_argument("--catalog-map", default="")
    options = parser.parse_args()
    if options.catalog and not options.catalog.exists():
        sys.exit(f"error: CATALOG names {options.catalog}, which does not exist")

    guide = Guide("demo", namespace="shop", keep=True)
    sent = guide.apply(project_version(), catalog=not options.catalog)
    if options.catalog:
        import_catalogue(guide, options.catalog, options.catalog_map)
    guide.wait_ready(300)
    print(f"  Ready {time.monotonic() - sent:.0f} s after kubectl apply")
    print(kube.kubectl("get", "guide", "demo", "-n", "shop"))
    query = "laptop"
    kube.wait_for("the page answers through its node port",
                  lambda: guide.get_json(f"/api/search?q={query}"), 60)
    show_failure(guide, query)
    print(f"""
The guide is open:  {guide.base_urls()[0]}
  from another machine: kubectl port-forward -n shop service/demo-ui 8080:80
  look at it:           kubectl get guide,pods -n shop
  end it all:           make cluster-down
""")


if __name__ == "__main__":
    main()
