#!/usr/bin/env python3
"""What simple clients reach against the sandbox: K calls as chains of two, an account and then a change of it.

    reference_clients.py CLIENT SITE --calls 1000 [--workers 32] [--seed 1]

CLIENT: sequential    one call at a time; waits as long as a 429 says
        backoff       workers; after a failure a random wait up to 0.5 s, 1 s, 2 s … (full jitter)
        retry-after   workers; each waits as long as its own 429 says
        paced         workers that share one bucket of the rate and burst they are told (--rate, --burst)
SITE is the sandbox's first line, and "ca_file". Prints one line of JSON: seconds and processor seconds.
"""
import argparse
import http.client
import json
import random
import ssl
import threading
import time
import urllib.parse

ATTEMPTS_MAX = 30


class Wire:
    """One kept connection to SCIM."""

    def __init__(self, site, context):
        self.address = urllib.parse.urlsplit(site["rest"])
        self.context = context
        self.headers = {"Authorization": "Bearer " + site["scim_token"], "Content-Type": "application/scim+json"}
        self.connection = None

    def send(self, method, path, body=None):
        """Status, Retry-After and text; status 0: no answer came."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPSConnection(self.address.hostname, self.address.port, context=self.context)
            self.connection.request(method, path, body=None if body is None else json.dumps(body), headers=self.headers)
            response = self.connection.getresponse()
            return response.status, response.getheader("Retry-After"), response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            return 0, None, b""


def person(number, title):
    key = f"r{number}"
    return {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": key, "externalId": key, "active": True,
            "name": {"givenName": "Reference", "familyName": key}, "title": title,
            "emails": [{"value": f"{key}@reference.example", "type": "Work", "primary": True}]}


class Client:
    """The work, and nothing of when to do it."""

    def __init__(self, site, wire, wait_before, wait_after):
        self.site, self.wire, self.wait_before, self.wait_after = site, wire, wait_before, wait_after

    def call(self, method, path, body=None):
        for attempt in range(ATTEMPTS_MAX):
            self.wait_before()
            status, retry_after, text = self.wire.send(method, path, body)
            if status and status != 429 and status < 500:
                return status, text
            self.wait_after(attempt, status, retry_after)
        raise RuntimeError("a call was given up")

    def chain(self, number):
        status, text = self.call("POST", "/scim/Users", person(number, "Baker"))
        if status == 409:  # made by a call whose answer was lost
            query = urllib.parse.quote(f'externalId eq "r{number}"')
            text = json.dumps(json.loads(self.call("GET", "/scim/Users?filter=" + query)[1])["Resources"][0])
        self.call("PUT", "/scim/Users/" + json.loads(text)["id"], person(number, "Confectioner"))


class Bucket:
    """One call's worth is kept back against clocks that differ."""

    def __init__(self, rate, burst):
        self.rate, self.burst, self.tokens, self.at = rate * 0.995, burst - 1, burst - 1, time.monotonic()
        self.lock = threading.Lock()

    def take(self):
        with self.lock:
            now = time.monotonic()
            self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate) - 1
            self.at = now
            wait = max(0.0, -self.tokens / self.rate)
        time.sleep(wait)


def told(status, retry_after):
    return float(retry_after) if status == 429 and retry_after else random.random() * 0.5


def waits_of(kind, options):
    def nothing():
        return None

    if kind == "backoff":
        return nothing, lambda attempt, status, after: time.sleep(random.random() * min(20.0, 0.5 * 2 ** attempt))
    if kind == "paced":
        return Bucket(options.rate, options.burst).take, lambda attempt, status, after: time.sleep(told(status, after))
    return nothing, lambda attempt, status, after: time.sleep(told(status, after))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("client", choices=("sequential", "backoff", "retry-after", "paced"))
    parser.add_argument("site")
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=32)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--burst", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    site = json.loads(options.site)
    context = ssl.create_default_context(cafile=site["ca_file"])
    before, after = waits_of(options.client, options)
    numbers = iter(range(options.calls // 2))
    lock = threading.Lock()
    gave_up = []

    def work():
        client = Client(site, Wire(site, context), before, after)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                client.chain(number)
            except RuntimeError:
                gave_up.append(number)

    begun, cpu = time.monotonic(), time.process_time()
    workers = [threading.Thread(target=work) for _ in range(1 if options.client == "sequential" else options.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(json.dumps({"seconds": time.monotonic() - begun, "cpu": time.process_time() - cpu, "gave_up": len(gave_up)}))


if __name__ == "__main__":
    main()
