"""Runs that find nothing to do (T1, T2): what they take, how long the plan alone takes, and that they write nothing."""
import json
import os
import pathlib
import tempfile
import time

from executor_world import BUILD, NEVER, House, Sandbox, Scenario, is_write, plan_in

TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def forget_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def calls_of(sandbox):
    rows = sandbox.judge()["rows"]
    return {"calls": sum(row["calls"] for row in rows), "writes": sum(row["calls"] for row in rows if is_write(row))}


class Log:
    """The daemon's, a line of JSON for each event."""

    def __init__(self, file):
        self.file, self.read = file, 0

    def plan_s(self):
        """How long the newest plan took to make, of those since this was asked last; None: there was none."""
        with open(self.file, encoding="utf-8") as log:
            log.seek(self.read)
            new = log.read()
            self.read = log.tell()
        made = [event["plan_ms"] for event in map(json.loads, filter(None, new.splitlines())) if event.get("event") == "plan_made"]
        return made[-1] / 1000 if made else None


def network_of(people):
    users = [{"xid": f"t{n}", "first": "Person", "family": f"Number {n}", "email": f"t{n}@bench.example",
              "job_title": "Baker", "groups": ["Everybody"]} for n in range(people)]
    return {"network": "00000000be4cbe4c", "since": "2025-01-01T00:00:00Z", "token": "0000000000a99b0b_bench", "scim_token": "scim", "seed": 1,
            "groups": [{"kind": "public", "name": "Everybody"}], "users": users}


def no_change(program, people):
    """A network that is as the record says: in the daemon, which has read it before, and as a command, which has not."""
    scenario = Scenario("no change", 0, rate=0, latency=0, sigma=0, error=0, concurrency=32)
    with tempfile.TemporaryDirectory(prefix="executor-") as place:
        place = pathlib.Path(place)
        sandbox = Sandbox(program, place / "sandbox", scenario, 1, network=network_of(people))
        try:
            house = House(program, place / "house", level="info")
            house.add("t", sandbox, people, scenario, more=NEVER)
            return {"people": people, "runs": [*in_daemon(house, sandbox, place / "daemon.log"),
                                               as_command(house, sandbox, place / "report.json")]}
        finally:
            sandbox.stop()


def in_daemon(house, sandbox, file):
    daemon = house.serve(file)
    log = Log(file)
    try:
        answer = ""
        for name in ("adopt", "approve", "sync, nothing to do", "sync again, nothing to do"):
            words = {"adopt": ("adopt", "t"), "approve": ("approve", "t", plan_in(answer) if answer else "")}.get(
                name, ("sync", "t"))
            sandbox.begin()
            forget_peak(daemon.pid)
            cpu, begun = processor_seconds(daemon.pid), time.monotonic()
            answer = house.run(*words, "--format", "json", codes=(0, 3))
            yield {"run": name + " (daemon)", "wall_s": time.monotonic() - begun, "cpu_s": processor_seconds(daemon.pid) - cpu,
                   "plan_s": log.plan_s(), "peak_mib": peak_mib(daemon.pid), **calls_of(sandbox)}
    finally:
        daemon.terminate()
        daemon.wait()


def as_command(house, sandbox, report):
    """Commands log no plan."""
    sandbox.begin()
    house.run("sync", "t", under=(BUILD / "measure_process", report))
    figures = json.loads(report.read_text())
    return {"run": "sync, nothing to do (command)", "wall_s": figures["wall"], "cpu_s": figures["cpu"],
            "peak_mib": figures["peak"], **calls_of(sandbox)}
