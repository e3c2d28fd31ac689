"""Fairness: what tenants get of one daemon (E7), and what a small one loses beside big ones (E8)."""
import bisect
import contextlib
import pathlib
import statistics
import tempfile
import time
from typing import NamedTuple

from executor_world import NEVER, NO_CANARY, House, Sandbox, Scenario, has_ended, is_write, moment_of

TOO_MANY = 429


def jain(shares):
    return sum(shares) ** 2 / (len(shares) * sum(share * share for share in shares)) if any(shares) else 0.0


class Work(NamedTuple):
    """Of one tenant. What it is told of its limit need not be what its network has."""
    calls: int
    server: Scenario
    told: Scenario
    target: str = ""


class Town:
    """Tenants with networks of their own, all with a plan that waits, in one daemon."""

    def __init__(self, program, stack, seed, works):
        place = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="executor-")))
        self.house = House(program, place / "house", level="error")
        self.sandboxes = []
        for number, work in enumerate(works):
            sandbox = Sandbox(program, place / f"sandbox{number}", work.server, seed + number)
            stack.callback(sandbox.stop)
            self.sandboxes.append(sandbox)
            self.house.add(f"t{number}", sandbox, work.calls // 2, work.told, target=work.target, more=NEVER + NO_CANARY)
        self.plans = [self.house.plan(f"t{number}") for number in range(len(works))]
        daemon = self.house.serve()
        stack.callback(daemon.wait)
        stack.callback(daemon.terminate)
        for sandbox in self.sandboxes:
            sandbox.begin()
        self.approvals = []
        stack.callback(self.leave)

    def approve(self, number):
        self.approvals.append(self.house.start("approve", f"t{number}", self.plans[number]))
        return self.approvals[-1]

    def leave(self):
        for approval in self.approvals:
            approval.kill()
            approval.wait()

    def moments(self, number, begun, end):
        """When its calls were answered, but for those that its limit refused."""
        calls = (call for call in self.sandboxes[number].ask("/sandbox/calls") if call["status"] not in (0, TOO_MANY))
        return [moment for moment in (moment_of(call["at"]) for call in calls) if begun <= moment <= end]

    def all_at_work(self):
        """When the last of them sent its first change."""
        return max(min(moment_of(row["first"]) for row in sandbox.judge()["rows"] if is_write(row) and "first" in row)
                   for sandbox in self.sandboxes)

    def calls(self, numbers):
        return sum(self.sandboxes[number].judge()["total"]["calls"] for number in numbers)

    def wrong(self):
        totals = [sandbox.judge()["total"] for sandbox in self.sandboxes]
        return {key: sum(total[key] for total in totals) for key in ("order_violations", "duplicates", "answered_429")}


def fairness(program, scenario, seed, tenants, shared):
    """One tenant has a hundred times the work. x = done ÷ entitled from when all are at work until the first one ends; all
    are entitled to the same. `shared`: the limit is one for all, and since no server here knows it, whether it is kept is counted."""
    server = scenario._replace(rate=0) if shared else scenario
    target = "pace_group = 'all'\n" if shared else ""
    works = [Work(scenario.calls * (100 if number == 0 else 1), server, scenario, target) for number in range(tenants)]
    with contextlib.ExitStack() as stack:
        town = Town(program, stack, seed, works)
        approvals = [town.approve(0)]
        while town.sandboxes[0].writes() == 0:  # it has a hundred times as much to plan, too
            time.sleep(0.02)
        approvals += [town.approve(number) for number in range(1, tenants)]
        while not any(has_ended(approval) for approval in approvals):
            time.sleep(0.02)
        begun, end = town.all_at_work(), time.time()
        moments = [town.moments(number, begun, end) for number in range(tenants)]
        done = [len(of) for of in moments]
        every = sorted(moment for of in moments for moment in of)
        most = max(bisect.bisect_left(every, at + 1) - n for n, at in enumerate(every))
        return {"tenants": tenants, "all_at_work_s": end - begun, "jain": jain(done), "least": min(done), "most": max(done),
                "calls_per_s": len(every) / (end - begun), "most_in_a_second": most, **town.wrong()}


def beside(program, seed, calls, tenants, rate, times):
    """Small tenants one after the other, alone, and then beside big ones, each with a limit of its own."""
    small = Scenario("small", 20, rate=10, burst=5, error=0)
    big = Scenario("big", calls // tenants, rate=rate)
    works = [Work(small.calls, small, small)] * (2 * times) + [Work(big.calls, big, big)] * tenants
    big_ones = range(2 * times, len(works))
    with contextlib.ExitStack() as stack:
        town = Town(program, stack, seed, works)

        def makespan(number):
            begun = time.monotonic()
            town.approve(number).wait()
            return time.monotonic() - begun

        alone = statistics.median(makespan(number) for number in range(times))
        approvals = [town.approve(number) for number in big_ones]
        while town.calls(big_ones) < tenants * rate:
            time.sleep(0.1)
        begun, before = time.monotonic(), town.calls(big_ones)
        crowded = statistics.median(makespan(number) for number in range(times, 2 * times))
        beside_it = (town.calls(big_ones) - before) / (time.monotonic() - begun)
        return {"alone_s": alone, "beside_s": crowded, "ratio": crowded / alone, "big_tenants": tenants,
                "big_still_at_work": sum(1 for approval in approvals if not has_ended(approval)),
                "calls_per_s_beside": beside_it, **town.wrong()}
