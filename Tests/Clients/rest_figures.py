"""Figures of the REST Proxy beside the native protocol: the same records written and read over HTTP and by kcat.

`make bench-rest` runs it; nothing here passes or fails by time. What was answered is compared with the topics' ends.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from connect_figures import Server, end_offset, kcat

VALUE = json.dumps({"sensor": "kitchen-1", "at": 1763851000123, "celsius": 21.5, "note": "all is well here"},
                   separators=(",", ":"))
STREAMS = 4
SCRIPT = pathlib.Path(__file__).with_name("rest_post.lua")
TICKS = os.sysconf("SC_CLK_TCK")


class Clock:
    """Wall time, and CPU time of the server, of what runs within it."""

    def __init__(self, server):
        self.stat = pathlib.Path(f"/proc/{server.process.pid}/stat")

    def cpu(self):
        fields = self.stat.read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def __enter__(self):
        self.begun, self.used = time.perf_counter(), self.cpu()
        return self

    def __exit__(self, *_):
        self.seconds, self.used = time.perf_counter() - self.begun, self.cpu() - self.used


def row(name, clock, records, requests=None, native=None):
    rate, each = records / clock.seconds, requests or records
    ratio = f"{rate / native:.2f}" if native else ""
    asked = f"{requests / clock.seconds:,.0f}" if requests else ""
    cpu = f"{clock.used / each * 1e6:.1f} | {clock.used / clock.seconds:.2f}"
    print(f"| {name} | {asked} | {rate:,.0f} | {ratio} | {cpu} |", flush=True)
    return rate


def check_end(server, topic, records):
    """Whatever was answered is there; requests whose answers came after the end of a run may be there as well."""
    end = end_offset(server, topic)
    if end < records:
        raise SystemExit(f"{records} records answered, {end} in {topic}")


def wrk(server, topic, connections, records, depth, seconds):
    """POST requests as many as go; gives their number."""
    output = subprocess.run(
        ["wrk", "-t", "1", "--timeout", "20s", "-c", str(connections), "-d", str(seconds), "-s", str(SCRIPT),
         f"{server.rest}/topics/{topic}", "--", str(records), str(depth), VALUE],
        capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(output)
    return int(re.search(r"(\d+) requests in", output)[1])


def connected(server, head):
    """A connection on which a request's head was sent."""
    parts = urllib.parse.urlsplit(server.rest)
    line = socket.create_connection((parts.hostname, parts.port))
    line.sendall((head + f"\r\nHost: {parts.hostname}\r\n\r\n").encode())
    return line


def cluster(server):
    with urllib.request.urlopen(server.rest + "/v3/clusters", timeout=60) as answer:
        return json.load(answer)["data"][0]["cluster_id"]


def stream_records(server, path, count):
    """One request of API v3 with so many records; its answers are counted while it is sent."""
    line = connected(server, f"POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked")
    record = ('{"value":{"type":"JSON","data":' + VALUE + "}}\n").encode()
    chunk, rest = record * 200, record * (count % 200)

    def send():
        framed = f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n"
        for _ in range(count // 200):
            line.sendall(framed)
        line.sendall((f"{len(rest):x}\r\n".encode() + rest + b"\r\n" if rest else b"") + b"0\r\n\r\n")

    sender = threading.Thread(target=send)
    sender.start()
    answered, refused = count_in(line, b'"error_code":200', count, b'"error_code":')
    sender.join()
    line.close()
    if answered != count or refused != count:
        raise SystemExit(f"{answered} of {count} records written, {refused} answers")


def count_in(line, mark, count, other):
    """Reads until a mark came so many times or nothing comes any more; gives how often it and another one came."""
    line.settimeout(60)
    seen = others = 0
    tail = b""
    while seen < count:
        data = line.recv(1 << 18)
        if not data:
            break
        text = tail + data
        # What may be the beginning of a mark is looked at again with what follows.
        keep = len(mark) - 1
        tail = text[-keep:]
        seen += text.count(mark) - tail.count(mark)
        others += text.count(other) - tail.count(other)
    return seen, others


def streams(server, topic, count):
    path = f"/v3/clusters/{cluster(server)}/topics/{topic}/records"
    workers = [threading.Thread(target=stream_records, args=(server, path, count // STREAMS)) for _ in range(STREAMS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def events(server, topic, kind, mark, count):
    """Reads records as a stream from the topic's begin."""
    path = f"/v3/clusters/{cluster(server)}/topics/{topic}/records?offset=earliest&format=json"
    line = connected(server, f"GET {path} HTTP/1.1\r\nAccept: {kind}")
    seen, _ = count_in(line, mark, count, mark)
    line.close()
    if seen < count:
        raise SystemExit(f"{seen} of {count} records read as {kind}")


def turn(server, folder, number, seconds, lines):
    """All ways once. The topic that kcat writes is what all read."""
    native = f"native-{number}"
    with Clock(server) as clock:
        kcat(server, "-P", "-t", native, "-l", str(folder / "lines"))
    written = row("kcat -P", clock, lines)
    check_end(server, native, lines)
    for name, connections, records, depth in (
            ("POST, 1 record", 64, 1, 1), ("POST, 1 record", 256, 1, 1), ("POST, 1 record", 64, 1, 16),
            ("POST, 100 records", 32, 100, 1)):
        topic = f"post-{connections}-{records}-{depth}-{number}"
        subprocess.run([server.binary, "topics", "create", topic, "--bootstrap-server", server.kafka], check=True,
                       stdout=subprocess.DEVNULL)
        with Clock(server) as clock:
            requests = wrk(server, topic, connections, records, depth, seconds)
        row(f"{name}; {connections} connections, {depth} at once", clock, requests * records, requests, written)
        check_end(server, topic, requests * records)
        server.drop(topic)
    topic, count = f"stream-{number}", lines // 4 // STREAMS * STREAMS
    subprocess.run([server.binary, "topics", "create", topic, "--bootstrap-server", server.kafka], check=True,
                   stdout=subprocess.DEVNULL)
    with Clock(server) as clock:
        streams(server, topic, count)
    row(f"v3 streaming produce; {STREAMS} connections", clock, count, None, written)
    check_end(server, topic, count)
    server.drop(topic)
    with Clock(server) as clock:
        kcat(server, "-C", "-t", native, "-o", "beginning", "-e")
    read = row("kcat -C", clock, lines)
    for name, kind, mark in (("v3 records as SSE", "text/event-stream", b"\nid:"),
                             ("v3 records as NDJSON", "application/x-ndjson", b'"offset":')):
        with Clock(server) as clock:
            events(server, native, kind, mark, lines)
        row(f"{name}; 1 connection", clock, lines, None, read)
    server.drop(native)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seconds", type=int, default=15, help="of each run of wrk")
    parser.add_argument("--records", type=int, default=2_000_000, help="records that kcat writes and all read")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="millrace-rest-"))
    (folder / "lines").write_text((VALUE + "\n") * options.records)
    server = Server(os.path.abspath(options.binary), folder)
    try:
        print(f"values of {len(VALUE)} bytes, one partition, {os.cpu_count()} cores with the clients on them\n")
        print("| | requests/s | records/s | times kcat | server's CPU, us a request, or a record | cores of it |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
        # Each twice, in turn: machines have moods.
        for number in (1, 2):
            turn(server, folder, number, options.seconds, options.records)
        print(f"\nserver's own memory at the end: {server.memory() / 1024:.0f} MB")
    finally:
        server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
