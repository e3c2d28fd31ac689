#!/usr/bin/env python3
"""How well plans are carried out: scenarios A to I, ours and simple clients against the same sandbox over TLS.

    script/bench executor                       all scenarios and counts, ours and the reference clients: 15 minutes
    script/bench executor A D --calls 300       these, smaller
    script/bench executor I --rounds 100        so many kills
    script/bench executor --clients ours        without the reference clients
    script/bench executor counts stop beside    handshakes and fsyncs; SIGTERM; a small tenant beside big ones
    script/bench executor no-change --people 50000
    script/bench executor --program FILE        another usersyncd, already built
    script/bench executor A --protocol FOLDER   with the clients of another benchmark, in front of its own simulator

Ours is the shipped program itself: `usersyncd approve` carries out the first plan of a tenant whose network is a
`usersyncd sandbox`, whose judge is asked afterwards. What each scenario means stands in docs/performance.md. At the end stands which goals were
reached. Exit code: 1 when something was out of order or done twice, with --strict also when a `must` is missed; else 0.
"""
import argparse
import contextlib
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import executor_goals
import protocol_clients
from executor_counts import counted, stopped
from executor_shares import beside, fairness
from executor_unchanged import no_change
from executor_world import BENCH, BUILD, House, Sandbox, Scenario, NO_CANARY, has_ended, is_write, moment_of, plan_in, wait_for

REFERENCES = ("sequential", "backoff", "retry-after", "paced")
OURS = ("ours", "no-canary")
PROTOCOL = "protocol: "


def say(text):
    print(f"executor: {text}", file=sys.stderr, flush=True)


SCENARIOS = {
    "A": Scenario("known rate", 1000),
    "B": Scenario("unknown rate, first and second run", 1000, told=False),
    "C": Scenario("slow server", 300, rate=10, burst=10, latency=200),
    "D": Scenario("lost answers", 1000, lost=0.005),
    "E": Scenario("limit halved after 500 calls", 1000, changes=((500, 50),)),
    "F": Scenario("outage of 30 s", 1000, outage=(2, 32)),
    "G": Scenario("fairness", 120, rate=10, burst=5, latency=20, error=0),
    "H": Scenario("no limit, no latency", 20000, rate=0, latency=0, sigma=0, error=0, concurrency=32),
    "I": Scenario("kill at a random moment", 1000),
}
COUNTS = ("counts", "stop", "beside")


# ---- figures ---------------------------------------------------------------------------------------------------------

def seconds_between(judged, first="first", last="last"):
    return moment_of(judged[last]) - moment_of(judged[first])


def ideal_of(scenario, admitted, calls_before=0):
    """`calls_before`: those that the sandbox had counted before the judge began."""
    if not scenario.rate:
        return 0.0
    ideal = max(0.0, (admitted - scenario.burst) / scenario.rate) + scenario.latency / 1000
    if scenario.changes:
        from_call, slower = scenario.changes[0]
        after = max(0, admitted - max(0, from_call - calls_before))
        ideal += after / slower - after / scenario.rate
    return ideal + (scenario.outage[1] - scenario.outage[0] if scenario.outage else 0)


def figures_of(scenario, judged, cpu, calls_before=0, reads_before=0):
    """`reads_before`: calls before the first change, which read the network. The carrying out is without them."""
    total = judged["total"]
    whole = seconds_between(total)
    first = min((row["first"] for row in judged["rows"] if is_write(row) and "first" in row), default=total["first"])
    makespan = seconds_between({**total, "first": first})
    ideal = ideal_of(scenario, total["admitted"] - reads_before, calls_before + reads_before)
    return {"ratio": makespan / ideal if ideal else None, "makespan_s": makespan, "ideal_s": ideal, "whole_s": whole,
            "calls": total["calls"], "admitted": total["admitted"], "carried_out": total["carried_out"],
            "answered_429": total["answered_429"], "wasted": total["answered_429"] / max(1, total["carried_out"]),
            "answered_503": total["answered_503"], "order_violations": total["order_violations"],
            "duplicates": total["duplicates"], "sent_again": total["sent_again"],
            "cpu_ms_per_1000": cpu * 1e6 / max(1, total["calls"]), "calls_per_s": total["calls"] / max(whole, 1e-3)}


def recovery_of(scenario, samples):
    """Seconds from the end of an outage to the first second at 90 % of the rate; None: never."""
    end = scenario.outage[1]
    for n, (at, count) in enumerate(samples):
        later, more = next((one for one in samples[n:] if one[0] >= at + 1), (at, count))
        if at >= end and later > at and (more - count) / (later - at) >= 0.9 * scenario.rate:
            return at - end
    return None


# ---- runs ------------------------------------------------------------------------------------------------------------

OUTAGE_DELAY = 8.0  # seconds in which the plan is made


def carried_out(house, sandbox, scenario, *words):
    """What a command carries out: exit code and figures."""
    calls_before = sandbox.begin()
    process = house.start(*words)
    rows = []
    while not any(is_write(row) for row in rows) and not has_ended(process):
        time.sleep(0.005)
        rows = sandbox.judge()["rows"]
    reads_before = sum(row["calls"] for row in rows if not is_write(row))
    samples, knocks = [], None
    while scenario.outage and not has_ended(process):
        now = time.monotonic() - sandbox.started - OUTAGE_DELAY
        samples.append((now, sandbox.judge()["total"]["carried_out"]))
        if knocks is None and now > scenario.outage[1]:
            knocks = [call for call in sandbox.ask("/sandbox/calls") if call["fault"] == "outage"]
        time.sleep(0.1)
    code, cpu = wait_for(process)
    figures = {**figures_of(scenario, sandbox.judge(), cpu, calls_before, reads_before), "exit": code}
    if scenario.outage:
        figures["recovery_s"] = recovery_of(scenario, samples)
        # Those that were in flight when it began are no knocking.
        moments = sorted(moment_of(call["at"]) for call in knocks or [])
        figures["calls_in_outage"] = sum(1 for moment in moments if moment > moments[0] + 1)
        figures["outage_s"] = scenario.outage[1] - scenario.outage[0]
        figures["in_flight_when_it_began"] = len(moments) - figures["calls_in_outage"]
    return figures


def is_foreseen(scenario):
    """The plan knows how fast it may go, and nothing happens that nobody can know."""
    return scenario.told and scenario.rate and not scenario.changes and not scenario.outage


def ours(program, scenario, seed, calls, more=""):
    """One apply, in a fresh house. B: two of them."""
    with tempfile.TemporaryDirectory(prefix="executor-") as place:
        place = pathlib.Path(place)
        sandbox = Sandbox(program, place / "sandbox", scenario, seed, OUTAGE_DELAY)
        try:
            house = House(program, place / "house")
            house.add("t", sandbox, calls // 2, scenario, more=more)
            plan = house.plan("t")
            expected = house.expected_s("t") if is_foreseen(scenario) else None
            if scenario.outage:
                left = sandbox.started + OUTAGE_DELAY - time.monotonic()
                if left < 0:
                    raise RuntimeError("the machine is too slow for an outage that is timed")
                time.sleep(left)
            figures = carried_out(house, sandbox, scenario, "approve", "t", plan)
            if expected:
                figures.update(expected_s=expected, of_expected=figures["makespan_s"] / expected)
            if not scenario.told:
                # Everybody gets another title: one call each, and again nobody says what the rate is.
                house.write_record("t", calls // 2, title="Confectioner")
                figures["second_run"] = carried_out(house, sandbox, scenario, "sync", "t")
            return figures
        finally:
            sandbox.stop()


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
            while sandbox.writes() == 0 and not has_ended(process):
                time.sleep(0.005)
            time.sleep(chance.uniform(0, ideal_of(scenario, calls)))
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
            people = len({mail["xid"] for mail in sandbox.ask("/sandbox/invitations")})
            return {"killed_after": at_kill["carried_out"], "order_violations": total["order_violations"],
                    "duplicates": total["duplicates"], "sent_again": total["sent_again"], "people": people,
                    "complete": answer.returncode == 0 and people == calls // 2}
        finally:
            sandbox.stop()


# ---- output ----------------------------------------------------------------------------------------------------------

COLUMNS = (("ratio", "÷ ideal", "{:.3f}"), ("makespan_s", "makespan s", "{:.2f}"),
           ("expected_s", "expected s", "{:.2f}"), ("of_expected", "÷ expected", "{:.3f}"), ("whole_s", "with reading s", "{:.2f}"),
           ("calls", "calls", "{:.0f}"), ("admitted", "admitted", "{:.0f}"), ("answered_429", "429s", "{:.0f}"),
           ("wasted", "÷ done", "{:.2%}"), ("answered_503", "503s", "{:.0f}"), ("order_violations", "order", "{}"),
           ("duplicates", "twice", "{}"), ("sent_again", "again", "{:.0f}"), ("cpu_ms_per_1000", "CPU ms/1,000", "{:.0f}"),
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
    for name, figures in results.items():
        for key in ("recovery_s", "calls_in_outage", "in_flight_when_it_began"):
            if key in figures:
                print(f"{name}, {key}: {figures[key]}")
    sys.stdout.flush()


def read_options(arguments):
    parser = argparse.ArgumentParser(prog="script/bench executor", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="A to I, counts, stop, beside (default: all of these); "
                        "no-change")
    parser.add_argument("--program", help="the usersyncd to measure (default: built by the preset bench)")
    parser.add_argument("--clients", nargs="+", choices=(*OURS, *REFERENCES), default=[*OURS, *REFERENCES])
    parser.add_argument("--calls", type=int, help="instead of the scenario's own")
    parser.add_argument("--runs", type=int, default=1, help="of which the median is shown (default 1)")
    parser.add_argument("--rounds", type=int, default=3, help="kills in scenario I (default 3)")
    parser.add_argument("--tenants", type=int, default=20, help="in scenario G (default 20)")
    parser.add_argument("--people", type=int, nargs="+", default=[50_000, 100_000], help="of no-change")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--protocol", type=pathlib.Path, metavar="FOLDER", help="of api_sim.mjs and clients.mjs: these clients, too, "
                        "where the scenario can be told to that simulator (A to D)")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when a `must` is missed, too")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.scenarios if name not in (*SCENARIOS, *COUNTS, "no-change")]
    if unknown:
        parser.error(f"no scenario {', '.join(unknown)}")
    if options.protocol and not all((options.protocol / name).is_file() for name in ("api_sim.mjs", "clients.mjs")):
        parser.error(f"no api_sim.mjs and clients.mjs in {options.protocol}")
    return options


def in_turns(letter, scenario, options, program):
    """Ours and the clients, one run of each after the other."""
    runs = {}
    for number in range(options.runs):
        for client in options.clients:
            if client == "no-canary" and letter not in "ABC" or client == "sequential" and letter != "A":
                continue  # told once
            if client == "paced" and (not scenario.told or scenario.changes or scenario.outage or not scenario.rate):
                continue  # it knows what nobody tells it there
            seed = options.seed + number
            runs.setdefault(client, []).append(
                ours(program, scenario, seed, scenario.calls, NO_CANARY if client == "no-canary" else "") if client in OURS else
                reference(program, client, scenario, seed, scenario.calls))
        for client in protocol_clients.clients_for(letter, scenario, options.protocol.resolve()) if options.protocol else ():
            runs.setdefault(PROTOCOL + client, []).append(protocol_clients.measured(
                options.protocol, client, scenario, options.seed + number, scenario.calls, ideal_of))
    return {client: median_of(of) for client, of in runs.items()}


def measured(letter, options, program):
    """One line for each client, or for each part."""
    if letter == "no-change":
        return {f"{people:,} people, {run['run']}": run for people in options.people
                for run in no_change(program, people)["runs"]}
    if letter == "counts":
        return counted(program, options.seed, options.calls or 1000)
    if letter == "stop":
        return {"SIGTERM": stopped(program, options.seed, options.calls or 1000)}
    if letter == "beside":
        return {"small tenant": beside(program, options.seed, options.calls or 20_000, 10, 20, 3)}
    scenario = SCENARIOS[letter]
    if options.calls:
        scenario = scenario._replace(calls=options.calls, changes=tuple(
            (options.calls // 2, slower) for _, slower in scenario.changes))
    if letter == "G":
        return {"own limits": fairness(program, scenario, options.seed, options.tenants, shared=False),
                "one limit": fairness(program, scenario._replace(rate=100, burst=20), options.seed, options.tenants, shared=True)}
    if letter == "I":
        return {f"kill {n + 1}": killed(program, scenario, options.seed + n, scenario.calls) for n in range(options.rounds)}
    results = in_turns(letter, scenario, options, program)
    if options.format == "text":
        show(letter, scenario, results)
    return results


def main(arguments, build=None):
    options = read_options(arguments)
    program = options.program
    if program is None:
        if build:
            build(["usersyncd", "measure_process"])
        program = str(BUILD / "usersyncd")
    say(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or sandboxes would be left behind
    results = {}
    for letter in options.scenarios or (*SCENARIOS, *COUNTS):
        say(f"scenario {letter}")
        results[letter] = measured(letter, options, program)
        if options.format == "text" and (letter in ("G", "I") or letter not in SCENARIOS):
            print(f"\n{letter}:")
            for name, figures in results[letter].items():
                print(f"  {name}: " + json.dumps({key: round(value, 4) if isinstance(value, float) else value
                                                 for key, value in figures.items()}))
            sys.stdout.flush()
    say(f"load {os.getloadavg()[0]:.2f} at the end")
    return told(results, options)


def told(results, options):
    """Which goals were reached; the exit code."""
    others = {name for of in results.values() for name in of if name in REFERENCES or name.startswith(PROTOCOL)}
    goals = list(executor_goals.judged(results, others))
    if options.format == "json":
        json.dump({**results, "goals": goals}, sys.stdout, indent=2)
        print()
    else:
        print("\n" + executor_goals.table(goals))
    wrong = any(figures.get("order_violations") or figures.get("duplicates")
                for of in results.values() for name, figures in of.items() if not name.startswith(PROTOCOL))
    missed = options.strict and any(goal["verdict"] == "MISSED" for goal in goals)
    return 1 if wrong or missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
