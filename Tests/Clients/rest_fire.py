"""HTTP producers and consumers at a REST Proxy that is killed and started again meanwhile. Prints one JSON object whose
`problems` is empty when every record that was answered 200 is at its place, and each group has read it.

The one who starts this kills the server, and says with SIGTERM when it is enough. Each client has one connection, which
it opens again when it breaks. A producer never sends a record twice: what was not answered may be there or not, but not
twice. Consumers are instances of API v2 that are made once and have to live through all restarts.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import signal
import sys
import time
import urllib.parse

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from pacing import rhythm

TOPICS = ["rest-fire-a", "rest-fire-b"]
JSON_RECORDS = "application/vnd.kafka.json.v2+json"
CONTROL = "application/vnd.kafka.v2+json"
# One request of so many has BATCH records, all others one.
BATCH, BATCH_EVERY = 100, 20
TEXT = "a reading of a sensor that only speaks HTTP"
# What takes longer is a problem of its own. A start of the server is much faster.
PATIENCE = 120.0
# A proxy that has just started may say so; beside these only what a request is meant to get is answered.
PASSING = {429, 500, 503}


class Broken(Exception):
    """The connection broke before an answer was whole."""


class Line:
    """One keep-alive connection, opened when it is needed."""

    def __init__(self, address):
        parts = urllib.parse.urlsplit(address)
        self.host, self.port = parts.hostname, parts.port
        self.reader = self.writer = None

    async def ask(self, method, path, body=None, kind=CONTROL, accept=CONTROL):
        """One request; gives the status and the body as JSON."""
        body = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        head = (f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nAccept: {accept}\r\nContent-Type: {kind}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        try:
            async with asyncio.timeout(PATIENCE):
                if self.writer is None:
                    self.reader, self.writer = await asyncio.open_connection(self.host, self.port, limit=1 << 26)
                self.writer.write(head.encode() + body)
                status, text = await self.answer()
        except (OSError, EOFError) as error:
            # A wait that took too long is an OSError as well, and no broken connection.
            self.close()
            if isinstance(error, TimeoutError):
                raise
            raise Broken from error
        return status, json.loads(text) if text else None

    async def answer(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status, length = int(head[9:12]), None
        for line in head.split("\r\n"):
            if line.startswith("content-length:"):
                length = int(line[15:])
        if "\r\ntransfer-encoding: chunked" in head:
            return status, await self.chunks()
        text = await self.reader.readexactly(length) if length else b""
        if "\r\nconnection: close" in head:
            self.close()
        return status, text

    async def chunks(self):
        parts = []
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return b"".join(parts)

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


class Ledger:
    """What was sent and answered, and what each group has read. Records are numbered as they are sent."""

    def __init__(self, groups):
        self.sent = 0
        # Offset to number, for each partition.
        self.answered = collections.defaultdict(dict)
        self.acknowledged = bytearray()
        self.read = {group: bytearray() for group in groups}
        self.counts = collections.Counter()
        self.last_answer = time.monotonic()
        self.refusals = collections.Counter()
        self.problems = []

    def problem(self, text):
        if len(self.problems) < 20:
            self.problems.append(text[:400])

    def number(self, count):
        first, self.sent = self.sent, self.sent + count
        for marks in [self.acknowledged, *self.read.values()]:
            marks.extend(bytes(count))
        return range(first, self.sent)

    def take(self, topic, numbers, offsets):
        if len(offsets) != len(numbers):
            return self.problem(f"{len(numbers)} records, {len(offsets)} answers")
        for number, place in zip(numbers, offsets):
            if place.get("error_code") is not None:
                self.refusals[f"record {place['error_code']}: {place['error']}"[:200]] += 1
                continue
            offset, known = place["offset"], self.answered[topic, place["partition"]]
            if offset in known:
                self.problem(f"{topic} {place}: answered for {known[offset]} and {number}")
            known[offset] = number
            self.acknowledged[number] = 1
            self.counts["records"] += 1

    def seen(self, group, records):
        marks = self.read[group]
        for record in records:
            number = record["value"]["n"]
            known = self.answered[record["topic"], record["partition"]].get(record["offset"])
            if known is not None and known != number:
                self.problem(f"{group} read {number} where {known} was written: {record}")
            self.counts["readAgain"] += marks[number]
            marks[number] = 1
        self.counts["read"] += len(records)

    def missing(self, group):
        """How many answered records a group has not read."""
        answered, read = int.from_bytes(self.acknowledged), int.from_bytes(self.read[group])
        return (answered & ~read).bit_count()

    def refused(self, who, status, body):
        self.refusals[f"{who} {status}: {body}"[:200]] += 1
        if status not in PASSING:
            self.problem(f"{who} {status}: {body}")


class Fire:
    """The load as a whole."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.random = random.Random(arguments.seed)
        self.groups = [f"rest-fire-{number}" for number in range(arguments.groups)]
        self.ledger = Ledger(self.groups)
        self.assigned = 0
        self.enough, self.over = asyncio.Event(), asyncio.Event()

    async def after_break(self):
        """The server is away for some time; all clients at once at its door are no help."""
        self.ledger.counts["broken"] += 1
        if time.monotonic() > self.ledger.last_answer + PATIENCE:
            raise SystemExit("the server is gone for good")
        await rhythm(self.random.uniform(0.05, 0.25))

    async def insist(self, line, who, method, path, body, *expected):
        """A request that is made until it is answered as it has to be."""
        while True:
            try:
                status, answer = await line.ask(method, path, body)
            except Broken:
                await self.after_break()
                continue
            if status in expected:
                return answer
            self.ledger.refused(who, status, answer)
            if status not in PASSING:
                raise SystemExit(f"{method} {path} {body}: {status} {answer}")
            await rhythm(0.1)

    async def produce(self):
        """Requests one after the other, at a pace that all producers share."""
        line, ledger, pause = Line(self.arguments.rest), self.ledger, self.arguments.producers / self.arguments.rate
        await rhythm(self.random.uniform(0, pause))
        due = time.monotonic()
        while not self.enough.is_set():
            topic = self.random.choice(TOPICS)
            numbers = ledger.number(BATCH if self.random.randrange(BATCH_EVERY) == 0 else 1)
            records = {"records": [{"value": {"n": number, "text": TEXT}} for number in numbers]}
            try:
                status, answer = await line.ask("POST", f"/topics/{topic}", records, JSON_RECORDS)
            except Broken:
                await self.after_break()
                continue
            if status == 200:
                ledger.last_answer = time.monotonic()
                ledger.counts["answers"] += 1
                ledger.take(topic, numbers, answer["offsets"])
            else:
                ledger.refused("produce", status, answer)
                await rhythm(0.1)
            due = max(due + pause, time.monotonic() - 1)
            await rhythm(max(0, due - time.monotonic()))
        line.close()

    async def consume(self, group, name):
        """An instance from its creation to its deletion."""
        line, base = Line(self.arguments.rest), f"/consumers/{group}/instances/{name}"
        await self.insist(line, "create", "POST", f"/consumers/{group}", {
            "name": name, "format": "json", "auto.offset.reset": "earliest", "auto.commit.enable": "true"}, 200)
        await self.insist(line, "subscribe", "POST", base + "/subscription", {"topics": TOPICS}, 204)
        is_first = True
        while not self.over.is_set():
            try:
                status, answer = await line.ask("GET", base + "/records?timeout=1000", accept=JSON_RECORDS)
            except Broken:
                await self.after_break()
                continue
            if status == 200:
                self.ledger.last_answer = time.monotonic()
                self.assigned += is_first
                is_first = False
                self.ledger.counts["reads"] += 1
                self.ledger.seen(group, answer)
            else:
                self.ledger.refused("read", status, answer)
                if status == 404:
                    return
            await rhythm(self.arguments.pause)
        await self.insist(line, "delete", "DELETE", base, None, 204)
        line.close()

    async def tell(self):
        """Says in a file, once in a while, how far it has got."""
        while True:
            progress = {"assigned": self.assigned, "sent": self.ledger.sent, **self.ledger.counts}
            with open(self.arguments.progress + ".new", "w") as file:
                json.dump(progress, file)
            os.replace(self.arguments.progress + ".new", self.arguments.progress)
            await rhythm(0.2)

    async def caught_up(self):
        """All groups have read what was answered; gives how long it took."""
        begun = time.monotonic()
        while any(self.ledger.missing(group) for group in self.groups):
            if time.monotonic() > begun + PATIENCE:
                for group in self.groups:
                    self.ledger.problem(f"{group} has not read {self.ledger.missing(group)} records that were answered")
                break
            await rhythm(0.2)
        return time.monotonic() - begun

    async def run(self):
        arguments, ledger = self.arguments, self.ledger
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.enough.set)
        telling = asyncio.create_task(self.tell())
        async with asyncio.TaskGroup() as tasks:
            consumers = [tasks.create_task(self.consume(self.groups[number % len(self.groups)], f"instance-{number}"))
                         for number in range(arguments.consumers)]
            producers = [tasks.create_task(self.produce()) for _ in range(arguments.producers)]
            await asyncio.wait(producers)
            caught_up = await self.caught_up()
            self.over.set()
            await asyncio.wait(consumers)
        telling.cancel()
        found = verify(arguments.bootstrap, ledger)
        return {"problems": ledger.problems, "seed": arguments.seed, **ledger.counts, "sent": ledger.sent,
                "found": found, "caughtUpMs": int(caught_up * 1000), "refusals": ledger.refusals}


def create(arguments):
    partitions = max(8, arguments.consumers // arguments.groups)
    admin = AdminClient({"bootstrap.servers": arguments.bootstrap})
    for made in admin.create_topics([NewTopic(topic, partitions, 1) for topic in TOPICS]).values():
        made.result(PATIENCE)
    return partitions


def verify(bootstrap, ledger):
    """Reads all topics over the Kafka protocol: each answered record at its place, and no record twice."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "rest-fire-verifier", "enable.partition.eof": True,
                         "enable.auto.commit": False, "check.crcs": True})
    places = [TopicPartition(topic, partition, OFFSET_BEGINNING)
              for topic in TOPICS for partition in consumer.list_topics(topic, PATIENCE).topics[topic].partitions]
    consumer.assign(places)
    left, times = len(places), bytearray(ledger.sent)
    answered = {place: dict(offsets) for place, offsets in ledger.answered.items()}
    last = time.monotonic()
    while left:
        # It comes back with what there is when the time is over.
        messages = consumer.consume(10_000, timeout=0.2)
        last = time.monotonic() if messages else last
        if time.monotonic() > last + PATIENCE:
            raise SystemExit("the topics could not be read to their ends")
        for message in messages:
            if message.error() is None:
                number = json.loads(message.value())["n"]
                times[number] += 1
                known = answered.get((message.topic(), message.partition()), {}).pop(message.offset(), number)
                if known != number or times[number] > 1:
                    ledger.problem(f"{message.topic()} {message.partition()} {message.offset()}: record {number}, for "
                                   f"the {times[number]}. time, where {known} was answered")
            elif message.error().code() == KafkaError._PARTITION_EOF:
                left -= 1
            else:
                raise SystemExit(str(message.error()))
    consumer.close()
    lost = sum(map(len, answered.values()))
    if lost:
        place, offsets = next((place, offsets) for place, offsets in answered.items() if offsets)
        ledger.problem(
            f"{lost} records that were answered 200 are not there, such as {place} {list(offsets.items())[:5]}")
    return sum(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rest", required=True, help="the proxy's address")
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--producers", type=int, required=True)
    parser.add_argument("--consumers", type=int, required=True)
    parser.add_argument("--groups", type=int, default=4)
    parser.add_argument("--rate", type=float, default=600, help="produce requests a second, of all producers")
    parser.add_argument("--pause", type=float, default=0.2, help="seconds between two reads of a consumer")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--progress", required=True, help="a file that says how far it has got")
    arguments = parser.parse_args()
    create(arguments)
    result = asyncio.run(Fire(arguments).run())
    print(json.dumps(result))
    if result["problems"]:
        print(f"seed {arguments.seed}: {result['problems'][0]}", file=sys.stderr)


if __name__ == "__main__":
    main()
