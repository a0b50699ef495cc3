#!/usr/bin/env python3
"""Runs the end-to-end tests on the current cluster: each file tests one behaviour on real pods.

example: tests/e2e/run.py test_scale test_drift

Needs a cluster with the operator installed (`make cluster-up`, then `make e2e`). Ends with a line
`N passed, N failed, N skipped`; writes one line a test while it goes.
"""

import argparse
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


class Reporter(unittest.TextTestResult):
    """One line when a test begins and one when it ends, with its seconds."""

    def startTest(self, test):
        unittest.TestResult.startTest(self, test)
        self._begun = time.monotonic()
        self.stream.write(f"  {test.id()} ...\n")
        self.stream.flush()

    def _end(self, test, word):
        seconds = time.monotonic() - self._begun
        self.stream.write(f"  {test.id()}: {word} ({seconds:.1f} s)\n")
        self.stream.flush()

    def addSuccess(self, test):
        unittest.TestResult.addSuccess(self, test)
        self._end(test, "passed")

    def addFailure(self, test, err):
        unittest.TestResult.addFailure(self, test, err)
        self._end(test, f"FAILED: {err[1]}")

    def addError(self, test, err):
        unittest.TestResult.addError(self, test, err)
        # A failure in setUpClass has no startTest before it.
        self._begun = getattr(self, "_begun", time.monotonic())
        self._end(test, f"FAILED: {err[1]!r}")

    def addSkip(self, test, reason):
        unittest.TestResult.addSkip(self, test, reason)
        self._begun = getattr(self, "_begun", time.monotonic())
        self._end(test, f"skipped: {reason}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="test modules; default: all")
    names = parser.parse_args().names or sorted(path.stem for path in HERE.glob("test_*.py"))
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Reporter, verbosity=0).run(suite)
    failed = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    passed = max(0, result.testsRun - failed - skipped)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
