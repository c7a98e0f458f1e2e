"""A source connector that reads a text file line by line, and goes on as it grows."""

import time

from millrace_connect import run

STRING = {"type": "string", "optional": False}


class LinesSource:
    """Checks nothing that its definition does not: one file is one task."""

    def definition(self):
        return [
            {"name": "file", "required": True, "importance": "HIGH", "documentation": "The file to read."},
            {"name": "topic", "required": True, "importance": "HIGH", "documentation": "The topic to write to."},
            {"name": "batch.size", "type": "INT", "default_value": "500", "at_least": 1, "importance": "LOW",
             "documentation": "The most lines at a time."},
        ]

    def start(self, worker, configuration):
        self.configuration = configuration

    def task_configurations(self, maximum):
        return [self.configuration]

    def stop(self):
        pass


class LinesSourceTask:
    def start(self, worker, configuration):
        self.topic = configuration["topic"]
        self.partition = {"file": configuration["file"]}
        self.size = int(configuration.get("batch.size", "500"))
        offset = worker.offset(self.partition)
        self.position = offset["position"] if offset else 0
        self.file = open(configuration["file"], "rb")
        self.file.seek(self.position)
        worker.log(f"reading {configuration['file']} from byte {self.position}")

    def poll(self):
        deadline = time.monotonic() + 0.5
        while True:
            records = self.lines()
            # None after a while, so that the task can be paused and stopped.
            if records or time.monotonic() > deadline:
                return records
            time.sleep(0.05)

    def lines(self):
        records = []
        while len(records) < self.size:
            line = self.file.readline()
            if not line.endswith(b"\n"):
                # The rest of the line is not written yet.
                self.file.seek(self.position)
                break
            self.position += len(line)
            records.append({
                "sourcePartition": self.partition, "sourceOffset": {"position": self.position}, "topic": self.topic,
                "value": line.rstrip(b"\r\n").decode(errors="replace"), "valueSchema": STRING,
            })
        return records

    def stop(self):
        self.file.close()


run(LinesSource, LinesSourceTask)
