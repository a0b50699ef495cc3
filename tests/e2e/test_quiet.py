"""An operator with nothing to do writes nothing: counted from the API server's audit log."""

import json
import os
import pathlib
import time
import unittest

from support import kube
from support.guide import Guide

VERSION = os.environ.get("SHOPKEEPER_GUIDE_VERSION", "0.1.0")
# Five minutes is the figure that is promised; shorter spans are for hurried runs.
IDLE_SECONDS = int(os.environ.get("SHOPKEEPER_IDLE_SECONDS", "60"))
WRITES = {"create", "update", "patch", "delete", "deletecollection"}


class Quiet(unittest.TestCase):
    def test_no_writes_when_idle(self):
        audit = os.environ.get("SHOPKEEPER_AUDIT_LOG", "")
        if not audit or not pathlib.Path(audit).exists():
            self.skipTest("this cluster's audit log cannot be read from here")
        with Guide("quiet") as guide:
            guide.apply(VERSION)
            guide.wait_ready()
            settled = self.wait_until_settled(audit)
            time.sleep(IDLE_SECONDS)  # the span itself is what is measured
            writes = self.operator_writes(audit, settled)
            print(f"    {len(writes)} writes in {IDLE_SECONDS} idle seconds")
            self.assertEqual(writes, [])

    def wait_until_settled(self, audit):
        """The guide is Ready; late status changes (counts, addresses) may follow for a moment, and what
        was ejected while pods started leaves the status when a window of 10 s closes."""
        kube.wait_for("the operator has been silent for 25 s", lambda: not self.operator_writes(
            audit, time.time() - 25), 180, interval=1)
        return time.time()

    @staticmethod
    def operator_writes(audit, since):
        """(verb, resource, name) of each write by the operator after `since`, leases aside."""
        found = []
        with open(audit, encoding="utf-8") as lines:
            for line in lines:
                try:
                    event = json.loads(line)
                except ValueError:
                    continue  # the line being written right now
                user = event.get("user", {}).get("username", "")
                ref = event.get("objectRef", {})
                if "shopkeeper-operator" not in user or event.get("verb") not in WRITES:
                    continue
                # Reviews are questions put as POST: nothing is stored.
                if ref.get("resource") in ("leases", "tokenreviews", "subjectaccessreviews"):
                    continue
                stamp = event["requestReceivedTimestamp"].split(".")[0].rstrip("Z")
                at = time.mktime(time.strptime(stamp, "%Y-%m-%dT%H:%M:%S")) - time.timezone
                if at > since:
                    found.append((event["verb"], ref.get("resource"), ref.get("name")))
        return found


if __name__ == "__main__":
    unittest.main()
