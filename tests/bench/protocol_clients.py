"""Reference clients of somebody else, in front of their own simulator: api_sim.mjs and clients.mjs in a folder that is given.

The simulator speaks plain HTTP on loopback and judges by itself; both say what they do in their heads. It takes its rate,
burst, latency, share of errors and seed from the scenario, so that its rows can stand beside ours. Needs node."""
import contextlib
import json
import pathlib
import socket
import subprocess
import time
import urllib.request

CLIENTS = ("sequential", "backoff", "retry-after", "paced")
PACKAGES = {"stripe": "stripe", "aws-standard": "@aws-sdk/client-identitystore", "aws-adaptive": "@aws-sdk/client-identitystore",
            "okta": "@okta/okta-sdk-nodejs"}
RETRIES = 20  # so that all calls get done


def has_package(folder, package):
    return any((place / "node_modules" / package).is_dir() for place in (folder, *folder.parents))


def clients_for(letter, scenario, folder):
    """Who can take part. The simulator has no limit that changes and no outage; without a rate there is nothing to compare."""
    if not scenario.rate or scenario.changes or scenario.outage:
        return []
    own = [client for client in CLIENTS if (client != "sequential" or letter == "A") and (client != "paced" or scenario.told)]
    return own + [client for client, package in PACKAGES.items() if has_package(folder, package)]


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


@contextlib.contextmanager
def simulator(folder, scenario, seed, words=()):
    """Its port, as soon as it answers."""
    port = free_port()
    options = {"port": port, "rate": scenario.rate, "burst": scenario.burst, "latency-ms": scenario.latency,
               "sigma": scenario.sigma, "error": scenario.error, "lost": scenario.lost, "seed": seed, "max-s": 1800}
    command = ["node", folder / "api_sim.mjs", *(word for name, value in options.items() for word in (f"--{name}", str(value))),
               *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/stats", timeout=5).close()
                    break
                time.sleep(0.05)
            else:
                raise RuntimeError("the simulator did not start")
            yield port
        finally:
            process.terminate()


def measured(folder, client, scenario, seed, calls, ideal_of):
    """One run. The simulator counts no calls that were sent again by themselves."""
    folder = pathlib.Path(folder).resolve()
    words = ("--stripe-should-retry", "1") if client == "stripe" else ()
    with simulator(folder, scenario, seed, words) as port:
        command = ["node", folder / "clients.mjs", client, "--port", str(port), "--calls", str(calls), "--rate",
                   str(scenario.rate), "--burst", str(scenario.burst), "--latency-ms", str(scenario.latency), "--retries",
                   str(RETRIES)]
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if ran.returncode != 0:
        raise RuntimeError(f"{client} ended with {ran.returncode}: {ran.stderr[-500:]}")
    said = json.loads(ran.stdout.strip().splitlines()[-1])
    ideal = ideal_of(scenario, said["admitted"])
    counts = ("calls", "admitted", "carried_out", "answered_429", "answered_503", "order_violations", "duplicates", "gave_up")
    return {**{key: said[key] for key in counts}, "makespan_s": said["makespan_s"], "ideal_s": ideal,
            "ratio": said["makespan_s"] / ideal, "wasted": said["answered_429"] / max(1, said["carried_out"]),
            "cpu_ms_per_1000": said["client_cpu_ms_per_1k"], "calls_per_s": said["calls"] / said["makespan_s"], "exit": 0}
