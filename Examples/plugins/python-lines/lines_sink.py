"""A sink connector that appends values to a text file, one to a line."""

import json
import os

from millrace_connect import ConnectError, run


class LinesSink:
    def definition(self):
        return [{"name": "file", "required": True, "importance": "HIGH", "documentation": "The file to append to."}]

    def validate(self, configuration, values):
        for value in values:
            if value["name"] == "file" and value["value"] and os.path.isdir(value["value"]):
                value["errors"].append(f"{value['value']} is a directory; give the path of a file")
        return {"values": values}

    def start(self, worker, configuration):
        self.configuration = configuration

    def task_configurations(self, maximum):
        return [self.configuration] * maximum

    def stop(self):
        pass


class LinesSinkTask:
    def start(self, worker, configuration):
        self.file = open(configuration["file"], "a", encoding="utf-8")

    def put(self, records):
        for record in records:
            value = record.get("value")
            self.file.write((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) + "\n")

    def flush(self, offsets):
        """Makes durable what was put; the worker commits the offsets then."""
        try:
            self.file.flush()
            os.fsync(self.file.fileno())
        except OSError as error:
            raise ConnectError(f"cannot write {self.file.name}: {error}")

    def stop(self):
        self.file.close()


run(LinesSink, LinesSinkTask)
