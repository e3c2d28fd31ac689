#!/usr/bin/env python3
"""How well plans are carried out: scenarios A to I, ours and simple clients against the same sandbox over TLS.

    script/bench executor                       all scenarios, ours and the reference clients
    script/bench executor A D --calls 300       these, smaller
    script/bench executor I --rounds 100        so many kills
    script/bench executor --clients ours        without the reference clients
    script/bench executor no-change --people 50000
    script/bench executor --program FILE        another usersyncd, already built

Ours is the shipped program itself: `usersyncd approve` carries out the first plan of a tenant whose network is a
`usersyncd sandbox`, whose judge is asked afterwards. What each scenario means stands in docs/performance.md.
"""
import argparse
import concurrent.futures
import contextlib
import datetime
import json
import math
import os
import pathlib
import random
import shutil
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from typing import NamedTuple, Optional

sys.dont_write_bytecode = True
BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent.parent
BUILD = ROOT / "build" / "bench"
REFERENCES = ("sequential", "backoff", "retry-after", "paced")


def say(text):
    print(f"executor: {text}", file=sys.stderr, flush=True)


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


SCENARIOS = {
    "A": Scenario("known rate", 1000),
    "B": Scenario("unknown rate, first and second run", 1000, told=False),
    "C": Scenario("slow server", 300, rate=10, burst=10, latency=200),
    "D": Scenario("lost answers", 1000, lost=0.005),
    "E": Scenario("limit halved after half of the calls", 1000, changes=((500, 50),)),
    "F": Scenario("outage of 30 s", 1000, outage=(2, 32)),
    "G": Scenario("fairness", 200, rate=5, burst=5, latency=20, error=0),
    "H": Scenario("no limit, no latency", 20000, rate=0, latency=0, sigma=0, error=0, concurrency=32),
    "I": Scenario("kill at a random moment", 1000),
}


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
    def __init__(self, program, folder, scenario, seed, delay=0.0, stored=False, network=None):
        self.folder = folder
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
        if stored:
            command += ["--state", folder / "state.json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.started = time.monotonic()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the sandbox did not start")
        self.site = {**json.loads(line), "ca_file": str(folder / "cert.pem")}
        self.trust = ssl.create_default_context(cafile=self.site["ca_file"])

    def ask(self, path, method="GET"):
        request = urllib.request.Request(self.site["rest"] + path, method=method,
                                         headers={"Authorization": "Bearer " + self.site["token"]})
        with urllib.request.urlopen(request, context=self.trust) as answer:
            return json.loads(answer.read())

    def judge(self):
        return self.ask("/sandbox/judge")

    def begin(self):
        self.ask("/sandbox/judge", "POST")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


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


def plan_in(answer):
    return json.loads(answer)["plan"]["id"]


class House:
    """An environment of usersyncd with its tenants."""

    def __init__(self, program, folder, level="warn"):
        self.program, self.folder = program, folder
        for name in ("tenants", "credentials", "run", "state"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "usersync.toml").write_text(SERVICE.format(folder=folder, level=level))

    def add(self, name, sandbox, people, scenario, told_rate=None, more=""):
        inbox = self.folder / "inbox" / name
        inbox.mkdir(parents=True)
        with open(inbox / "people.csv", "w", encoding="utf-8") as record:
            record.write("Id;Mail;First;Last;Title\n")
            for number in range(people):
                record.write(f"{name}{number};{name}{number}@bench.example;Person;Number {number};Baker\n")
        for kind, key in (("rest", "token"), ("scim", "scim_token")):
            file = self.folder / "credentials" / f"{name}-{kind}"
            file.write_text(sandbox.site[key])
            file.chmod(0o600)
        rate = ""
        if scenario.told or told_rate:
            value = told_rate or scenario.rate or 1_000_000
            burst = scenario.burst if scenario.rate else 1000
            rate = f"calls_per_second = '{value:g}/s'\nburst = {burst:g}"
        tenant = self.folder / "tenants" / name
        tenant.mkdir()
        (tenant / "tenant.toml").write_text(TENANT.format(
            name=name, inbox=inbox, rest=sandbox.site["rest"], scim=sandbox.site["scim"], network=sandbox.site["network"],
            ca_file=sandbox.site["ca_file"], concurrency=scenario.concurrency, rate=rate, more=more))

    def command(self, *words):
        return [self.program, *words, "--environment", str(self.folder)]

    def run(self, *words, codes=(0,)):
        """The answer; `codes` are those that are expected."""
        ended = subprocess.run(self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if ended.returncode not in codes:
            raise RuntimeError(f"usersyncd {' '.join(words)} ended with {ended.returncode}: "
                               f"{ended.stdout[-500:]}{ended.stderr[-500:]}")
        return ended.stdout

    def plan(self, name):
        """A run that ends with the tenant's first plan, which waits."""
        return plan_in(self.run("sync", name, "--format", "json", codes=(3,)))

    def start(self, *words):
        return subprocess.Popen(self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_for(process):
    """Exit code and processor seconds."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_utime + used.ru_stime


# ---- figures ---------------------------------------------------------------------------------------------------------

def seconds_between(judged, first="first", last="last"):
    moments = [datetime.datetime.fromisoformat(judged[key]) for key in (first, last)]
    return (moments[1] - moments[0]).total_seconds()


def ideal_of(scenario, admitted):
    if not scenario.rate:
        return 0.0
    if scenario.changes:
        from_call, slower = scenario.changes[0]
        after = max(0, admitted - from_call)
        return max(0.0, (min(admitted, from_call) - scenario.burst) / scenario.rate) + after / slower + scenario.latency / 1000
    ideal = max(0.0, (admitted - scenario.burst) / scenario.rate) + scenario.latency / 1000
    return ideal + (scenario.outage[1] - scenario.outage[0] if scenario.outage else 0)


def figures_of(scenario, judged, cpu):
    total = judged["total"]
    makespan = seconds_between(total)
    ideal = ideal_of(scenario, total["admitted"])
    return {"makespan_s": makespan, "ideal_s": ideal, "ratio": makespan / ideal if ideal else None,
            "calls": total["calls"], "carried_out": total["carried_out"], "wasted": total["answered_429"] / max(1, total["carried_out"]),
            "answered_429": total["answered_429"], "answered_503": total["answered_503"],
            "order_violations": total["order_violations"], "duplicates": total["duplicates"], "sent_again": total["sent_again"],
            "cpu_ms_per_1000": cpu * 1e6 / max(1, total["calls"]), "calls_per_s": total["calls"] / max(makespan, 1e-3)}


def recovery_of(scenario, samples):
    """Seconds from the end of an outage to the first second at 90 % of the rate; None: never."""
    end = scenario.outage[1]
    for (at, count), (later, more) in zip(samples, samples[5:]):
        if at >= end and later > at and (more - count) / (later - at) >= 0.9 * scenario.rate:
            return later - end
    return None


# ---- runs ------------------------------------------------------------------------------------------------------------

def ours(program, scenario, seed, calls):
    """One apply, in a fresh house. B: two of them."""
    with tempfile.TemporaryDirectory(prefix="executor-") as place:
        place = pathlib.Path(place)
        delay = 3.0
        sandbox = Sandbox(program, place / "sandbox", scenario, seed, delay)
        try:
            house = House(program, place / "house")
            house.add("t", sandbox, calls // 2, scenario)
            plan = house.plan("t")
            if scenario.outage:
                time.sleep(max(0.0, sandbox.started + delay - time.monotonic()))
            sandbox.begin()
            begun = time.monotonic()
            process = house.start("approve", "t", plan)
            samples = []
            while scenario.outage and not ended(process):
                samples.append((time.monotonic() - begun, sandbox.judge()["total"]["carried_out"]))
                time.sleep(0.2)
            code, cpu = wait_for(process)
            figures = figures_of(scenario, sandbox.judge(), cpu)
            figures["exit"] = code
            if scenario.outage:
                figures["recovery_s"] = recovery_of(scenario, samples)
                figures["calls_a_second_in_outage"] = figures["answered_503"] / (scenario.outage[1] - scenario.outage[0])
            if not scenario.told:
                figures["second_run"] = second_run(house, sandbox, scenario, calls)
            return figures
        finally:
            sandbox.stop()


def ended(process):
    """Without taking its exit code."""
    state = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
    return state is not None


def second_run(house, sandbox, scenario, calls):
    """Everybody gets another title: one call each, and again nobody says what the rate is."""
    record = house.folder / "inbox" / "t" / "people.csv"
    with open(record, "w", encoding="utf-8") as out:
        out.write("Id;Mail;First;Last;Title\n")
        for number in range(calls // 2):
            out.write(f"t{number};t{number}@bench.example;Person;Number {number};Confectioner\n")
    sandbox.begin()
    process = house.start("sync", "t")
    code, cpu = wait_for(process)
    return {**figures_of(scenario, sandbox.judge(), cpu), "exit": code}


def reference(program, client, scenario, seed, calls):
    with tempfile.TemporaryDirectory(prefix="executor-") as place:
        sandbox = Sandbox(program, pathlib.Path(place) / "sandbox", scenario, seed)
        try:
            command = [sys.executable, str(BENCH / "reference_clients.py"), client, json.dumps(sandbox.site), "--calls",
                       str(calls), "--rate", str(scenario.rate or 1e6), "--burst", str(scenario.burst), "--seed", str(seed)]
            said = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
            return {**figures_of(scenario, sandbox.judge(), said["cpu"]), "exit": 0, "gave_up": said["gave_up"]}
        finally:
            sandbox.stop()


def killed(program, scenario, seed, calls):
    """One kill at a random moment, and runs until all is done. What was in flight is what may be sent again."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="executor-") as place:
        place = pathlib.Path(place)
        sandbox = Sandbox(program, place / "sandbox", scenario, seed)
        try:
            house = House(program, place / "house")
            house.add("t", sandbox, calls // 2, scenario)
            plan = house.plan("t")
            sandbox.begin()
            process = house.start("approve", "t", plan)
            time.sleep(chance.uniform(0.2, max(0.4, ideal_of(scenario, calls))))
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            wait_for(process)
            at_kill = sandbox.judge()["total"]
            for _ in range(6):
                answer = subprocess.run(house.command("sync", "t", "--format", "json"), stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
                if answer.returncode == 3:
                    subprocess.run(house.command("approve", "t", plan_in(answer.stdout)), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
                elif answer.returncode == 0:
                    break
            total = sandbox.judge()["total"]
            people = len(sandbox.ask("/sandbox/invitations"))
            return {"killed_after": at_kill["carried_out"], "order_violations": total["order_violations"],
                    "duplicates": total["duplicates"], "sent_again": total["sent_again"], "in_flight_max": scenario.concurrency,
                    "mails": people, "complete": people == calls // 2, "exit": answer.returncode}
        finally:
            sandbox.stop()


def jain(shares):
    return sum(shares) ** 2 / (len(shares) * sum(share * share for share in shares)) if any(shares) else 0.0


def fairness(program, scenario, seed, calls, tenants):
    """Tenants in one daemon, each with a network of its own; one has ten times the work. x = done ÷ entitled when the first
    tenant ends."""
    with tempfile.TemporaryDirectory(prefix="executor-") as place, contextlib.ExitStack() as stack:
        place = pathlib.Path(place)
        house = House(program, place / "house")
        sandboxes = []
        for number in range(tenants):
            sandbox = Sandbox(program, place / f"sandbox{number}", scenario, seed + number)
            stack.callback(sandbox.stop)
            sandboxes.append(sandbox)
            people = (calls * 10 if number == 0 else calls) // 2
            house.add(f"t{number}", sandbox, people, scenario, more="\n[schedule]\nevery = '24h'\n")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            plans = list(pool.map(lambda number: house.plan(f"t{number}"), range(tenants)))
        daemon = subprocess.Popen(house.command("serve"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(daemon.wait)
        stack.callback(daemon.terminate)
        wait_until_ready(house)
        for sandbox in sandboxes:
            sandbox.begin()
        begun = time.time()
        approvals = [house.start("approve", f"t{number}", plan) for number, plan in enumerate(plans)]
        while not any(ended(approval) for approval in approvals):
            time.sleep(0.05)
        first_end = time.time() - begun
        done = []
        for sandbox in sandboxes:
            calls_so_far = [call for call in sandbox.ask("/sandbox/calls") if call["status"] not in (0, 429)]
            moments = [datetime.datetime.fromisoformat(call["at"]).timestamp() for call in calls_so_far]
            done.append(sum(1 for moment in moments if begun <= moment <= begun + first_end))
        totals = [sandbox.judge()["total"] for sandbox in sandboxes]
        entitled = scenario.burst + scenario.rate * first_end
        for approval in approvals:
            approval.kill()
            approval.wait()
        return {"tenants": tenants, "first_end_s": first_end, "jain": jain([count / entitled for count in done]),
                "least_share": min(done) / entitled, "most_share": max(done) / entitled,
                "order_violations": sum(total["order_violations"] for total in totals),
                "duplicates": sum(total["duplicates"] for total in totals)}


def wait_until_ready(house):
    socket = house.folder / "run"
    for _ in range(200):
        if any(socket.iterdir()):
            return
        time.sleep(0.05)
    raise RuntimeError("the daemon did not start")


def no_change(program, people):
    """A network that is as the record says: what a run costs that finds nothing to do."""
    scenario = SCENARIOS["H"]
    with tempfile.TemporaryDirectory(prefix="executor-") as place:
        place = pathlib.Path(place)
        users = [{"xid": f"t{n}", "first": "Person", "family": f"Number {n}", "email": f"t{n}@bench.example",
                  "job_title": "Baker", "groups": ["Everybody"]} for n in range(people)]
        network = {"network": "00000000be4cbe4c", "token": "0000000000a99b0b_bench", "scim_token": "scim", "seed": 1,
                   "groups": [{"kind": "public", "name": "Everybody"}], "users": users}
        sandbox = Sandbox(program, place / "sandbox", scenario, 1, network=network)
        try:
            house = House(program, place / "house", level="error")
            house.add("t", sandbox, people, scenario)
            report = place / "report.json"
            runs = []
            codes = []
            for words in (("adopt", "t"), ("sync", "t"), ("sync", "t")):
                sandbox.begin()
                measured = subprocess.run([str(BUILD / "measure_process"), str(report), *map(str, house.command(*words, "--format", "json"))],
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                figures = json.loads(report.read_text())
                rows = sandbox.judge()["rows"]
                figures["calls"] = sum(row["calls"] for row in rows)
                figures["writes"] = sum(row["calls"] for row in rows if not row["area"].endswith("read"))
                codes.append(figures["exit"])
                runs.append({"command": words[0], **figures})
                if words[0] == "adopt" and figures["exit"] in (0, 3):
                    house.run("approve", "t", plan_in(measured.stdout), codes=(0, 1, 3))
                record = house.folder / "inbox" / "t" / "people.csv"
                archived = next((house.folder / "inbox" / "t").rglob("*.csv"), None)
                if archived and not record.exists():
                    shutil.copy(archived, record)
            return {"people": people, "runs": runs}
        finally:
            sandbox.stop()


# ---- output ----------------------------------------------------------------------------------------------------------

COLUMNS = (("ratio", "÷ ideal", "{:.3f}"), ("makespan_s", "makespan s", "{:.2f}"), ("calls", "calls", "{}"),
           ("wasted", "429s ÷ done", "{:.4f}"), ("answered_503", "503s", "{}"), ("order_violations", "order", "{}"),
           ("duplicates", "twice", "{}"), ("sent_again", "again", "{}"), ("cpu_ms_per_1000", "CPU ms/1,000", "{:.0f}"),
           ("calls_per_s", "calls/s", "{:.0f}"), ("exit", "exit", "{}"))


def median_of(runs):
    """Medians of what is a number; the worst of what must be 0."""
    worst = {"order_violations", "duplicates", "exit"}
    figures = {}
    for key, value in runs[0].items():
        values = [run[key] for run in runs if run.get(key) is not None]
        if isinstance(value, dict):
            figures[key] = median_of(values)
        elif values and isinstance(values[0], (int, float)):
            figures[key] = max(values) if key in worst else statistics.median(values)
    return figures


def line_of(name, figures):
    cells = [shape.format(figures[key]) if figures.get(key) is not None else "-" for key, _, shape in COLUMNS]
    return "| " + " | ".join([name, *cells]) + " |"


def show(letter, scenario, results):
    print(f"\n{letter}: {scenario.what} (R {scenario.rate:g}/s, B {scenario.burst:g}, L {scenario.latency} ms σ {scenario.sigma:g}, "
          f"503s {scenario.error:.1%}, lost {scenario.lost:.1%})")
    print("| client | " + " | ".join(title for _, title, _ in COLUMNS) + " |")
    print("|" + "---|" * (len(COLUMNS) + 1))
    for name, figures in results.items():
        print(line_of(name, figures))
        if "second_run" in figures:
            print(line_of(name + ", second run", figures["second_run"]))
        for key in ("recovery_s", "calls_a_second_in_outage"):
            if key in figures:
                print(f"  {key}: {figures[key]}")
    sys.stdout.flush()


def read_options(arguments):
    parser = argparse.ArgumentParser(prog="script/bench executor", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="A to I, or no-change (default: A to I)")
    parser.add_argument("--program", help="the usersyncd to measure (default: built by the preset bench)")
    parser.add_argument("--clients", nargs="+", choices=("ours", *REFERENCES), default=["ours", *REFERENCES])
    parser.add_argument("--calls", type=int, help="instead of the scenario's own")
    parser.add_argument("--runs", type=int, default=3, help="of which the median is shown (default 3)")
    parser.add_argument("--rounds", type=int, default=5, help="kills in scenario I (default 5)")
    parser.add_argument("--tenants", type=int, default=20, help="in scenario G (default 20)")
    parser.add_argument("--people", type=int, nargs="+", default=[50_000, 100_000], help="of no-change")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.scenarios if name not in SCENARIOS and name != "no-change"]
    if unknown:
        parser.error(f"no scenario {', '.join(unknown)}")
    return options


def one_scenario(letter, options, program):
    scenario = SCENARIOS[letter]
    calls = options.calls or scenario.calls
    if scenario.changes and options.calls:
        scenario = scenario._replace(changes=((calls // 2, scenario.changes[0][1]),))
    if letter == "G":
        return {"ours": fairness(program, scenario, options.seed, calls, options.tenants)}
    if letter == "I":
        return {f"kill {n + 1}": killed(program, scenario, options.seed + n, calls) for n in range(options.rounds)}
    results = {}
    for client in options.clients:
        if client != "ours" and letter in ("B", "E", "F", "H") and client == "paced":
            continue  # it knows what nobody tells it there
        runs = []
        for number in range(options.runs):
            seed = options.seed + number
            runs.append(ours(program, scenario, seed, calls) if client == "ours" else
                        reference(program, client, scenario, seed, calls))
        results[client] = median_of(runs)
    show(letter, scenario._replace(calls=calls), results) if options.format == "text" else None
    return results


def main(arguments, build=None):
    options = read_options(arguments)
    program = options.program
    if program is None:
        if build:
            build(["usersyncd", "measure_process"])
        program = str(BUILD / "usersyncd")
    say(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    results = {}
    for letter in options.scenarios or list(SCENARIOS):
        say(f"scenario {letter}")
        if letter == "no-change":
            results[letter] = [no_change(program, people) for people in options.people]
        else:
            results[letter] = one_scenario(letter, options, program)
        if options.format == "text" and letter in ("G", "I", "no-change"):
            print(f"\n{letter}:")
            for row in results[letter] if letter == "no-change" else results[letter].items():
                print("  " + json.dumps(row))
            sys.stdout.flush()
    say(f"load {os.getloadavg()[0]:.2f} at the end")
    if options.format == "json":
        json.dump(results, sys.stdout, indent=2)
        print()
    wrong = [figures for letter in results if letter != "no-change" for figures in results[letter].values()
             if figures.get("order_violations") or figures.get("duplicates")]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
