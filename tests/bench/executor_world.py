"""What the executor's scenarios run in: a sandbox under TLS, and an environment of usersyncd with its tenants."""
import datetime
import http.client
import json
import os
import pathlib
import ssl
import subprocess
import time
import urllib.parse
from typing import NamedTuple, Optional

BENCH = pathlib.Path(__file__).resolve().parent
BUILD = BENCH.parent.parent / "build" / "bench"


class Scenario(NamedTuple):
    what: str
    calls: int
    rate: float = 100          # of the server; 0: none
    burst: float = 20
    latency: int = 50
    sigma: float = 0.5
    error: float = 0.01        # share of 503s
    lost: float = 0.0
    told: bool = True          # whether ours knows rate and burst
    changes: tuple = ()        # of the rate: (from_call, rate)
    outage: Optional[tuple] = None  # (begin, end) in seconds after the apply has begun
    concurrency: int = 64


# ---- the network -----------------------------------------------------------------------------------------------------

def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout",
                    folder / "key.pem", "-out", folder / "cert.pem"], check=True, stderr=subprocess.DEVNULL)


def faults_of(scenario, seed, delay):
    """The fault file. What is timed counts from the sandbox's start, which is `delay` before the apply."""
    rules = []
    if scenario.outage:
        begin, end = (int((delay + moment) * 1000) for moment in scenario.outage)
        rules.append({"name": "outage", "path": "*", "after_ms": begin, "until_ms": end, "what": "status", "status": 503})
    if scenario.error:
        rules.append({"path": "*", "share": scenario.error, "what": "status", "status": 503})
    if scenario.lost:
        rules.append({"path": "*", "share": scenario.lost, "what": "lost"})
    rate = {"calls_per_second": scenario.rate, "burst": scenario.burst, "scope": "network",
            "changes": [{"from_call": call, "calls_per_second": value} for call, value in scenario.changes]}
    return {"seed": seed, "rules": rules, **({"rate": rate} if scenario.rate else {})}


class Sandbox:
    def __init__(self, program, folder, scenario, seed, delay=0.0, network=None):
        folder.mkdir(parents=True, exist_ok=True)
        make_certificate(folder)
        (folder / "faults.json").write_text(json.dumps(faults_of(scenario, seed, delay)))
        description = network or {"network": "%016x" % (0xBE4C + seed), "token": "0000000000a99b0b_bench%d" % seed,
                                  "scim_token": "scim%d" % seed, "seed": seed,
                                  "groups": [{"kind": "public", "name": "Everybody"}]}
        (folder / "network.json").write_text(json.dumps(description))
        command = [program, "sandbox", "--network", folder / "network.json", "--certificate", folder / "cert.pem", "--key",
                   folder / "key.pem", "--latency", str(scenario.latency), "--latency-sigma", str(scenario.sigma),
                   "--faults", folder / "faults.json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.started = time.monotonic()
        if not line:
            raise RuntimeError("the sandbox did not start")
        self.site = {**json.loads(line), "ca_file": str(folder / "cert.pem")}
        address = urllib.parse.urlsplit(self.site["rest"])
        self.port = address.port
        self.connection = http.client.HTTPSConnection(address.hostname, address.port,
                                                      context=ssl.create_default_context(cafile=self.site["ca_file"]))

    def ask(self, path, method="GET"):
        """On one kept connection, so that asking often takes nothing from anybody."""
        for attempt in (1, 2):
            try:
                self.connection.request(method, path, headers={"Authorization": "Bearer " + self.site["token"]})
                return json.loads(self.connection.getresponse().read())
            except (OSError, http.client.HTTPException):
                self.connection.close()
                if attempt == 2:
                    raise

    def judge(self):
        return self.ask("/sandbox/judge")

    def writes(self):
        return sum(row["calls"] for row in self.judge()["rows"] if is_write(row))

    def begin(self):
        """Counts anew. Returns how many calls there were before."""
        before = self.judge()["total"]["calls"]
        self.ask("/sandbox/judge", "POST")
        return before

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def moment_of(text):
    return datetime.datetime.fromisoformat(text).timestamp()


def is_write(row):
    return not row["area"].endswith("read")


# ---- ours ------------------------------------------------------------------------------------------------------------

TENANT = """
[source]
kind = 'folder'
folder = '{inbox}'
stable_for = '10ms'

[target]
rest_url = '{rest}'
scim_url = '{scim}'
network = '{network}'
rest_token = {{ credential = '{name}-rest' }}
scim_token = {{ credential = '{name}-scim' }}
ca_file = '{ca_file}'
concurrency = {concurrency}
{rate}

[columns]
employee_id = 'Id'
email = 'Mail'
first_name = 'First'
last_name = 'Last'
job_title = 'Title'

[[group_mapping]]
kind = 'topic'

[[group_mapping.rules]]
group = 'Everybody'

[drift]
settle = '0s'

[retry]
attempts_max = 10
{more}
"""

SERVICE = """
[state]
folder = '{folder}/state'

[runtime]
folder = '{folder}/run'

[health]
listen = '127.0.0.1:0'

[log]
level = '{level}'
format = 'json'
"""

NEVER = "\n[schedule]\nevery = '24h'\n"
NO_CANARY = "\n[apply]\ncanary = 0\n"


def plan_in(answer):
    plan = json.loads(answer)["plan"]
    return plan if isinstance(plan, str) else plan["id"]


class House:
    """An environment of usersyncd with its tenants."""

    def __init__(self, program, folder, level="warn"):
        self.program, self.folder = program, folder
        for name in ("tenants", "credentials", "run", "state"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "usersync.toml").write_text(SERVICE.format(folder=folder, level=level))

    def write_record(self, name, people, title="Baker", others=0):
        """`others` of them have another title."""
        with open(self.folder / "inbox" / name / "people.csv", "w", encoding="utf-8") as record:
            record.write("Id;Mail;First;Last;Title\n")
            for number in range(people):
                own = "Confectioner" if number < others else title
                record.write(f"{name}{number};{name}{number}@bench.example;Person;Number {number};{own}\n")

    def add(self, name, sandbox, people, scenario, target="", more=""):
        (self.folder / "inbox" / name).mkdir(parents=True)
        self.write_record(name, people)
        for kind, key in (("rest", "token"), ("scim", "scim_token")):
            file = self.folder / "credentials" / f"{name}-{kind}"
            file.write_text(sandbox.site[key])
            file.chmod(0o600)
        rate = "learn_rate = true\ncalls_per_second = '1000/s'\n"
        if scenario.told:
            burst = scenario.burst if scenario.rate else 1000
            rate = f"calls_per_second = '{scenario.rate or 10_000:g}/s'\nburst = {burst:g}\n"
        tenant = self.folder / "tenants" / name
        tenant.mkdir()
        (tenant / "tenant.toml").write_text(TENANT.format(
            name=name, inbox=self.folder / "inbox" / name, rest=sandbox.site["rest"], scim=sandbox.site["scim"],
            network=sandbox.site["network"], ca_file=sandbox.site["ca_file"], concurrency=scenario.concurrency,
            rate=rate + target, more=more))

    def command(self, *words):
        return [self.program, *words, "--environment", str(self.folder)]

    def run(self, *words, codes=(0,), under=()):
        """The answer; `codes` are those that are expected, `under` is a command that runs it."""
        ran = subprocess.run([*under, *self.command(*words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if ran.returncode not in codes:
            raise RuntimeError(f"usersyncd {' '.join(words)} ended with {ran.returncode}: "
                               f"{ran.stdout[-500:]}{ran.stderr[-500:]}")
        return ran.stdout

    def plan(self, name):
        """A run that ends with a plan that waits."""
        return plan_in(self.run("sync", name, "--format", "json", codes=(3,)))

    def expected_s(self, name):
        """How long the plan of now is said to take."""
        return json.loads(self.run("plan", name, "--format", "json", codes=(0, 3)))["estimate"]["expected_s"]

    def start(self, *words, log=subprocess.DEVNULL):
        return subprocess.Popen(self.command(*words), stdout=subprocess.DEVNULL, stderr=log)

    def serve(self, log=None):
        """The daemon, ready; `log` is a file for its log."""
        with open(log or os.devnull, "wb") as file:
            daemon = self.start("serve", log=file)
        self.wait_until_ready()
        return daemon

    def wait_until_ready(self):
        for _ in range(600):
            if any((self.folder / "run").rglob("*.sock")):
                return
            time.sleep(0.05)
        raise RuntimeError("the daemon did not start")


def has_ended(process):
    """Without taking its exit code."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def wait_for(process):
    """Exit code and processor seconds."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_utime + used.ru_stime
