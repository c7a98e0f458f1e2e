"""Faults done to real processes: an etcd and three nodes, under load that is verified record by record.

Each scenario has a cluster of its own. A producer with idempotence and acks=all writes numbered records to every
partition, and when the faults are over everything is read: what was acknowledged is there once, at its offset and in
order. How long a fault kept records from being taken is the longest time between two acknowledgements of a partition.
Prints one JSON object for each scenario, and writes the table into a document if one is named.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile

from confluent_kafka import KafkaException

from fault_cluster import SESSION, Cluster, now, pause, wait
from fault_load import Load, create_topic, outcome, read_all, verify
from fault_probe import Probe

TOPIC, PARTITIONS = "faults", 6
# Longer than a session, so that others have taken over.
ABSENCE = SESSION + 2


class Scenarios:
    """The faults, each a method that gives its line of the table."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.random = random.Random(arguments.seed)

    def times(self, wanted):
        return max(1, round(wanted * self.arguments.share))

    def cluster(self, name, **options):
        return Cluster(self.arguments.binary, os.path.join(self.arguments.directory, name), **options)

    def under_load(self, name, times, fault, title, notes="", **options):
        """Does a fault again and again; between two of them all replicas get back in sync."""
        with self.cluster(name, **options) as cluster:
            create_topic(cluster.bootstrap, TOPIC, PARTITIONS)
            cluster.wait_until_whole()
            faults = []
            with Probe(cluster, PARTITIONS) as probe, Load(cluster, TOPIC, PARTITIONS) as load:
                pause(1)
                for _ in range(times):
                    moment = now()
                    faults.append(moment)
                    fault(cluster, load)
                    cluster.wait_until_ready()
                    cluster.wait_until_whole()
                    load.wait_for_acknowledgements(now())
            return outcome(title, load, faults, read_all(cluster, TOPIC, PARTITIONS), notes, probe)

    def leader_of_any(self, cluster):
        return cluster.leader(TOPIC, self.random.randrange(PARTITIONS))

    def kill_leader(self):
        def fault(cluster, load):
            node = self.leader_of_any(cluster)
            moment = now()
            node.kill()
            load.wait_for_acknowledgements(moment)
            node.start()

        return self.under_load("kill", self.times(50), fault, "the leader is killed (SIGKILL)")

    def stop_leader(self):
        def fault(cluster, load):
            node = self.leader_of_any(cluster)
            node.stop()
            load.wait_for_acknowledgements(now())
            node.start()

        return self.under_load("stop", self.times(20), fault, "the leader is shut down (SIGTERM)")

    def pause_leader(self):
        def fault(cluster, load):
            node = self.leader_of_any(cluster)
            moment = now()
            node.pause()
            try:
                load.wait_for_acknowledgements(moment)
                pause(max(0, moment + ABSENCE - now()))
            finally:
                node.resume()

        return self.under_load(
            "pause", self.times(20), fault, f"the leader is paused for {ABSENCE} s (SIGSTOP)",
            f"a session lasts {SESSION} s")

    def restart_all(self):
        def fault(cluster, load):
            nodes = list(cluster.nodes.values())
            self.random.shuffle(nodes)
            for node in nodes:
                node.kill()
            for node in nodes:
                node.start()

        return self.under_load("restart", self.times(20), fault, "all nodes are killed at once and started again")

    def pause_etcd(self):
        seconds = 60 if self.arguments.share == 1 else max(5, 60 * self.arguments.share)

        def fault(cluster, load):
            cluster.etcd.pause()
            try:
                pause(seconds)
            finally:
                cluster.etcd.resume()

        return self.under_load("etcd", 1, fault, f"etcd is paused for {seconds:.0f} s")

    def cut_off(self):
        if os.geteuid() != 0 or shutil.which("ip") is None:
            print("cut_off is left out: a network namespace needs root and `ip`", file=sys.stderr)
            return None

        def fault(cluster, load):
            cluster.set_cable(False)
            pause(ABSENCE)
            load.wait_for_acknowledgements(now())
            cluster.set_cable(True)
            self.spread(cluster)

        return self.under_load(
            "cut", self.times(10), fault, f"a node is cut off from everything for {ABSENCE} s", cut_off=3)

    @staticmethod
    def spread(cluster):
        """Gives each node its part of the leaders again, once it is back."""
        cluster.wait_until_whole()
        subprocess.run(
            [cluster.binary, "cluster", "elect", "preferred", "--bootstrap-server", cluster.bootstrap],
            check=True, stdout=subprocess.DEVNULL)

    def lose_directory(self):
        def fault(cluster, load):
            node = self.leader_of_any(cluster)
            moment = now()
            node.kill()
            load.wait_for_acknowledgements(moment)
            node.lose_data()
            node.start()

        return self.under_load("lose", self.times(10), fault, "the leader is killed, and its data directory deleted")

    def flip_bit(self):
        """A bit of a closed segment is another one, in one copy: nobody reads it, from whichever node."""
        settings = {"log.segment.bytes": 1 << 20}
        with self.cluster("flip", settings=settings) as cluster:
            create_topic(cluster.bootstrap, TOPIC, 1)
            faults = []
            with Load(cluster, TOPIC, 1, rate=3000) as load:
                folder = [os.path.join(node.data, f"{TOPIC}-0") for node in cluster.nodes.values()]
                wait("closed segments", lambda: all(
                    len([name for name in os.listdir(path) if name.endswith(".log")]) > 2 for path in folder))
                node = next(node for node in cluster.nodes.values() if node is not cluster.leader(TOPIC, 0))
                faults.append(now())
                node.kill()
                self.damage(os.path.join(node.data, f"{TOPIC}-0"))
                node.start()
                cluster.wait_until_ready()
                cluster.wait_until_whole()
                load.wait_for_acknowledgements(now())
            records = read_all(cluster, TOPIC, 1)
            # And from the damaged copy: rather nothing than something else.
            for other in cluster.nodes.values():
                if other is not node and cluster.leader(TOPIC, 0) is not node:
                    other.stop()
            notes = self.read_damaged(cluster, load, node)
            return outcome("a bit of a follower's closed segment is flipped", load, faults, records, notes)

    def damage(self, folder):
        segment = os.path.join(folder, sorted(name for name in os.listdir(folder) if name.endswith(".log"))[0])
        place = self.random.randrange(1000, os.path.getsize(segment) // 2)
        with open(segment, "r+b") as file:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ 1 << self.random.randrange(8)]))

    @staticmethod
    def read_damaged(cluster, load, node):
        if cluster.leader(TOPIC, 0) is not node:
            return "the damaged copy was not elected"
        try:
            found = verify(load, read_all(cluster, TOPIC, 1, 10))
        except (TimeoutError, KafkaException):
            return "the damaged copy refuses the batch"
        if any(found.values()):
            load.failures.append(f"the damaged copy gave {found}")
        return "the damaged copy gives everything as it was"

    def last_replica(self):
        """KIP-966: of those that went one after the other, the last one has lost everything; one that left before the
        others had the rest is not elected, and the one that has all is."""
        lines = []
        for number in range(self.times(20)):
            lines.append(self.last_replica_once(f"last{number}"))
        faults = [fault for _, fault, _ in lines]
        merged = [load for load, _, _ in lines]
        problems = [problem for load, _, _ in lines for problem in load.failures]
        found = {key: sum(result[key] for _, _, result in lines) for key in lines[0][2]}
        line = {
            "fault": "the last replica in sync comes back without its data; an eligible one is elected (KIP-966)",
            "times": len(faults), "acknowledged": sum(load.acknowledged for load in merged), **found,
            "medianMs": None, "longestMs": None, "probeMedianMs": None, "probeLongestMs": None,
            "failures": problems[:10], "notes": "nobody leads until the eligible one is back"}
        print(json.dumps(line), flush=True)
        return line

    def last_replica_once(self, name):
        with self.cluster(name) as cluster:
            create_topic(cluster.bootstrap, TOPIC, 1)
            cluster.wait_until_whole()
            with Load(cluster, TOPIC, 1) as load:
                pause(0.3)
                last = cluster.leader(TOPIC, 0)
                early, eligible = self.random.sample([node for node in cluster.nodes.values() if node is not last], 2)
                moment = now()
                early.kill()
                wait("the first one to be missed", lambda: len(self.in_sync(cluster)) == 2)
                load.wait_for_acknowledgements(moment)
                eligible.kill()
                wait("the second one to be missed", lambda: self.in_sync(cluster) == [last.number])
                last.kill()
                last.lose_data()
                fault = now()
                early.start()
                last.start()
                # First the session of a controller that was killed has to run out.
                wait("the two to be there, and nobody to lead", lambda: self.nobody_leads(cluster, 2))
                pause(1)
                if not self.nobody_leads(cluster, 2):
                    load.failures.append("one leads that has not everything")
                eligible.start()
                cluster.wait_until_ready()
                if cluster.leader(TOPIC, 0) is not eligible:
                    load.failures.append("another than the eligible one leads")
                cluster.wait_until_whole()
                load.wait_for_acknowledgements(now())
            return load, fault, verify(load, read_all(cluster, TOPIC, 1))

    @staticmethod
    def nobody_leads(cluster, nodes):
        report = cluster.report()
        if report is None or sum(not row["fenced"] for row in report["brokers"]) != nodes:
            return False
        return report["counts"]["withoutLeader"] > 0 and all(
            row["leader"] is None for row in report["partitions"] if row["topic"] == TOPIC)

    @staticmethod
    def in_sync(cluster):
        report = cluster.report()
        rows = [row for row in report["partitions"] if row["topic"] == TOPIC] if report else []
        return sorted(int(node) for node in rows[0]["in-sync"].split(",")) if rows and rows[0]["in-sync"] else []

    def fence_controller(self):
        """The controller is paused past its lease: another takes office, and what the old one writes is refused."""
        def fault(cluster, load):
            number = wait("a controller", lambda: (cluster.report() or {}).get("controller"))
            node, moment = cluster.nodes[number], now()
            node.pause()
            try:
                wait("another controller", lambda: self.other_controller(cluster, number))
                load.wait_for_acknowledgements(moment)
                # What the old one would undo, were it heard.
                self.spread_among(cluster, [other for other in cluster.nodes if other != number])
            finally:
                node.resume()
            wait("the old one to follow", lambda: (cluster.report() or {}).get("controller") not in (None, number))

        return self.under_load(
            "fence", self.times(20), fault, "the controller is paused past its lease, and goes on")

    @staticmethod
    def other_controller(cluster, former):
        report = cluster.report()
        return report and report["controller"] not in (None, former) and report["controller"]

    @staticmethod
    def spread_among(cluster, numbers):
        subprocess.run(
            [cluster.binary, "reassign", "--topic", TOPIC, "--replicas", ",".join(map(str, numbers)),
             "--bootstrap-server", cluster.bootstrap], check=True, stdout=subprocess.DEVNULL)
        wait("the reassignment", lambda: Scenarios.are_on(cluster, set(map(str, numbers))))
        subprocess.run(
            [cluster.binary, "reassign", "--topic", TOPIC, "--replicas", "1,2,3",
             "--bootstrap-server", cluster.bootstrap], check=True, stdout=subprocess.DEVNULL)

    @staticmethod
    def are_on(cluster, numbers):
        report = cluster.report()
        return report is not None and all(
            set(row["replicas"].split(",")) == numbers for row in report["partitions"] if row["topic"] == TOPIC)


ALL = ["kill_leader", "stop_leader", "pause_leader", "restart_all", "pause_etcd", "cut_off", "flip_bit",
       "lose_directory", "last_replica", "fence_controller"]
BEGIN, END = "<!-- faults: written by make faults -->", "<!-- end of faults -->"


def table(lines, seed):
    def milliseconds(value):
        return "" if value is None else f"{value:,} ms"

    rows = [
        f"| {line['fault']} | {line['times']} | {line['acknowledged']:,} | {line['lost']} | {line['duplicated']} "
        f"| {line['disordered'] + line['wrong']} | {milliseconds(line['medianMs'])} "
        f"| {milliseconds(line['longestMs'])} | {milliseconds(line['probeMedianMs'])} "
        f"| {milliseconds(line['probeLongestMs'])} | {line['notes']} |" for line in lines]
    return "\n".join([
        f"Seed {seed}; three nodes and etcd on one machine of {os.cpu_count()} cores.", "",
        "| fault | times | records acknowledged | lost | twice | out of place | longest pause, median | at most "
        "| probe's, median | at most | |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |", *rows])


def write_table(path, text):
    with open(path, encoding="utf-8") as file:
        document = file.read()
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--share", type=float, default=1, help="how much of the whole is done, such as 0.1")
    parser.add_argument("--document", help="where the table goes, between its marks")
    parser.add_argument("--directory", help="where everything is kept, a temporary one by default")
    parser.add_argument("scenarios", nargs="*", choices=[[], *ALL])
    arguments = parser.parse_args()
    # So that what was started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    temporary = None
    if not arguments.directory:
        temporary = arguments.directory = tempfile.mkdtemp(prefix="millrace-faults-")
    print(f"seed {arguments.seed}", file=sys.stderr)
    scenarios, lines = Scenarios(arguments), []
    for name in arguments.scenarios or ALL:
        line = getattr(scenarios, name)()
        if line:
            lines.append(line)
    problems = [line for line in lines
                if line["failures"] or any(line[key] for key in ("lost", "duplicated", "disordered", "wrong"))]
    if arguments.document and not problems:
        write_table(arguments.document, table(lines, arguments.seed))
    print(table(lines, arguments.seed))
    for line in problems:
        print(f"PROBLEM: {line}", file=sys.stderr)
    if temporary and not problems:
        shutil.rmtree(temporary)
    elif problems:
        print(f"kept: {arguments.directory}", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
