"""What the scenarios are to reach: one entry in GOALS for each goal and each row that shows it; docs/performance.md says
what each means. E4 and P-6, which every scenario shows, stand below."""
from typing import Callable, NamedTuple

from goals import Bound

# Recorded for user-sync.py 2.10.0rc2 with umapi-client 3.0.1, median of 5, on another machine with two cores (Intel Xeon);
# it need not be here. Its whole sync of 100,000 people with nothing to do, and 10,000 calls to a server that answers at once.
RECORDED_CPU_S, RECORDED_PEAK_MIB, RECORDED_PEOPLE = 4.80, 483, 100_000
RECORDED_PUSH_S, RECORDED_CALLS = 28.4, 10_000

ALLOWED_OFF = 0.05  # of the time that a plan was said to take


class Goal(NamedTuple):
    id: str
    what: str
    scenario: str
    row: str               # of its results
    measure: Callable      # figures → a number; None: they do not say
    bound: Bound           # an aim of None: there is none
    shape: str = "{:.3f}"
    more_is_better: bool = False


def of(key):
    return lambda figures: figures.get(key)


def extra_syncs(figures):
    """Beyond four, for each change: each call is a batch of its own at the most."""
    return max(0, figures["fsyncs"] - 4) / max(1, figures["changes"])


def share_of(key, recorded):
    return lambda figures: figures[key] / recorded if key in figures else None


def push_share(figures):
    return RECORDED_CALLS / figures["calls_per_s"] / RECORDED_PUSH_S


PERCENT = "{:.2%}"
SYNCS = ("sync again, nothing to do (daemon)", "sync, nothing to do (command)")

GOALS = [
    Goal("E1", "rate known: makespan ÷ ideal", "A", "ours", of("ratio"), Bound(1.03, 1.015)),
    Goal("E1", "slow server: makespan ÷ ideal", "C", "ours", of("ratio"), Bound(1.03, 1.015)),
    Goal("E2", "rate unknown: makespan ÷ ideal", "B", "ours", of("ratio"), Bound(1.15, 1.08)),
    Goal("E2", "the second run", "B", "ours, second run", of("ratio"), Bound(1.15, 1.08)),
    Goal("E3", "rate known: 429s ÷ done", "A", "ours", of("wasted"), Bound(0.005, 0), PERCENT),
    Goal("E3", "slow server: 429s ÷ done", "C", "ours", of("wasted"), Bound(0.005, 0), PERCENT),
    Goal("E3", "rate unknown: 429s ÷ done", "B", "ours", of("wasted"), Bound(0.02, 0.01), PERCENT),
    Goal("E3", "the second run", "B", "ours, second run", of("wasted"), Bound(0.02, 0.01), PERCENT),
    Goal("E6", "handshakes ÷ connections at work", "counts", "first load",
         lambda figures: figures["connections"] / max(1, figures["at_once"]), Bound(2, 1), "{:.2f}"),
    Goal("E7", "Jain index, limits of their own", "G", "own limits", of("jain"), Bound(0.98, 0.995), "{:.4f}", True),
    Goal("E7", "Jain index, one limit", "G", "one limit", of("jain"), Bound(0.98, 0.995), "{:.4f}", True),
    Goal("E8", "a small tenant beside big ones ÷ alone", "beside", "small tenant", of("ratio"), Bound(1.2, 1.05)),
    Goal("T3", f"10,000 calls ÷ {RECORDED_PUSH_S:g} s, recorded of user-sync.py elsewhere", "H", "ours", push_share,
         Bound(0.10, 0.04)),
    *(Goal("T1", f"{run}: CPU ÷ {RECORDED_CPU_S:g} s, recorded of user-sync.py elsewhere", "no-change",
           f"{RECORDED_PEOPLE:,} people, {run}", share_of("cpu_s", RECORDED_CPU_S), Bound(0.06, 0.04)) for run in SYNCS),
    *(Goal("T2", f"{run}: peak ÷ {RECORDED_PEAK_MIB} MiB, likewise", "no-change", f"{RECORDED_PEOPLE:,} people, {run}",
           share_of("peak_mib", RECORDED_PEAK_MIB), Bound(0.15, 0.08)) for run in SYNCS),
    Goal("D7", "exit after the slowest answer, ms", "stop", "SIGTERM",
         lambda figures: figures["exit_after_ms"] - figures["slowest_answer_ms"], Bound(200, 50), "{:.0f}"),
    Goal("D8", "nothing to do: fsyncs", "counts", "nothing to do", of("fsyncs"), Bound(4, None), "{:.0f}"),
    Goal("D8", "1 % changed: fsyncs beyond four, for each change", "counts", "1 % changed", extra_syncs, Bound(1, None), "{:.2f}"),
    Goal("D8", "first load: fsyncs beyond four, for each change", "counts", "first load", extra_syncs, Bound(1, None), "{:.2f}"),
    Goal("F", "calls a second in the outage", "F", "ours",
         lambda figures: figures["calls_in_outage"] / figures["outage_s"] if "calls_in_outage" in figures else None,
         Bound(1, None), "{:.2f}"),
    Goal("F", "seconds until full rate after it", "F", "ours",
         lambda figures: figures.get("recovery_s", float("inf")), Bound(5, None), "{:.1f}"),
]
# Judged by others, or for other sizes: goal → why it has no verdict here.
ELSEWHERE = {
    "E5": ("H", "script/bench E5 measures it beside curl"),
    "T1": ("no-change", f"nothing is recorded but for {RECORDED_PEOPLE:,} people"),
    "T2": ("no-change", f"nothing is recorded but for {RECORDED_PEOPLE:,} people"),
}


def rows_of(results):
    """(scenario, row) → figures, a second run as a row of its own."""
    rows = {}
    for scenario, of_scenario in results.items():
        for name, figures in of_scenario.items():
            rows[scenario, name] = figures
            if "second_run" in figures:
                rows[scenario, name + ", second run"] = figures["second_run"]
    return rows


def verdict_of(value, bound, more_is_better=False):
    def is_within(limit):
        return value >= limit if more_is_better else value <= limit

    if not is_within(bound.must):
        return "MISSED"
    return "aim" if bound.aim is not None and is_within(bound.aim) else "must"


def result(goal, what, scenario, value, bound, shape, more_is_better=False):
    found = {"goal": goal, "what": what, "scenario": scenario, "measured": value, "must": bound.must, "aim": bound.aim,
             "shape": shape}
    return {**found, "verdict": "not measured" if value is None else verdict_of(value, bound, more_is_better)}


def judged(results, clients=()):
    """One result for each goal that these scenarios show. `clients`: rows that are not ours."""
    rows = {key: figures for key, figures in rows_of(results).items() if key[1] not in clients}
    for goal in GOALS:
        figures = rows.get((goal.scenario, goal.row))
        if figures is not None:
            yield result(goal.id, goal.what, goal.scenario, goal.measure(figures), goal.bound, goal.shape, goal.more_is_better)
    for (scenario, row), figures in rows.items():
        if figures.get("of_expected") is not None:
            yield result("P-6", f"{row}: the makespan is off what was told by", scenario, abs(figures["of_expected"] - 1),
                         Bound(ALLOWED_OFF, None), PERCENT)
        if scenario == "no-change" and row.split(", ", 1)[-1] in SYNCS:
            yield result("I5", f"{row}: writes", scenario, figures["writes"], Bound(0, 0), "{}")
    with_judge = [figures for figures in rows.values() if "order_violations" in figures]
    if with_judge:
        wrong = sum(figures["order_violations"] + figures.get("duplicates", 0) for figures in with_judge)
        yield result("E4", f"out of order or twice, in {len(with_judge)} rows", "all", wrong, Bound(0, 0), "{:.0f}")
    kills = [figures for (scenario, _), figures in rows.items() if scenario == "I"]
    if kills:
        yield result("E4", "kills after which all was done", "I", sum(one["complete"] for one in kills) / len(kills),
                     Bound(1, 1), "{:.0%}", True)
    told = {goal.id for goal in GOALS if (goal.scenario, goal.row) in rows}
    for goal, (scenario, why) in ELSEWHERE.items():
        if scenario in results and goal not in told:
            yield {"goal": goal, "what": why, "scenario": scenario, "verdict": "not judged"}


def table(found):
    """As Markdown."""
    def shown(one, key):
        return "-" if one.get(key) is None else one["shape"].format(one[key])

    lines = ["| goal | what | of | measured | must | aim | verdict |", "|---|---|---|---|---|---|---|"]
    for one in found:
        cells = (one["goal"], one["what"], one["scenario"], *(shown(one, key) for key in ("measured", "must", "aim")),
                 one["verdict"])
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
