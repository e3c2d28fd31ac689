"""Goals that are counts, or one moment: handshakes (E6), fsyncs (D8), SIGTERM with calls in flight (D7)."""
import contextlib
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

from executor_world import NEVER, House, Sandbox, Scenario, moment_of, wait_for

CALLED = re.compile(r"^\d+ +(?:<\.\.\. )?(connect|close|fsync|fdatasync)\((\d+)")
PORT = re.compile(r"sin_port=htons\((\d+)\)")


def traced(lines, port):
    """What a run under strace did: connections to the port, how many of them at once, and writes that were waited for."""
    connected, at_once, most, synced = 0, set(), 0, 0
    for line in lines:
        call = CALLED.match(line)
        if not call:
            continue
        if call[1] in ("fsync", "fdatasync"):
            synced += 1
        elif call[1] == "connect" and PORT.search(line) and int(PORT.search(line)[1]) == port:
            connected += 1
            at_once.add(call[2])
            most = max(most, len(at_once))
        elif call[1] == "close":
            at_once.discard(call[2])
    return {"connections": connected, "at_once": most, "fsyncs": synced}


class Traced:
    """The daemon under strace."""

    def __init__(self, house, file):
        self.file, self.read = file, 0
        self.strace = subprocess.Popen(["strace", "-f", "--seccomp-bpf", "-qq", "-o", file, "-e",
                                        "trace=connect,close,fsync,fdatasync", *house.command("serve")],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        house.wait_until_ready()

    def lines(self):
        """Since they were asked for last."""
        text = self.file.read_text(encoding="utf-8", errors="replace")
        new, self.read = text[self.read:], len(text)
        return new.splitlines()

    def stop(self):
        children = pathlib.Path(f"/proc/{self.strace.pid}/task/{self.strace.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGTERM)
        self.strace.wait()


def counted(program, seed, calls):
    """In the daemon: a first load, a run that finds nothing to do, and one in which a hundredth of the people changed."""
    scenario = Scenario("counts", calls)
    people = calls // 2
    with tempfile.TemporaryDirectory(prefix="executor-") as place, contextlib.ExitStack() as stack:
        place = pathlib.Path(place)
        sandbox = Sandbox(program, place / "sandbox", scenario, seed)
        stack.callback(sandbox.stop)
        house = House(program, place / "house")
        house.add("t", sandbox, people, scenario, more=NEVER)
        plan = house.plan("t")
        daemon = Traced(house, place / "trace")
        stack.callback(daemon.stop)
        figures = {}
        for name, words, changed in (("first load", ("approve", "t", plan), None), ("nothing to do", ("sync", "t"), None),
                                     ("1 % changed", ("sync", "t"), max(1, people // 100))):
            if changed:
                house.write_record("t", people, others=changed)
            sandbox.begin()
            daemon.lines()
            house.run(*words, codes=(0, 1))
            figures[name] = {**traced(daemon.lines(), sandbox.port), "calls": sandbox.judge()["total"]["calls"],
                             "changes": sandbox.writes()}
        return figures


def stopped(program, seed, calls):
    """SIGTERM while two tenants have about a hundred calls in flight. Then the rest, and what the judge says of all."""
    scenario = Scenario("stop", calls, rate=0, error=0, sigma=0)
    with tempfile.TemporaryDirectory(prefix="executor-") as place:
        place = pathlib.Path(place)
        house = House(program, place / "house")
        sandboxes = [Sandbox(program, place / f"sandbox{n}", scenario, seed + n) for n in range(2)]
        try:
            for number, sandbox in enumerate(sandboxes):
                house.add(f"t{number}", sandbox, calls // 2, scenario, more=NEVER)
            plans = [house.plan(f"t{number}") for number in range(2)]
            daemon = house.serve()
            for sandbox in sandboxes:
                sandbox.begin()
            approvals = [house.start("approve", f"t{number}", plan) for number, plan in enumerate(plans)]
            while min(sandbox.judge()["total"]["carried_out"] for sandbox in sandboxes) < calls // 4:
                time.sleep(0.01)
            at = time.time()
            daemon.send_signal(signal.SIGTERM)
            code, _ = wait_for(daemon)
            took = time.time() - at
            for approval in approvals:
                wait_for(approval)
            after = [moment_of(call["at"]) - at for sandbox in sandboxes for call in sandbox.ask("/sandbox/calls")]
            after = [moment for moment in after if moment > 0]
            for number in range(2):
                house.run("sync", f"t{number}", codes=(0,))
            totals = [sandbox.judge()["total"] for sandbox in sandboxes]
            return {"in_flight": len(after), "slowest_answer_ms": max(after, default=0) * 1000, "exit_after_ms": took * 1000,
                    "exit": code, **{key: sum(total[key] for total in totals)
                                     for key in ("order_violations", "duplicates", "sent_again")}}
        finally:
            for sandbox in sandboxes:
                sandbox.stop()

