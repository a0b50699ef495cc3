#!/usr/bin/env python3
"""Runs the guide's services on this machine, without a cluster: for working on the page and for
the browser test. A small loopback proxy stands in for the sidecar's egress.

Prints the address of the page and serves until it is interrupted. Services named in the file
given by --down (one a line, read at each request) answer 503: so one sees the page with a part
missing.
"""
import argparse
import http.client
import http.server
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

SERVICES = ["knowledge", "search", "recommendation", "dialogue", "ui"]
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def make_egress(ports, down_file):
    class Egress(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 64 << 10  # head and body in one packet: otherwise each answer waits for an ACK

        def log_message(self, *_):
            pass

        def answer(self, status, body, headers):
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def forward(self):
            name = self.headers.get("Host", "")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            down = []
            if down_file and os.path.exists(down_file):
                with open(down_file, encoding="utf-8") as f:
                    down = f.read().split()
            if name not in ports:
                return self.answer(421, b'{"error":{"code":"NotFound","message":"unknown upstream"}}', [])
            try:
                if name in down:
                    raise OSError("declared down")
                upstream = http.client.HTTPConnection("127.0.0.1", ports[name], timeout=30)
                headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
                upstream.request(self.command, self.path, body=body or None, headers=headers)
                response = upstream.getresponse()
                payload = response.read()
                kept = [(k, v) for k, v in response.getheaders() if k.lower() not in HOP_BY_HOP | {"content-length"}]
                return self.answer(response.status, payload, kept)
            except OSError:
                return self.answer(503, b'{"error":{"code":"Unavailable","message":"no endpoint"}}',
                                   [("X-Shopkeeper-Error", "no-endpoint")])

        do_GET = do_POST = do_HEAD = forward

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Egress)
    server.daemon_threads = True
    return server


def wait_ready(port, name, process, deadline):
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"guide-{name} ended with {process.returncode}; see its log")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"guide-{name} is not ready after its deadline; see its log")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", action="append", required=True, help="folder with the guide-* programs; repeatable")
    parser.add_argument("--catalog", required=True, help="catalogue file or folder")
    parser.add_argument("--down", help="file naming services to play dead")
    parser.add_argument("--port", type=int, default=0, help="port of the page (default: any free one)")
    args = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ports = {name: free_port() for name in SERVICES}
    ports["ui"] = args.port or ports["ui"]
    egress = make_egress(ports, args.down)
    threading.Thread(target=egress.serve_forever, daemon=True).start()
    data = tempfile.mkdtemp(prefix="guide-")
    processes = []
    try:
        for name in SERVICES:
            program = next((p for p in (os.path.join(b, f"guide-{name}") for b in args.bin) if os.path.exists(p)), None)
            if program is None:
                print(f"guide-{name}: not built, the guide runs without it", flush=True)
                continue
            home = os.path.join(data, name)
            os.makedirs(home)
            command = [program, "--listen", f"127.0.0.1:{ports[name]}", "--data", home]
            command += ["--catalog", args.catalog] if name == "knowledge" else ["--egress", f"http://127.0.0.1:{egress.server_port}"]
            with open(os.path.join(home, "log"), "wb") as log:
                process = subprocess.Popen(command, stdout=log, stderr=log)
            processes.append(process)
            print(f"guide-{name}: starting, log {home}/log", flush=True)
            wait_ready(ports[name], name, process, time.monotonic() + 120)
        print(f"ready: http://127.0.0.1:{ports['ui']}/", flush=True)
        while all(p.poll() is None for p in processes):
            time.sleep(0.5)
        raise SystemExit("a service ended")
    except KeyboardInterrupt:
        pass
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
