"""Figures of Kafka Connect: files into topics and back beside kcat on the same file, and many connectors in one server.

`make bench-connect` runs it; nothing here passes or fails by time.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request


def pause(seconds):
    """Lets everything go on for a while."""
    threading.Event().wait(seconds)


class Server:
    """`millrace serve` on ports and a directory of its own."""

    def __init__(self, binary, folder):
        self.binary = binary
        ready = folder / "ready.json"
        self.process = subprocess.Popen(
            [binary, "serve", "--data-dir", str(folder / "data"), "--ready-file", str(ready), "--set",
             "listeners=PLAINTEXT://127.0.0.1:0", "--set", "connect.listeners=http://127.0.0.1:0", "--set",
             "schema.registry.listeners=http://127.0.0.1:0", "--set", "rest.listeners=http://127.0.0.1:0"],
            stderr=open(folder / "server.log", "w"))
        while not ready.exists():
            if self.process.poll() is not None:
                raise SystemExit((folder / "server.log").read_text()[-2000:])
            pause(0.01)
        addresses = json.loads(ready.read_text())
        self.kafka, self.connect, self.rest = addresses["kafka"], addresses["connect"], addresses["rest"]

    def call(self, method, path, body=None):
        """One request; gives the answer and the time that it took in ms."""
        request = urllib.request.Request(
            self.connect + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        begun = time.perf_counter()
        with urllib.request.urlopen(request, timeout=100) as response:
            text = response.read()
        return json.loads(text) if text else None, (time.perf_counter() - begun) * 1000

    def drop(self, topic):
        """Deletes a topic, so that the next one is written to the memory of its files.

        A virtual machine gets memory that it never had only page by page from its host, at a price of 10 us each here: the turn
        that comes to it first would pay for that and for nothing else.
        """
        subprocess.run([self.binary, "topics", "delete", topic, "--bootstrap-server", self.kafka], check=True,
                       stdout=subprocess.DEVNULL)

    def memory(self):
        """What the process has filled itself, in KB; pages of mapped files are not in it."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", status)[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


class MemoryWatch(threading.Thread):
    """The most memory that the server had while this ran."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.most, self.ended = server, 0, threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()

    def run(self):
        while not self.ended.wait(0.1):
            self.most = max(self.most, self.server.memory())


def make_file(path, size):
    """Real lines: descriptions of packages, again and again."""
    lines = subprocess.run(["apt-cache", "dumpavail"], stdout=subprocess.PIPE, check=True).stdout
    if len(lines) < 1 << 20:
        raise SystemExit("apt-cache dumpavail has nothing to say; run apt-get update")
    with open(path, "wb") as file:
        while file.tell() < size:
            file.write(lines)
    return lines.count(b"\n") * (path.stat().st_size // len(lines))


def end_offset(server, topic):
    """The end of a topic's one partition."""
    answer = subprocess.run(
        ["kcat", "-b", server.kafka, "-Q", "-t", f"{topic}:0:-1"], capture_output=True, text=True)
    found = re.search(r"offset (\d+)", answer.stdout)
    return int(found[1]) if found else 0


def connector(server, name, config, is_done):
    """Runs a connector until it is through, and gives the time from its creation in seconds."""
    begun = time.perf_counter()
    server.call("PUT", f"/connectors/{name}/config", config)
    while not is_done():
        states, _ = server.call("GET", f"/connectors/{name}/status")
        failed = [task for task in states["tasks"] if task["state"] == "FAILED"]
        if failed:
            raise SystemExit(failed[0]["trace"])
        pause(0.05)
    seconds = time.perf_counter() - begun
    server.call("DELETE", f"/connectors/{name}")
    return seconds


def kcat(server, *arguments, output=None):
    begun = time.perf_counter()
    subprocess.run(
        ["kcat", "-b", server.kafka, "-q", *arguments], check=True, stdout=output or subprocess.DEVNULL)
    return time.perf_counter() - begun


def row(name, seconds, lines, size, peer=None, memory=None):
    ratio = f"{peer / seconds:.2f}" if peer else ""
    megabytes = f"{memory / 1024:.0f}" if memory else ""
    print(f"| {name} | {seconds:.1f} | {lines / seconds:,.0f} | {size / seconds / 1e6:.0f} | {ratio} | {megabytes} |",
          flush=True)


def throughput(server, folder, size):
    path = folder / "lines.txt"
    lines = make_file(path, size)
    size = path.stat().st_size
    print(f"{lines:,} lines, {size / 1e6:.0f} MB\n")
    print("| | s | records/s | MB/s | times kcat | server's own memory at most, MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    source = {"connector.class": "FileStreamSource", "file": str(path)}
    # Each twice, in turn: machines have moods.
    for turn in ("1", "2"):
        with MemoryWatch(server) as watch:
            into = kcat(server, "-P", "-t", "kcat" + turn, "-l", str(path))
        row("kcat -P", into, lines, size, memory=watch.most)
        plain = "plain" + turn
        with MemoryWatch(server) as watch:
            seconds = connector(
                server, plain, {**source, "topic": plain}, lambda: end_offset(server, plain) >= lines)
        row("FileStreamSource", seconds, lines, size, into, watch.most)
        server.drop(plain)
        # What a transform costs, beside the same without it, and beside the source as it is.
        json_only = {"value.converter": "JsonConverter", "value.converter.schemas.enable": "false"}
        transform = {**json_only, "transforms": "h", "transforms.h.field": "line",
                     "transforms.h.type": "org.apache.kafka.connect.transforms.HoistField$Value"}
        taken = [seconds]
        for title, topic, more in (("JsonConverter", "json" + turn, json_only),
                                   ("JsonConverter, HoistField", "changed" + turn, transform)):
            with MemoryWatch(server) as watch:
                taken.append(connector(server, topic, {**source, **more, "topic": topic},
                                       lambda: end_offset(server, topic) >= lines))
            row("FileStreamSource, " + title, taken[-1], lines, size, into, watch.most)
            server.drop(topic)
        with open(folder / "kcat.out", "wb") as output, MemoryWatch(server) as watch:
            out = kcat(server, "-C", "-t", "kcat" + turn, "-o", "beginning", "-e", output=output)
        row("kcat -C", out, lines, size, memory=watch.most)
        target = folder / "sink.out"
        with MemoryWatch(server) as watch:
            seconds = connector(
                server, "sink" + turn,
                {"connector.class": "FileStreamSink", "topics": "kcat" + turn, "file": str(target)},
                lambda: target.exists() and target.stat().st_size >= (folder / "kcat.out").stat().st_size)
        row("FileStreamSink", seconds, lines, size, out, watch.most)
        # The order of lines is the topic's, so both wrote the same file.
        same = subprocess.run(["cmp", "-s", target, folder / "kcat.out"]).returncode == 0
        print(f"\nkcat's file and the sink's are {'the same' if same else 'NOT the same'}; of the speed without it HoistField "
              f"leaves {taken[1] / taken[2]:.2f}, and of the plain source's, with JsonConverter, {taken[0] / taken[2]:.2f}\n",
              flush=True)
        server.drop("kcat" + turn)
        for name in ("kcat.out", "sink.out"):
            (folder / name).unlink()


def many(server, folder, count):
    """Creates, lists, restarts and deletes idle connectors."""
    print("| call | ms at the median | ms at 99 of 100 |")
    print("| --- | ---: | ---: |")
    before = server.memory()
    names = [f"idle-{number}" for number in range(count)]

    def each(title, call):
        times = sorted(call(name)[1] for name in names)
        print(f"| {title} | {times[len(times) // 2]:.2f} | {times[len(times) * 99 // 100]:.2f} |", flush=True)

    each("POST /connectors", lambda name: server.call("POST", "/connectors", {
        "name": name, "config": {"connector.class": "FileStreamSource", "topic": "idle", "file": str(folder / name)}}))

    def running():
        states, duration = server.call("GET", "/connectors?expand=status")
        tasks = [task["state"] for state in states.values() for task in state["status"]["tasks"]]
        return tasks.count("RUNNING"), duration

    while running()[0] < count:
        pause(0.1)
    pause(2)
    memory = (server.memory() - before) / count
    each("GET /connectors", lambda _: server.call("GET", "/connectors"))
    each("GET /connectors/…/status", lambda name: server.call("GET", f"/connectors/{name}/status"))
    each("POST /connectors/…/restart", lambda name: server.call("POST", f"/connectors/{name}/restart"))
    while running()[0] < count:
        pause(0.1)
    print(f"| GET /connectors?expand=status | {running()[1]:.2f} | |")
    each("DELETE /connectors/…", lambda name: server.call("DELETE", f"/connectors/{name}"))
    print(f"\n{count} connectors with a task each: {memory:.0f} KB each while idle", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--connectors", type=int, default=500)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="millrace-connect-"))
    try:
        for part in (lambda server: throughput(server, folder, options.megabytes * 1_000_000),
                     lambda server: many(server, folder, options.connectors)):
            server = Server(os.path.abspath(options.binary), folder)
            try:
                part(server)
            finally:
                server.stop()
                (folder / "ready.json").unlink(missing_ok=True)
                shutil.rmtree(folder / "data", ignore_errors=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
