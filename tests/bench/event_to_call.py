#!/usr/bin/env python3
"""How long it takes from an event over HTTPS until the run that it woke has made its last call, the service being idle.

    script/bench event [--people 1000] [--rounds 20]
    script/bench event --program FILE         another usersyncd, already built

The real program against its sandbox: one tenant with a folder as its source, whose events are signed like HiBob's. In
each round one person moves to another store; then comes the event. Until `run_done` stands in the log, after the last
call and the last word on the disk, counts. Likewise `usersyncd sync --person` over the control socket, start of the
command included. Exit code 1 when a median is over two seconds.
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

MUST = 2.0
BUILD = pathlib.Path(__file__).resolve().parent.parent.parent / "build" / "bench"
SECRET = b"between us"
GROUPS = [{"kind": "business_unit", "name": f"Store {n}"} for n in (12, 14)]


class Log:
    """The lines of the service, each with the moment at which it came."""

    def __init__(self, stream):
        self.lines = []
        self.changed = threading.Condition()
        threading.Thread(target=self.read, args=(stream,), daemon=True).start()

    def read(self, stream):
        for line in stream:
            with self.changed:
                self.lines.append((time.monotonic(), line.strip()))
                self.changed.notify_all()

    def wait(self, text, after=0, limit=60.0):
        """The moment of the first line with this text from that place on, and the place behind it."""
        end = time.monotonic() + limit
        with self.changed:
            while True:
                for place, (when, line) in enumerate(self.lines[after:], after):
                    if text in line:
                        return when, place + 1, line
                if not self.changed.wait(max(0.0, end - time.monotonic())):
                    raise SystemExit(f"waited in vain for {text}: {self.lines[-5:]}")


def write(path, text, mode=0o600):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def configure(home, addresses):
    write(home / "secrets/rest", addresses["token"])
    write(home / "secrets/scim", addresses["scim_token"])
    write(home / "secrets/hook", SECRET.decode())
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                    home / "hook.key", "-out", home / "hook.pem"], check=True, stderr=subprocess.DEVNULL)
    (home / "hook.key").chmod(0o600)
    write(home / "env/usersync.toml", f"""[state]
folder = '{home}/state'
[runtime]
folder = '{home}/run'
[health]
listen = '127.0.0.1:0'
[webhooks]
listen = '127.0.0.1:0'
certificate = '{home}/hook.pem'
key = '{home}/hook.key'
""")
    write(home / "env/tenants/shop/tenant.toml", f"""[source]
kind = 'folder'
folder = '{home}/inbox'
stable_for = '10ms'
[webhook]
preset = 'hibob'
min_distance = '0s'
secret = {{ file = '{home}/secrets/hook' }}
[target]
rest_url = '{addresses["rest"]}'
scim_url = '{addresses["scim"]}'
network = '{addresses["network"]}'
rest_token = {{ file = '{home}/secrets/rest' }}
scim_token = {{ file = '{home}/secrets/scim' }}
calls_per_second = '500/s'
burst = 50
[columns]
employee_id = 'ID'
email = 'Mail'
location = 'Store'
[[group_mapping]]
field = 'location'
kind = 'business_unit'
values = 'same'
""")


def deliver(home, name, stores):
    lines = ["ID,Mail,Store"] + [f"{key},p{key}@bench.example,Store {store}" for key, store in stores.items()]
    part = write(home / "inbox" / (name + ".part"), "\n".join(lines) + "\n")
    part.rename(home / "inbox" / name)


def report(name, seconds):
    median = statistics.median(seconds)
    print(f"{name}: median {median * 1000:.0f} ms, longest {max(seconds) * 1000:.0f} ms of {len(seconds)}")
    return median <= MUST


def main(arguments=None, build=None):
    parser = argparse.ArgumentParser(prog="script/bench event", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="the usersyncd to measure (default: built by the preset bench)")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args(arguments)
    if asked.people <= 2 * asked.rounds:
        parser.error("in each round somebody else moves: more people than twice the rounds")
    if asked.program is None and build is not None:
        build(["usersyncd"])
    program = os.path.abspath(asked.program or BUILD / "usersyncd")
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        write(home / "network.json", json.dumps({"network": "00000000000000aa", "name": "Bench", "groups": GROUPS}))
        sandbox = subprocess.Popen([program, "sandbox", "--listen", "127.0.0.1:0", "--state", home / "sandbox.json",
                                    "--network", home / "network.json"], stdout=subprocess.PIPE, text=True)
        service = None
        try:
            configure(home, json.loads(sandbox.stdout.readline()))
            stores = {str(100000 + n): 12 for n in range(asked.people)}
            deliver(home, "0.csv", stores)
            where = ["--environment", str(home / "env")]
            first = subprocess.run([program, "sync", "shop", "--format", "json", *where], capture_output=True, text=True)
            plan = json.loads(first.stdout)["plan"]["id"]
            subprocess.run([program, "approve", "shop", plan, *where], check=True, capture_output=True)
            service = subprocess.Popen([program, "serve", *where], stderr=subprocess.PIPE, text=True)
            log = Log(service.stderr)
            line = log.wait("event=webhooks_heard")[2]
            address = line.split("at=127.0.0.1:")[1].split()[0]
            log.wait("event=daemon_ready")
            place = len(log.lines)
            trust = ssl.create_default_context(cafile=str(home / "hook.pem"))

            def move(number):
                key = str(100000 + number % asked.people)
                stores[key] = 26 - stores[key]
                deliver(home, f"{time.monotonic_ns()}.csv", stores)
                return key

            by_event = []
            for number in range(asked.rounds + 1):
                key = move(number)
                body = json.dumps({"data": {"employeeId": key}, "n": number}).encode()
                digest = base64.b64encode(hmac.new(SECRET, body, hashlib.sha512).digest()).decode()
                request = urllib.request.Request(f"https://localhost:{address}/webhooks/shop", data=body,
                                                 headers={"Bob-Signature": digest})
                began = time.monotonic()
                with urllib.request.urlopen(request, context=trust) as answer:
                    assert answer.status == 202
                ended, place, line = log.wait("event=run_done", place)
                assert "end=done" in line, line
                by_event.append(ended - began)
            by_command = []
            for number in range(asked.rounds):
                # Somebody else each time: who moves back at once is waited for, since lists may be late to show them.
                key = move(asked.rounds + 1 + number)
                began = time.monotonic()
                done = subprocess.run([program, "sync", "shop", "--person", key, *where], capture_output=True, text=True)
                by_command.append(time.monotonic() - began)
                assert done.returncode == 0, done
            # The first one reads the whole network, which the service has not seen before.
            print(f"first event after the start ({asked.people} people read from the network): {by_event[0] * 1000:.0f} ms")
            good = report("event to the end of its run", by_event[1:])
            good = report("sync --person", by_command) and good
            return 0 if good else 1
        finally:
            for process in (service, sandbox):
                if process is not None:
                    process.terminate()
                    process.wait()


if __name__ == "__main__":
    sys.exit(main())
