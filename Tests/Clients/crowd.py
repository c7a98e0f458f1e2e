"""Thousands of connections at once: idle ones, busy ones that check every byte, and slow ones beside them.

Prints one JSON object: what the server's process held before, during and after, in KiB, and how many microseconds
producing and fetching took with and without the slow clients. `failures` names what went wrong, and has to be empty.

A busy pair is a producer with one request under way (acks=1, 10 records of 100 bytes) and a consumer with a long poll
on the four partitions of the pair's topic; "fetch" is the time from sending a batch to having it from the consumer's
answer.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import socket
import struct
import time

import raw_wire as wire
from pacing import rhythm

RECORDS = 10
PARTITIONS = 4
VARIANTS = 64
# From the magic number on a batch is the producer's; what is in front of it the server sets.
FIXED = 16


class Connection(asyncio.Protocol):
    """One connection with at most one request that waits for its answer."""

    def __init__(self, crowd):
        self.crowd, self.unread, self.answer, self.is_expected_to_end = crowd, bytearray(), None, False

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.unread += data
        while len(self.unread) >= 4:
            size = struct.unpack_from(">i", self.unread)[0] + 4
            if len(self.unread) < size:
                return
            answer = bytes(self.unread[4:size])
            del self.unread[:size]
            if self.answer and not self.answer.done():
                self.answer.set_result(answer)

    def connection_lost(self, error):
        if not self.is_expected_to_end:
            self.crowd.fail(f"a connection was closed: {error}")
        if self.answer and not self.answer.done():
            self.answer.cancel()

    async def ask(self, request):
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answer

    def close(self):
        self.is_expected_to_end = True
        self.transport.close()


class Pair:
    """A producer and a consumer of one topic."""

    def __init__(self, crowd, topic):
        self.crowd, self.topic = crowd, topic
        self.sent, self.seen = [0] * PARTITIONS, [0] * PARTITIONS
        self.times = [{} for _ in range(PARTITIONS)]

    async def open(self):
        self.producer, self.consumer = await self.crowd.connect(), await self.crowd.connect()
        self.reading = asyncio.create_task(self.read())

    async def touch(self):
        """Sends one batch to each partition: the first one makes files."""
        for partition in range(PARTITIONS):
            await self.send(partition)

    async def write(self, until, pause):
        # Not all at once: a crowd has no beat.
        await rhythm(random.random() * pause)
        while time.monotonic() < until:
            await self.send(random.randrange(PARTITIONS))
            await rhythm(pause * (0.5 + random.random()))

    async def send(self, partition):
        number = self.sent[partition]
        request = wire.produce(number, self.topic, partition, self.crowd.batches[number % VARIANTS])
        begun = time.perf_counter()
        self.times[partition][number] = begun
        answer = await self.producer.ask(request)
        self.crowd.note("produce", time.perf_counter() - begun)
        if wire.produced(answer) != (0, number * RECORDS):
            self.crowd.fail(f"{self.topic}-{partition}: batch {number} answered with {wire.produced(answer)}")
        self.sent[partition] += 1

    async def read(self):
        while True:
            offsets = [count * RECORDS for count in self.seen]
            answer = await self.consumer.ask(wire.fetch(0, self.topic, offsets, 1_000))
            now = time.perf_counter()
            for partition, error, records in wire.fetched(answer):
                if error:
                    self.crowd.fail(f"{self.topic}-{partition}: fetch answered with {error}")
                self.check(partition, records, now)

    def check(self, partition, records, now):
        while len(records) >= 61:
            number = self.seen[partition]
            offset, size = struct.unpack_from(">qi", records)
            expected = self.crowd.batches[number % VARIANTS]
            if offset != number * RECORDS or records[FIXED:12 + size] != expected[FIXED:]:
                self.crowd.fail(f"{self.topic}-{partition}: batch {number} is not what was sent")
            self.crowd.note("fetch", now - self.times[partition].pop(number, now))
            self.seen[partition] += 1
            records = records[12 + size:]

    async def settle(self):
        """Waits until all that was sent has been read."""
        while self.seen != self.sent:
            await rhythm(0.01)

    def close(self):
        self.reading.cancel()
        self.producer.close()
        self.consumer.close()


class Slow:
    """Plain sockets that ask and do not read, or send and do not end; none of them may cost the others anything."""

    def __init__(self, crowd):
        self.crowd, self.readers, self.writers, self.sockets = crowd, [], [], []

    def socket(self, request):
        connection = socket.create_connection(self.crowd.address)
        connection.setblocking(False)
        self.sockets.append(connection)
        self.send(connection, request)
        return connection

    def open(self, count):
        # As many answers as a server that does not look would pile up by the gigabyte.
        question = wire.metadata_of_all(1) * 2_000
        for _ in range(count):
            self.socket(question)
            self.readers.append(self.socket(question))
            # A large request that is announced and begun.
            request = wire.produce(1, "none", 0, bytes(64))
            head = struct.pack(">i", 90 << 20) + request[4:]
            self.writers.append(self.socket(head + bytes(100_000)))

    def send(self, connection, data):
        try:
            connection.send(data)
        except BlockingIOError:
            pass

    async def trickle(self):
        while True:
            await rhythm(1)
            for connection in self.readers:
                try:
                    connection.recv(1)
                except BlockingIOError:
                    pass
            for connection in self.writers:
                self.send(connection, b"x")

    def close(self):
        for connection in self.sockets:
            connection.close()


class Crowd:
    def __init__(self, arguments):
        host, port = arguments.bootstrap.rsplit(":", 1)
        self.address, self.process = (host, int(port)), arguments.process
        self.failures, self.times = [], {}
        self.batches = [
            wire.batch([f"{variant}:{index}:".encode().ljust(100, b".") for index in range(RECORDS)], 1_700_000_000_000)
            for variant in range(VARIANTS)
        ]

    def fail(self, what):
        if len(self.failures) < 20:
            self.failures.append(what)

    def note(self, kind, seconds):
        self.times.setdefault(kind, []).append(seconds)

    async def connect(self):
        _, connection = await asyncio.get_running_loop().create_connection(lambda: Connection(self), *self.address)
        return connection

    def latencies(self):
        """What was measured since the last call, in microseconds."""
        result = {}
        for kind, times in self.times.items():
            times.sort()
            shares = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
            result[kind] = {name: round(times[int(len(times) * share)] * 1e6) for name, share in shares.items()}
            result[kind]["count"] = len(times)
        self.times = {}
        return result

    def memory(self):
        """What the server's process holds: KiB of its own and in all, and sockets."""
        held = {}
        with open(f"/proc/{self.process}/status") as status:
            for line in status:
                if line.startswith(("RssAnon:", "VmRSS:")):
                    held[line.split(":")[0]] = int(line.split()[1])
        return {"anonymous": held["RssAnon"], "resident": held["VmRSS"], "sockets": self.sockets()}

    def sockets(self):
        count = 0
        for name in os.listdir(f"/proc/{self.process}/fd"):
            try:
                count += os.readlink(f"/proc/{self.process}/fd/{name}").startswith("socket:")
            except FileNotFoundError:
                pass
        return count

    async def create(self, topics):
        connection = await self.connect()
        for first in range(0, len(topics), 100):
            answer = await connection.ask(wire.create_topics(1, topics[first:first + 100], PARTITIONS))
            if len(answer) < 100:
                self.fail(f"topics were not created: {answer}")
        connection.close()

    async def idle(self, count):
        connections = [await self.connect() for _ in range(count)]
        for connection in connections:
            if struct.unpack_from(">ih", await connection.ask(wire.api_versions(7))) != (7, 0):
                self.fail("ApiVersions was not answered")
        return connections

    async def load(self, pairs, seconds, pause):
        until = time.monotonic() + seconds
        await asyncio.gather(*(pair.write(until, pause) for pair in pairs))
        await asyncio.wait_for(asyncio.gather(*(pair.settle() for pair in pairs)), 30)
        return self.latencies()


async def run(arguments):
    crowd, report = Crowd(arguments), {}
    begun = time.monotonic()
    topics = [f"crowd-{number}" for number in range(arguments.topics)]
    await crowd.create(topics)
    report["creation"] = round((time.monotonic() - begun) * 1e3)
    report["before"] = crowd.memory()

    idle = await crowd.idle(arguments.idle)
    report["idle"] = crowd.memory()
    pairs = [Pair(crowd, topic) for topic in topics[:: max(1, len(topics) // (arguments.busy // 2))]]
    pairs = pairs[: arguments.busy // 2]
    for pair in pairs:
        await pair.open()
    begun = time.monotonic()
    await asyncio.gather(*(pair.touch() for pair in pairs))
    await crowd.load(pairs, 0.5, arguments.pause)
    report["warming"] = round((time.monotonic() - begun) * 1e3)
    report["alone"] = {"latency": await crowd.load(pairs, arguments.seconds, arguments.pause)}
    report["alone"]["memory"] = crowd.memory()

    slow = Slow(crowd)
    slow.open(arguments.slow)
    trickle = asyncio.create_task(slow.trickle())
    report["beside"] = {"latency": await crowd.load(pairs, arguments.seconds, arguments.pause)}
    report["beside"]["memory"] = crowd.memory()
    trickle.cancel()

    for connection in idle:
        if struct.unpack_from(">ih", await connection.ask(wire.api_versions(8))) != (8, 0):
            crowd.fail("an idle connection was not served at the end")
    slow.close()
    for connection in pairs + idle:
        connection.close()
    deadline = time.monotonic() + 20
    while crowd.sockets() > report["before"]["sockets"] and time.monotonic() < deadline:
        await rhythm(0.02)
    report["after"] = crowd.memory()
    report["batches"] = sum(sum(pair.sent) for pair in pairs)
    report["failures"] = crowd.failures
    print(json.dumps(report))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--process", type=int, required=True, help="the server's process id")
    parser.add_argument("--idle", type=int, default=2_000)
    parser.add_argument("--busy", type=int, default=500)
    parser.add_argument("--topics", type=int, default=1_000)
    parser.add_argument("--slow", type=int, default=20, help="slow clients of each kind")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--pause", type=float, default=0.2, help="between two requests of a producer, on average")
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(run(arguments))


if __name__ == "__main__":
    main()
