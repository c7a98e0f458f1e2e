"""Runs librdkafka's tests against servers of its own, and holds what fails against docs/compatibility.md."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

# The version that the tests take the broker for: it chooses what they expect and how they call kafka-topics.sh.
KAFKA_VERSION = "3.4.0"
LIMIT = 300
AT_ONCE = 4

# Name, what the runner is told, what the server is set to.
RUNS = [
    ("plain", ["-Q"], {}),
    ("idempotent", ["-Q", "-P"], {}),
    ("no auto-create", ["-Q", "-s", "noautocreate"], {"auto.create.topics.enable": "false"}),
]


class Server:
    """A server with an empty data directory, until the end of the `with`."""

    def __init__(self, directory, settings):
        self.directory, self.settings = directory, {
            "listeners": "PLAINTEXT://127.0.0.1:0", "connect.listeners": "http://127.0.0.1:0", "num.partitions": "4",
            "schema.registry.listeners": "http://127.0.0.1:0", "rest.listeners": "http://127.0.0.1:0",
            # Kafka's default: the tests take it that members that start together begin together.
            "group.initial.rebalance.delay.ms": "3000", **settings}

    def __enter__(self):
        ready = self.directory / "ready.json"
        command = [os.environ["MILLRACE"], "serve", "--data-dir", str(self.directory / "data"),
                   "--ready-file", str(ready)]
        for key, value in self.settings.items():
            command += ["--set", f"{key}={value}"]
        with open(self.directory / "server.log", "w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        end = time.monotonic() + 60
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                self.process.wait()
                raise RuntimeError(f"the server does not start: see {self.directory}/server.log")
            time.sleep(0.05)
        self.address = json.loads(ready.read_text())["kafka"]
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        shutil.rmtree(self.directory / "data", ignore_errors=True)
        if status != 0:
            print(f"the server ended with {status}: see {self.directory}/server.log", file=sys.stderr)


def numbers(suite):
    """The tests that need a broker, by number: those that are not marked as local or manual."""
    source = (suite / "tests/test.c").read_text()
    entries = re.findall(r"_TEST\((\d{4})_\w+,\s*([^,)]*)", source)
    return sorted({number for number, flags in entries if not re.search("LOCAL|MANUAL", flags)})


def run_test(number, flags, server, arguments):
    """Runs one number in a folder of its own; returns the state of each test that bears it."""
    # The tests look for files of the source tree beside their folder.
    directory = server.directory / number / "tests"
    directory.mkdir(parents=True)
    (directory.parent / "src").symlink_to(arguments.suite / "src")
    for folder in ("fixtures", "interceptor_test", "plugin_test"):
        (directory / folder).symlink_to(arguments.suite / "tests" / folder)
    (directory / "test.conf").write_text(
        f"bootstrap.servers={server.address}\ntest.topic.prefix=conformance\ntest.topic.random=true\n")
    libraries = f"{arguments.suite}/src:{arguments.suite}/src-cpp"
    environment = {
        **os.environ, "LD_LIBRARY_PATH": libraries, "KAFKA_PATH": str(arguments.scripts), "BROKERS": server.address,
        "TEST_KAFKA_VERSION": KAFKA_VERSION, "TEST_REPORT": "report.json", "TESTS": number}
    environment.pop("CI", None)
    with open(directory / "output.log", "w") as log:
        try:
            subprocess.run(
                [arguments.suite / "tests/test-runner", "-L", "-p1", *flags], cwd=directory, env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=LIMIT, check=False)
        except subprocess.TimeoutExpired:
            return {number: "FAILED"}
    try:
        # A runner that ends in the middle of its work leaves half a report, or none.
        tests = json.loads((directory / "report.json").read_text())["tests"]
    except (OSError, ValueError):
        return {number: "FAILED"}
    states = {name: test["state"] for name, test in tests.items() if name.startswith(number)}
    # Of several tests of one number only those that this run is about count.
    ran = {name: state for name, state in states.items() if state not in ("SKIPPED", "DNS")}
    return ran or {number: "SKIPPED"}


def run_all(name, flags, settings, arguments):
    directory = arguments.results / name.replace(" ", "-")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    chosen = [number for number in numbers(arguments.suite) if not arguments.tests or number in arguments.tests]
    states = {}
    with Server(directory, settings) as server, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        started = {pool.submit(run_test, number, flags, server, arguments): number for number in chosen}
        for future in concurrent.futures.as_completed(started):
            states.update(future.result())
            for test, state in sorted(future.result().items()):
                if state == "FAILED":
                    print(f"    {test}: failed", flush=True)
    counts = {state: list(states.values()).count(state) for state in ("PASSED", "FAILED", "SKIPPED")}
    print(f"==> {name}: " + ", ".join(f"{count} {state.lower()}" for state, count in counts.items()), flush=True)
    return states


def accounted(document):
    """The tests that do not pass, as docs/compatibility.md has them: pairs of a run and a test's number."""
    rows = re.findall(r"^\| (\d{4}) \| ([\w, -]+) \| .+ \|$", document.read_text(), re.M)
    return {(run.strip(), number) for number, runs in rows for run in runs.split(",")}


def main():
    parser = argparse.ArgumentParser()
    for option in ("suite", "scripts", "results", "document"):
        parser.add_argument(f"--{option}", type=lambda path: pathlib.Path(path).resolve(), required=True)
    parser.add_argument("--tests", type=lambda text: set(filter(None, text.split(","))), default=set())
    arguments = parser.parse_args()
    known, failed, passed, skipped = accounted(arguments.document), set(), set(), set()
    for name, flags, settings in RUNS:
        for test, state in run_all(name, flags, settings, arguments).items():
            group = {"FAILED": failed, "PASSED": passed}.get(state, skipped)
            group.add((name, test[:4]))
    # A test that ran in none of the runs has not passed either; it counts as one of a run of that name.
    ran = {number for _, number in failed | passed}
    idle = {("skipped", number) for _, number in skipped if number not in ran}
    for _, number in sorted(idle - known):
        print(f"{number} ran nowhere and does not stand in {arguments.document.name}")
    for run, number in sorted(failed - known):
        print(f"{number} fails ({run}) and does not stand in {arguments.document.name}: "
              f"see {arguments.results}/{run.replace(' ', '-')}/{number}/tests/output.log")
    passes = sorted((passed - failed) & known | {("skipped", number) for number in ran} & known)
    for run, number in passes:
        print(f"{number} passes ({run}) and stands in {arguments.document.name} as one that does not")
    unaccounted = len(failed - known) + len(idle - known) + len(passes)
    print(f"{len(passed - failed)} passed, {unaccounted} failed, {len((failed | idle) & known)} skipped")
    sys.exit(1 if unaccounted else 0)


if __name__ == "__main__":
    main()
