"""A group whose members join, leave and die at random. Prints one JSON object whose `problems` is empty when nothing
was skipped or owned twice.

Each member is a process of its own, so that it can be killed for good. What they see in their callbacks and what they
read and commit, they write down in one pipe, a line at a time: the order of the lines is the order of events, and a
line stands before the commit that it tells of is sent. From the lines follows:
 - no generation has two owners of a partition, and at no time have two living members one in hand;
 - what is committed is behind records that someone has read, all of them, and never goes back but by a client's fault;
 - once nothing changes any more, each partition has one owner again; by the end all records are read and committed.
"""

import argparse
import json
import os
import random
import select
import signal
import sys

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from fire_members import MEMBERS, ConfluentMember, Journal, end_with_parent, now

PROTOCOLS = list(ConfluentMember.PROTOCOLS)
# Now and then nothing changes for so long.
REST = 3.0
DEADLINE = 90.0
# No changes for this long: the group has settled, and what it settled at counts from the last of them. With librdkafka
# that of a classic group may be a second and more: docs/compatibility.md says why.
SILENCE = 2.0
RECORDS_PER_SECOND = 1500


def produce(arguments, journal):
    """Writes records at a steady rate until it is told to stop, and says how many each partition has."""
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    counts = [0] * arguments.partitions

    def delivered(error, message):
        if error is not None:
            journal.write("undelivered", error=str(error))
        else:
            counts[message.partition()] += 1

    producer = Producer({"bootstrap.servers": arguments.bootstrap, "enable.idempotence": True, "linger.ms": 20})
    sent, begun = 0, now()
    while not stopping:
        end_with_parent()
        due = int((now() - begun) * RECORDS_PER_SECOND)
        for sent in range(sent, due):
            producer.produce(
                arguments.topic, str(sent), partition=sent % arguments.partitions, on_delivery=delivered)
        sent = max(sent, due)
        producer.poll(0.02)
    producer.flush(DEADLINE)
    journal.write("produced", counts=counts)


class Ledger:
    """What follows from the lines, as they come."""

    def __init__(self, partitions, may_rewind):
        self.partitions, self.may_rewind = partitions, may_rewind
        self.problems = []
        # By generation, then partition: the members that had it. By partition: who has it in hand.
        self.owners, self.holders = {}, {number: set() for number in range(partitions)}
        self.alive, self.covered, self.ahead = set(), [0] * partitions, [[] for _ in range(partitions)]
        self.committed, self.counts = [0] * partitions, None
        self.reads, self.refusals, self.losses, self.rewinds, self.last_change = 0, {}, 0, 0, 0.0
        self.changes = {}

    def take(self, line):
        getattr(self, "on_" + line["event"])(line)

    def problem(self, text):
        if len(self.problems) < 20:
            self.problems.append(text)

    def on_joining(self, line):
        self.alive.add(line["member"])
        self.changes[line["member"]] = line["at"]

    def on_left(self, line):
        self.end(line["member"])
        self.changes[line["member"]] = line["at"]

    def end(self, member):
        """A member is no more, whether it left or died: it holds nothing."""
        self.alive.discard(member)
        for holders in self.holders.values():
            holders.discard(member)

    def on_owns(self, line):
        member, owners = line["member"], self.owners.setdefault(line["generation"], {})
        if member not in self.alive:
            return
        for number in line["partitions"]:
            had = owners.setdefault(number, set())
            had.add(member)
            if len(had) > 1:
                self.problem(f"partition {number} in generation {line['generation']} is owned by {sorted(had)}")
            self.holders[number].add(member)
            if len(self.holders[number]) > 1:
                self.problem(f"partition {number} is in hand of {sorted(self.holders[number])} at once")
        self.last_change = line["at"]

    def on_gives(self, line):
        for number in line["partitions"]:
            self.holders[number].discard(line["member"])
        self.last_change = line["at"]

    def on_loses(self, line):
        self.losses += 1
        self.on_gives(line)

    def on_gap(self, line):
        if line["found"] < line["expected"]:
            # A client that asks twice where a partition begins goes there twice: once more, and nothing is left out.
            self.rewinds += 1
            return
        self.problem(f"{line['member']} read on at {line['found']} of {line['partition']} instead of "
                     f"{line['expected']}")

    def on_read(self, line):
        for number, first, end in line["ranges"]:
            self.reads += end - first
            self.ahead[number].append((first, end))
            # What was ahead of the records that all before are read of, and is no longer.
            waiting = []
            for start, stop in sorted(self.ahead[number]):
                if start <= self.covered[number]:
                    self.covered[number] = max(self.covered[number], stop)
                else:
                    waiting.append((start, stop))
            self.ahead[number] = waiting

    def on_commits(self, line):
        for number, offset in line["offsets"]:
            if offset > self.covered[number]:
                self.problem(f"{line['member']} commits {offset} of {number}, of which only {self.covered[number]} "
                             "are read")

    def on_committed(self, line):
        for number, offset in line["offsets"]:
            if offset < self.committed[number] and self.may_rewind:
                self.rewinds += 1
            elif offset < self.committed[number]:
                self.problem(f"{line['member']} took {number} back from {self.committed[number]} to {offset}")
            self.committed[number] = offset

    def on_refused(self, line):
        self.refusals[line["error"]] = self.refusals.get(line["error"], 0) + 1

    def on_produced(self, line):
        self.counts = line["counts"]

    def on_undelivered(self, line):
        self.problem(f"not delivered: {line['error']}")

    def on_failed(self, line):
        self.problem(f"{line['member']}: {line['error']}")

    def is_shared(self):
        """Whether each partition has one owner, and each member its part."""
        held = [next(iter(holders)) for holders in self.holders.values() if len(holders) == 1]
        if len(held) < self.partitions:
            return False
        return len(set(held)) == min(len(self.alive), self.partitions)


class Fire:
    """The children, the pipe that they write to and the chance that rules them.

    This process has no client of its own: a process with a client's threads cannot be forked.
    """

    def __init__(self, arguments):
        self.arguments = arguments
        self.member = MEMBERS[arguments.client]
        self.random = random.Random(arguments.seed)
        self.ledger = Ledger(arguments.partitions, self.member.MAY_REWIND)
        self.output, self.input = os.pipe()
        self.rest = b""
        self.journal = open(arguments.journal, "wb") if arguments.journal else None
        self.children, self.leaving, self.made, self.producer = {}, set(), 0, None
        self.counts = {"joined": 0, "left": 0, "died": 0}

    def spawn(self, name, work):
        child = os.fork()
        if child == 0:
            journal, status = Journal(self.input, name), 1
            # Or the pipe would fill up, and hold a child for ever, once the parent is gone.
            os.close(self.output)
            try:
                work(journal)
                status = 0
            except BaseException as error:  # It is the end of the process, and the parent has to hear of it.
                journal.write("failed", error=repr(error)[:1000])
            finally:
                os._exit(status)
        return child

    def in_child(self, name, work):
        os.waitpid(self.spawn(name, work), 0)
        self.drain(0)

    def join(self):
        self.made += 1
        name = f"member-{self.made}"
        self.children[name] = self.spawn(name, lambda journal: self.member(self.arguments, journal).run())
        self.counts["joined"] += 1

    def leave(self, name):
        """Tells a member to leave; it takes its time, in which others come and go."""
        child = self.children.pop(name)
        os.kill(child, signal.SIGTERM)
        self.leaving.add(child)
        self.counts["left"] += 1

    def have_left(self):
        self.leaving = {child for child in self.leaving if os.waitpid(child, os.WNOHANG)[0] == 0}
        return not self.leaving

    def die(self, name):
        child = self.children.pop(name)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        # What it wrote before its end comes first.
        self.drain(0)
        self.ledger.end(name)
        self.counts["died"] += 1

    def drain(self, seconds):
        """Takes the lines that are there, or come within some time."""
        while select.select([self.output], [], [], seconds)[0]:
            *lines, self.rest = (self.rest + os.read(self.output, 1 << 20)).split(b"\n")
            for line in lines:
                if self.journal:
                    self.journal.write(line + b"\n")
                self.ledger.take(json.loads(line))
            seconds = 0

    def wait(self, what, condition):
        end = now() + DEADLINE
        while not condition():
            self.drain(0.02)
            if now() > end:
                raise TimeoutError(what)

    def change(self, may_die):
        """One member more or one less."""
        names, most = list(self.children), self.arguments.members
        if len(names) < most and (len(names) < most // 2 or self.random.random() < 0.5):
            return self.join()
        name = self.random.choice(names)
        if may_die and self.random.random() < 0.5:
            self.die(name)
        else:
            self.leave(name)

    def burn(self):
        """Changes at random moments, some of them a while apart so that the group gets to its work."""
        end, session = now() + self.arguments.seconds, self.arguments.session
        # However short the run, there is one death in it; at the end where all of the run would wait for a session.
        is_short = self.arguments.seconds < 2 * session + 1
        if not is_short:
            self.die(self.random.choice(list(self.children)))
        while now() < end:
            # Whoever died is missed after a session, which begins once the rebalance is over that it died in: the last
            # change has to be one that is noticed at once.
            self.change(may_die=now() < end - 2 * session - 1)
            pause = self.random.expovariate(2.0) + (REST if self.random.random() < 0.1 else 0)
            resume = min(now() + pause, end)
            while now() < resume:
                self.drain(0.02)
        if is_short:
            self.die(self.random.choice(list(self.children)))

    def settle(self):
        """Waits until nothing moves, and says how long after the last change of the members it took."""
        ledger = self.ledger
        self.wait("the last members to leave", self.have_left)
        self.wait("the last members to join", lambda: set(self.children) <= ledger.alive)
        changed = max(ledger.changes.values())
        self.wait("one owner for each partition", lambda: ledger.is_shared()
                  and now() - max(changed, ledger.last_change) > SILENCE)
        return max(0.0, ledger.last_change - changed)

    def run(self):
        arguments, ledger = self.arguments, self.ledger
        self.in_child("admin", lambda _: create(arguments))
        self.producer = self.spawn("producer", lambda journal: produce(arguments, journal))
        for _ in range(arguments.members):
            self.join()
        begun = now()
        self.wait("the first members", ledger.is_shared)
        gathered = now() - begun
        self.burn()
        settled = self.settle()
        os.kill(self.producer, signal.SIGTERM)
        os.waitpid(self.producer, 0)
        self.producer = None
        self.wait("the producer's count", lambda: ledger.counts is not None)
        self.wait("all to be read and committed", lambda: ledger.covered == ledger.counts == ledger.committed)
        for name in list(self.children):
            self.leave(name)
        self.wait("all to leave", self.have_left)
        self.in_child("verifier", lambda journal: verify(arguments, ledger.counts, journal))
        return {
            "problems": ledger.problems, "seed": arguments.seed, **self.counts,
            "generations": len(ledger.owners), "records": sum(ledger.counts),
            "readAgain": ledger.reads - sum(ledger.counts), "refusedCommits": ledger.refusals,
            "sessionsLost": ledger.losses, "rewinds": ledger.rewinds,
            "gatheredMs": int(gathered * 1000), "settledMs": int(settled * 1000),
        }

    def end(self):
        for child in [*self.children.values(), *self.leaving, self.producer]:
            if child is not None:
                os.kill(child, signal.SIGKILL)


def create(arguments):
    admin = AdminClient({"bootstrap.servers": arguments.bootstrap})
    admin.create_topics([NewTopic(arguments.topic, arguments.partitions, 1)])[arguments.topic].result(DEADLINE)


def verify(arguments, counts, journal):
    """What the server says of the group is what the members have committed."""
    consumer = Consumer({"bootstrap.servers": arguments.bootstrap, "group.id": arguments.topic})
    places = [TopicPartition(arguments.topic, number) for number in range(arguments.partitions)]
    committed = [place.offset for place in consumer.committed(places, timeout=DEADLINE)]
    if committed != counts:
        journal.write("failed", error=f"the server has {committed} instead of {counts}"[:2000])
    consumer.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--protocol", choices=PROTOCOLS, required=True)
    parser.add_argument("--client", choices=list(MEMBERS), default="confluent")
    parser.add_argument("--members", type=int, required=True)
    parser.add_argument("--partitions", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument(
        "--session", type=float, required=True,
        help="after so many seconds a silent member is dead; for the consumer protocol the server's settings say it")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--journal", help="a file for every line that a member has written down")
    arguments = parser.parse_args()
    fire = Fire(arguments)
    try:
        print(json.dumps(fire.run()))
    except TimeoutError as error:
        fire.ledger.problem(f"waited for {error} in vain")
        held = {number: sorted(holders) for number, holders in fire.ledger.holders.items()}
        print(f"alive {sorted(fire.ledger.alive)}, held {held}, read {fire.ledger.covered}, "
              f"committed {fire.ledger.committed}, written {fire.ledger.counts}", file=sys.stderr)
        print(json.dumps({"problems": fire.ledger.problems, "seed": arguments.seed, **fire.counts}))
    finally:
        fire.end()


if __name__ == "__main__":
    main()
