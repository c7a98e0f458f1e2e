"""A connector for tests that fails, crashes and hangs as its configuration and arguments say."""

import json
import os
import struct
import sys
import threading

from millrace_connect import ConnectError, run


def raw(*frames):
    for frame in frames:
        os.write(1, frame)


def frame(text):
    return struct.pack(">I", len(text)) + text.encode()


def answer_hello(text):
    """Reads the first request and answers it with these bytes."""
    length = struct.unpack(">I", os.read(0, 4))[0]
    os.read(0, length)
    raw(text)
    threading.Event().wait()


class Part:
    """What connectors and tasks have in common: each call goes by here first."""

    configuration = {}

    def begin(self, call):
        if self.configuration.get("crash") == call:
            print("first line\nlast words", self.configuration.get("secret", ""), file=sys.stderr, flush=True)
            os._exit(3)
        if self.configuration.get("abort") == call:
            os.abort()
        if self.configuration.get("hang") == call:
            threading.Event().wait()
        if self.configuration.get("fail") == call:
            raise ConnectError(f"{call} does not work" + self.configuration.get("secret", ""), "unavailable", self.configuration.get("retriable") == "true")

    def start(self, worker, configuration):
        self.worker = worker
        self.configuration = configuration
        self.talk(configuration)
        self.begin("start")

    def talk(self, configuration):
        if "talk" in configuration:
            text = configuration["talk"] + configuration.get("secret", "")
            print("aloud", text, file=sys.stderr, flush=True)
            self.worker.say("log", level="warn", message="in a frame " + text)

    def stop(self):
        self.begin("stop")


class Connector(Part):
    def definition(self):
        return [{"name": "mode", "type": "STRING", "default_value": os.environ.get("MARK", "none"), "importance": "LOW"},
                {"name": "secret", "type": "PASSWORD"}]

    def validate(self, configuration, values):
        if "talk" in configuration:
            print("asked", configuration.get("secret", ""), file=sys.stderr, flush=True)
        for value in values:
            if value["name"] == "mode" and value["value"] == "wrong":
                value["errors"].append("mode is wrong")
        return {"values": values}

    def exactlyOnceSupport(self, configuration):
        return {"support": configuration["support"]}

    def alterOffsets(self, configuration, offsets):
        if any(entry["offset"] is None for entry in offsets):
            raise ConnectError("null is nothing", "invalidData")
        return {"vouches": True}

    def task_configurations(self, maximum):
        self.begin("taskConfigurations")
        if self.configuration.get("notice") == "raise":
            self.worker.say("raise", error={"message": "raised", "code": "failed"})
            self.worker.say("requestTaskReconfiguration")
        return [{"number": index} for index in range(maximum)]


class SourceTask(Part):
    def start(self, worker, configuration):
        super().start(worker, configuration)
        self.seen = []
        self.number = (worker.offset({"p": "0"}) or {"n": 0})["n"]

    def poll(self):
        self.begin("poll")
        awaited = self.configuration.get("await")
        while awaited and not os.path.exists(awaited):
            threading.Event().wait(0.01)
        self.number += 1
        return [{
            "sourcePartition": {"p": "0"}, "sourceOffset": {"n": self.number}, "topic": "t",
            "value": {"number": self.number, "seen": self.seen},
        }]

    def commitRecords(self, first, places):
        self.begin("commitRecords")
        self.seen.append([first, places])

    def commit(self):
        self.begin("commit")


class SinkTask(Part):
    """Writes every call that it gets to a file, as JSON lines."""

    def note(self, call, **arguments):
        with open(self.configuration["out"], "a", encoding="utf-8") as file:
            file.write(json.dumps({"call": call, **arguments}, ensure_ascii=False) + "\n")

    def open(self, partitions):
        self.note("open", partitions=partitions)
        self.worker.say("seek", offsets=[{**partition, "offset": 5} for partition in partitions])
        self.worker.say("pause", partitions=partitions)
        self.worker.say("requestCommit")
        self.worker.say("retryTimeout", milliseconds=7)

    def close(self, partitions):
        self.note("close", partitions=partitions)

    def put(self, records):
        self.begin("put")
        for record in records:
            if record.get("value") == "bad":
                self.worker.ask("report", **{k: record[k] for k in ("topic", "partition", "offset")},
                                error={"message": "it is bad"})
        self.note("put", records=records)

    def preCommit(self, offsets):
        self.begin("preCommit")
        return {"offsets": offsets[:1]}


mode = sys.argv[2] if len(sys.argv) > 2 else ""
if mode == "version":
    answer_hello(frame('{"id": 1, "result": {"protocol": 2}}'))
elif mode == "text":
    answer_hello(b"Hello, world\n")
elif mode == "no-json":
    answer_hello(frame('{"id": 1,'))
elif mode == "oversized":
    answer_hello(b"\x7f\xff\xff\xff")
elif mode == "unexpected":
    answer_hello(frame('{"id": 99, "result": {}}'))
elif mode == "truncated":
    os.write(1, b"\0\0\0\x10{}")
    os._exit(0)
elif mode == "deaf":
    threading.Event().wait()
elif mode == "flood":
    for index in range(20_000):
        print(f"line {index} " + "x" * 100, file=sys.stderr)
    sys.stderr.flush()
run(Connector, SourceTask if sys.argv[1] == "source" else SinkTask)
