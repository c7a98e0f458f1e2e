"""Millrace's plug-in protocol for connectors in Python: frames, messages and the loop around a connector.

A program makes classes with the methods that it needs and calls `run(connector, task)`. See docs/plugin-protocol.md.
"""

import json
import os
import struct
import sys
import traceback

# The calls that the worker makes where a class has the method; all others are always made.
OPTIONAL_CONNECTOR_CALLS = ["validate", "exactlyOnceSupport", "alterOffsets"]
OPTIONAL_TASK_CALLS = ["commitRecords", "commit", "open", "close", "flush", "preCommit"]


class ConnectError(Exception):
    """An error that the worker shows; one that is retriable has it try again."""

    def __init__(self, message, code="failed", retriable=False):
        super().__init__(message)
        self.code = code
        self.retriable = retriable


class Worker:
    """What a connector or task may ask of the worker, and say to it."""

    def __init__(self, source, sink):
        self._source = source
        self._sink = sink
        self._next_id = 1
        self._waiting = []
        self._maximum = 16 * 1024 * 1024

    def ask(self, call, **arguments):
        """Asks for something and waits for the answer; requests of the worker's wait meanwhile."""
        request, self._next_id = self._next_id, self._next_id + 1
        self._write({"id": request, "call": call, "with": arguments})
        while True:
            message = self._read()
            if message is None:
                raise EOFError("the worker is gone")
            if "call" in message:
                self._waiting.append(message)
            elif "error" in message:
                error = message["error"]
                raise ConnectError(error["message"], error.get("code", "failed"), error.get("retriable", False))
            else:
                return message["result"]

    def say(self, notice, **arguments):
        """Says something that has no answer."""
        self._write({"notice": notice, "with": arguments})

    def log(self, message, level="info"):
        """Writes to the connector's log; standard error goes there too."""
        self.say("log", level=level, message=message)

    def alive(self):
        """Shows that work that takes long has not stopped."""
        self.say("alive")

    def offset(self, partition):
        """The stored offset of a source partition, or None."""
        return self.ask("offsets", partitions=[partition])["offsets"][0]

    # Frames

    def _read(self):
        head = self._source.read(4)
        if len(head) < 4:
            return None
        (length,) = struct.unpack(">I", head)
        if length > self._maximum:
            raise ValueError(f"a frame of {length} bytes")
        return json.loads(self._source.read(length))

    def _write(self, message):
        body = json.dumps(message, ensure_ascii=False).encode()
        if len(body) > self._maximum:
            raise ConnectError(f"{len(body)} bytes for one frame, which has {self._maximum} at most; return less at a time")
        self._sink.write(struct.pack(">I", len(body)) + body)
        self._sink.flush()

    def _next(self):
        return self._waiting.pop(0) if self._waiting else self._read()


def run(connector_class, task_class):
    """Serves the worker until it closes the standard input.

    A connector has `definition()`, `start(worker, configuration)`, `task_configurations(maximum)` and `stop()`. A source task has
    `start(worker, configuration)`, `poll()` and `stop()`; a sink task `put(records)` in place of `poll()`. Methods with the names
    of the calls that need not be made are found, and made known to the worker.
    """
    # Whatever else prints to standard output must not end up among the frames.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    worker = Worker(sys.stdin.buffer, output)
    served = None
    while (message := worker._next()) is not None:
        call, arguments = message["call"], message.get("with", {})
        try:
            if call == "hello":
                if 1 not in arguments["protocol"]:
                    raise ConnectError(f"this plug-in speaks version 1, not {arguments['protocol']}")
                worker._maximum = arguments["maximumFrame"]
                served = connector_class() if arguments["role"] == "connector" else task_class()
                result = {"protocol": 1}
            else:
                result = _serve(worker, served, call, arguments)
            worker._write({"id": message["id"], "result": result or {}})
        except ConnectError as error:
            _refuse(worker, message, str(error), error.code, error.retriable)
        except Exception as error:
            _refuse(worker, message, f"{type(error).__name__}: {error}", "failed", False)


def _serve(worker, served, call, arguments):
    if call == "definition":
        return {"keys": served.definition(), "calls": _wanted(served, OPTIONAL_CONNECTOR_CALLS)}
    if call == "start":
        served.start(worker, arguments["configuration"])
        return {"calls": _wanted(served, OPTIONAL_TASK_CALLS)}
    if call == "taskConfigurations":
        return {"tasks": served.task_configurations(arguments["maximum"])}
    if call == "poll":
        return {"records": served.poll()}
    if call == "put":
        for record in arguments["records"]:
            _name_schemas(record, arguments["schemas"])
        return served.put(arguments["records"])
    method = getattr(served, call, None)
    if method is None:
        raise ConnectError(f"this plug-in has no '{call}'")
    return method(**arguments)


def _wanted(served, calls):
    return [call for call in calls if hasattr(served, call)]


def _name_schemas(record, schemas):
    """Puts schemas in the places of their numbers."""
    for part, name in [(record, "keySchema"), (record, "valueSchema")] + [(h, "schema") for h in record.get("headers", [])]:
        if isinstance(part.get(name), int):
            part[name] = schemas[part[name]]


def _refuse(worker, message, text, code, retriable):
    error = {"message": text, "code": code, "retriable": retriable, "trace": traceback.format_exc()}
    worker._write({"id": message["id"], "error": error})
