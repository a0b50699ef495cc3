"""An open-loop load generator: requests leave on schedule, whatever becomes of the ones before."""

import concurrent.futures
import http.client
import itertools
import threading
import time
import urllib.parse

LATE_SECONDS = 1.0


class Outcome:
    """One request: when it was due, how long it took, what came back."""

    __slots__ = ("at", "seconds", "status", "problem")

    def __init__(self, at, seconds, status, problem):
        self.at, self.seconds, self.status, self.problem = at, seconds, status, problem

    @property
    def failed(self):
        return self.problem is not None


class Load:
    """Sends GETs to `urls` in turn at `rate` a second until stop(); at most `limit` seconds.

    `judge(status, body)` returns None for a good answer or a word for what is wrong with it.
    """

    def __init__(self, urls, rate=50, limit=300, judge=None, timeout=10):
        self._urls = itertools.cycle(urls)
        self._rate = rate
        self._limit = limit
        self._judge = judge or (lambda status, body: None if status == 200 else f"status {status}")
        self._timeout = timeout
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.outcomes = []
        self.started = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.started = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends the schedule and waits for what is under way."""
        self._stop.set()
        self._thread.join()

    def _run(self):
        with concurrent.futures.ThreadPoolExecutor(max_workers=64) as pool:
            for number in itertools.count():
                due = self.started + number / self._rate
                if self._stop.wait(max(0.0, due - time.monotonic())) or \
                        due - self.started > self._limit:
                    return
                pool.submit(self._one, next(self._urls), due)

    def _one(self, url, due):
        status, problem = None, None
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port or 80,
                                                timeout=self._timeout)
        try:
            connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
            answer = connection.getresponse()
            body = answer.read()
            status = answer.status
            problem = self._judge(status, body)
        except (OSError, http.client.HTTPException) as error:
            problem = f"{type(error).__name__}: {error}"
        finally:
            connection.close()
        with self._lock:
            self.outcomes.append(Outcome(due, time.monotonic() - due, status, problem))

    def snapshot(self):
        """The outcomes so far, in order of their due time."""
        with self._lock:
            return sorted(self.outcomes, key=lambda outcome: outcome.at)

    def summary(self):
        """Counts, and the span from the first to the last failure in seconds."""
        seen = self.snapshot()
        bad = [outcome for outcome in seen if outcome.failed]
        latencies = sorted(outcome.seconds for outcome in seen)

        def quantile(share):
            return latencies[min(len(latencies) - 1, int(share * len(latencies)))] if seen else 0.0

        return {
            "sent": len(seen),
            "failed": len(bad),
            "late": sum(outcome.seconds > LATE_SECONDS for outcome in seen),
            "bad_span_s": round(bad[-1].at - bad[0].at, 3) if bad else 0.0,
            "p50_ms": round(quantile(0.50) * 1000, 1),
            "p99_ms": round(quantile(0.99) * 1000, 1),
            "problems": sorted({outcome.problem for outcome in bad})[:5],
        }
