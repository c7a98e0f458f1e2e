"""Two consumers share the six partitions of a topic; one leaves without committing what it read last, the other takes
over from the committed offsets. Prints one JSON object whose `problems` is empty when all went as a group must.

The steps, each waited for and none timed:
 1. 600 records. Both members join and hold three partitions each, none twice.
 2. Together they read all 600 and commit.
 3. 600 more. The first member reads some of its share, commits nothing, and leaves.
 4. The second holds all six partitions and reads every one of the second 600: its own share, and the first member's
    from the committed offsets, so including what that one had read and not committed. It commits and leaves.
"""

import argparse
import json
import threading
import time
import traceback

from clients import CLIENTS

PARTITIONS = 6
RECORDS = 600
DEADLINE = 90


class Member(threading.Thread):
    """One consumer on a thread of its own, as a consumer process would be; commands are carried out between polls."""

    def __init__(self, client, bootstrap, group, topic, name):
        super().__init__(name=name, daemon=True)
        self.make = lambda: client.Consumer(bootstrap, group)
        self.topic = topic
        self.changed = threading.Condition()
        self.records, self.assignment, self.failure = [], set(), None
        self.target = None
        self.leaving = False

    def run(self):
        try:
            consumer = self.make()
            consumer.subscribe(self.topic)
            while not self.leaving:
                records = consumer.poll(0.2)
                with self.changed:
                    self.records += records
                    self.assignment = consumer.assignment()
                    self.changed.notify_all()
                if self.target is not None and self.assignment:
                    self.commit_positions(consumer)
            consumer.close()
        except Exception:
            with self.changed:
                self.failure = traceback.format_exc()
                self.changed.notify_all()

    def commit_positions(self, consumer):
        """Commits what was read; done once the group's offsets are what was asked for.

        The first commit after a rebalance may come before the member has read again what it had read before, and then
        commits too little or nothing at all.
        """
        consumer.commit()
        mine = sorted(self.assignment)
        if consumer.committed(self.topic, mine) == {partition: self.target for partition in mine}:
            with self.changed:
                self.target = None
                self.changed.notify_all()

    def wait(self, what, condition):
        """Waits until `condition(self)` holds; raises with the member's own failure when it never will."""
        with self.changed:
            held = self.changed.wait_for(lambda: self.failure or condition(self), DEADLINE)
            if self.failure:
                raise RuntimeError(f"{self.name}: {self.failure}")
            if not held:
                raise TimeoutError(
                    f"{self.name}: {what}; holds {sorted(self.assignment)} after {len(self.records)} records")

    def commit(self, offset):
        """Goes on reading and committing until `offset` is committed for each of the member's partitions."""
        with self.changed:
            self.target = offset
        self.wait(f"offsets {offset} to be committed", lambda member: member.target is None)

    def leave(self):
        self.leaving = True
        self.join(DEADLINE)
        if self.is_alive():
            raise TimeoutError(f"{self.name}: did not leave")


def produce(client, arguments, first):
    producer = client.Producer(arguments.bootstrap)
    producer.send_all(arguments.topic, [(n % PARTITIONS, str(n).encode()) for n in range(first, first + RECORDS)])
    producer.close()


def numbers(records):
    return [int(record.value) for record in records]


def wait_for_both(first, second, what, condition, deadline=DEADLINE):
    """Waits until `condition()` over both members holds, looking again whenever one of them has polled."""
    end = time.monotonic() + deadline
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: {sorted(first.assignment)} and {sorted(second.assignment)}, "
                               f"{len(first.records)} and {len(second.records)} records")
        for member in (first, second):
            with member.changed:
                if member.failure:
                    raise RuntimeError(f"{member.name}: {member.failure}")
                member.changed.wait(0.2)


def check(arguments):
    client = CLIENTS[arguments.client]
    problems = []
    admin = client.Admin(arguments.bootstrap)
    admin.create(arguments.topic, partitions=PARTITIONS)
    admin.close()
    produce(client, arguments, 0)

    first = Member(client, arguments.bootstrap, arguments.group, arguments.topic, "first")
    second = Member(client, arguments.bootstrap, arguments.group, arguments.topic, "second")
    first.start()
    second.start()
    wait_for_both(first, second, "three partitions each", lambda: len(first.assignment) == len(second.assignment) == 3)
    if first.assignment & second.assignment or first.assignment | second.assignment != set(range(PARTITIONS)):
        problems.append(f"shared as {sorted(first.assignment)} and {sorted(second.assignment)}")

    # Before the two settled, one of them may have held everything and read records that the other reads again.
    wait_for_both(
        first, second, "the first records",
        lambda: set(numbers(first.records)) | set(numbers(second.records)) == set(range(RECORDS)))
    first.commit(RECORDS // PARTITIONS)
    second.commit(RECORDS // PARTITIONS)

    shares = sorted(first.assignment), sorted(second.assignment)
    for member in (first, second):
        with member.changed:
            member.records.clear()
    produce(client, arguments, RECORDS)
    first.wait("some of its share", lambda member: any(n >= RECORDS for n in numbers(member.records)))
    first.leave()
    uncommitted = len(first.records)
    expected = set(range(RECORDS, 2 * RECORDS))
    second.wait("all partitions", lambda member: len(member.assignment) == PARTITIONS)
    second.wait("all of the second records", lambda member: expected <= set(numbers(member.records)))
    if set(numbers(second.records)) != expected:
        early = sorted(set(numbers(second.records)) - expected)
        problems.append(f"read {len(early)} records from before the committed offsets, such as {early[:3]}")
    for partition in range(PARTITIONS):
        read = [int(record.value) for record in second.records if record.partition == partition]
        # What the first member held starts at its committed offset: once, in order, nothing left out.
        if partition in shares[0] and read != sorted(set(read)):
            problems.append(f"partition {partition}: out of order or twice")
    second.commit(2 * RECORDS // PARTITIONS)
    second.leave()
    return {"problems": problems, "shares": shares, "readAndNotCommitted": uncommitted, "takenOver": len(second.records)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", choices=CLIENTS, required=True)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--group", required=True)
    print(json.dumps(check(parser.parse_args())))


if __name__ == "__main__":
    main()
