"""What is measured against what: one entry in GOALS for each goal, one in CONTENDERS for each program that runs.

A goal is a ratio: ours to its anchor, both run in turns on the same machine. A release may not miss `must`; `aim` is what
is within reach. docs/performance.md says what each goal means.
"""
from typing import NamedTuple


class Contender(NamedTuple):
    """A program, ours or an anchor.

    `{bin}` is the folder of our programs, `{day1}` and `{day2}` the records, `{db}` a database of its own, `{out}` a file
    that it may write, `{tmp}` a folder of its own, `{duckdb}` the script beside DuckDB's package. Of the formats "network"
    and "vendor" there are no records: `{site}` is the folder of a sandbox that runs, and `{rows}` how many calls are made
    to it; or of a vendor that has so many rows.
    """
    name: str
    command: str
    format: str = "csv"     # of the records
    builds: str = ""        # our target that it needs
    needs: tuple = ()       # of NEEDS
    db: str = ""            # how {db} is before each run: "" unused, "none", or "day1": day 1 was taken in by `fill`
    fill: str = ""
    says: dict = {}         # name in its last line, which is JSON → name in the truth: it must have counted right


DIFFERENCE = {"added": "added", "changed": "changed", "removed": "removed"}

CONTENDERS = {
    # ---- ours
    "first load": Contender(
        "bench_take_in", "{bin}/bench_take_in {db} {day1}", builds="bench_take_in", db="none", says={"added": "rows_day1"}),
    "daily run": Contender(
        "bench_take_in", "{bin}/bench_take_in {db} {day2}", builds="bench_take_in", db="day1",
        fill="{bin}/bench_take_in {db} {day1}", says=DIFFERENCE),
    "plan": Contender(
        "bench_compare", "{bin}/bench_compare {day1} {day2}", builds="bench_compare", says=DIFFERENCE),
    "map everybody": Contender(
        "bench_desired", "{bin}/bench_desired {db}", builds="bench_desired", db="day1",
        fill="{bin}/bench_take_in {db} {day1}", says={"employees": "rows_day1"}),
    "map the changed": Contender(
        "bench_desired", "{bin}/bench_desired {db} {day2}", builds="bench_desired", db="day1",
        fill="{bin}/bench_take_in {db} {day1}", says={"added": "added", "changed": "changed"}),
    "read xlsx": Contender(
        "bench_read", "{bin}/bench_read {day1}", "xlsx", builds="bench_read", says={"employees": "rows_day1"}),
    "read xls": Contender(
        "bench_read", "{bin}/bench_read {day1}", "xls", builds="bench_read", says={"employees": "rows_day1"}),
    "read json": Contender(
        "bench_read", "{bin}/bench_read {day1}", "json", builds="bench_read", says={"employees": "rows_day1"}),
    "calls": Contender(
        "bench_network", "{bin}/bench_network calls {site} {rows}", "network", builds="bench_network",
        says={"calls": "calls", "memberships": "calls"}),
    "read pages": Contender(
        "bench_pages", "{bin}/bench_pages {day1}", "json", builds="bench_pages", says={"rows": "rows_day1"}),
    "ask a vendor": Contender(
        "bench_rest", "{bin}/bench_rest {site}", "vendor", builds="bench_rest", says={"rows": "rows"}),
    # ---- anchors
    "least first load": Contender(
        "yardstick_sync", "{bin}/yardstick_sync {db} {day1}", builds="yardstick_sync", db="none", says={"added": "rows_day1"}),
    "least daily run": Contender(
        "yardstick_sync", "{bin}/yardstick_sync {db} {day2}", builds="yardstick_sync", db="day1",
        fill="{bin}/yardstick_sync {db} {day1}", says=DIFFERENCE),
    "least diff": Contender(
        "yardstick_diff", "{bin}/yardstick_diff {day1} {day2} {out}", builds="yardstick_diff", says=DIFFERENCE),
    "duckdb": Contender(
        "DuckDB, 1 thread", "node {duckdb} {day1} {day2} {out}", needs=("node", "duckdb"), says=DIFFERENCE),
    "inflate and expat": Contender(
        "unzip and xmlwf",
        "sh -ec 'for part in sharedStrings worksheets/sheet1; do unzip -p {day1} xl/$part.xml > {out}; xmlwf {out}; done'",
        "xlsx", needs=("unzip", "xmlwf")),
    "xlrd": Contender(
        "xlrd",
        "/usr/bin/python3 -c 'import xlrd; sheet = xlrd.open_workbook(\"{day1}\").sheet_by_index(0); "
        "rows = sum(1 for row in range(1, sheet.nrows) if sheet.row_values(row)); print(\"{{\\\"rows\\\": %d}}\" % rows)'",
        "xls", needs=("xlrd",), says={"rows": "rows_day1"}),
    "simdjson": Contender(
        "yardstick_json", "{bin}/yardstick_json {day1}", "json", builds="yardstick_json", says={"rows": "rows_day1"}),
    "curl": Contender("curl", "curl -q -K {site}/curl", "network", needs=("curl",)),  # it fails when one call does
    "curl pages": Contender("curl", "curl -q -K {site}/curl", "vendor", needs=("curl",)),
}


class Bound(NamedTuple):
    must: float
    aim: float


class Goal(NamedTuple):
    id: str
    what: str
    ours: str         # of CONTENDERS
    anchor: str
    bounds: dict      # rows → Bound: the sizes at which it holds
    measures: tuple = ("wall",)  # "wall", "cpu": seconds; "peak": MiB
    rows_max: int = 10**9


def at(must, aim, *sizes):
    return dict.fromkeys(sizes, Bound(must, aim))


SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000
XLS = 60_000  # an xls sheet has 65,536 rows

GOALS = [
    Goal("P1", "daily run, 1 % churn, stored", "daily run", "least daily run",
         at(2.0, 1.3, SMALL, MIDDLE, LARGE), ("wall", "cpu")),
    Goal("P2", "daily run, 1 % churn, stored", "daily run", "duckdb",
         {SMALL: Bound(0.10, 0.06), MIDDLE: Bound(0.50, 0.35), LARGE: Bound(1.0, 0.7)}),
    Goal("P3", "plan only, no store", "plan", "least diff", at(5.0, 3.0, LARGE)),
    Goal("P4", "first load, stored", "first load", "least first load", at(1.5, 1.2, SMALL, MIDDLE, LARGE)),
    Goal("P5", "everybody mapped anew: 200 rows, 50 role rules", "map everybody", "least daily run",
         at(4.0, 2.0, MIDDLE, LARGE), ("wall", "cpu")),
    Goal("P5b", "the changed mapped: read and compared too", "map the changed", "least daily run",
         at(4.0, 2.0, MIDDLE, LARGE), ("wall", "cpu")),
    Goal("P6", "memory of the daily run", "daily run", "duckdb",
         {SMALL: Bound(0.20, 0.10), MIDDLE: Bound(0.30, 0.20), LARGE: Bound(0.50, 0.30)}, ("peak",)),
    Goal("P7", "read xlsx", "read xlsx", "inflate and expat", at(1.5, 1.0, MIDDLE)),
    Goal("P8", "read xls", "read xls", "xlrd", at(0.25, 0.10, XLS), rows_max=XLS),
    Goal("P9", "read a connector's JSON", "read json", "simdjson", at(4.0, 2.5, MIDDLE)),
    Goal("P9b", "decode a connector's pages", "read pages", "simdjson", at(4.0, 2.5, MIDDLE)),
    Goal("P10", "ask a vendor over HTTPS", "ask a vendor", "curl pages", at(8.0, 4.0, MIDDLE, LARGE), ("cpu",)),
    Goal("E5", "calls over HTTPS, one connection kept", "calls", "curl", at(3.0, 1.5, SMALL), ("cpu",)),
]


class Need(NamedTuple):
    """What an anchor needs and building does not. `package` is Debian's; empty: script/bench fetches it itself."""
    test: str
    package: str


NEEDS = {
    "node": Need("command -v node && command -v npm", "nodejs npm"),
    "duckdb": Need("test -d {node}/node_modules/@duckdb/node-api", ""),
    "unzip": Need("command -v unzip", "unzip"),
    "xmlwf": Need("command -v xmlwf", "expat"),
    "xlrd": Need("/usr/bin/python3 -c 'import xlrd'", "python3-xlrd"),
    "curl": Need("command -v curl", "curl"),
    "ssconvert": Need("command -v ssconvert", "gnumeric"),
    "strace": Need("command -v strace", "strace"),
}
FORMAT_NEEDS = {"xls": ("ssconvert",)}
