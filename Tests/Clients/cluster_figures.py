"""What three copies cost beside one, and how soon a node that was away has its copies again.

Three nodes, an etcd and the clients share one machine, so that three copies are written by the same cores and to the same
disk: what counts is the ratio. Prints a table.
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading

from confluent_kafka import Consumer, Producer, TopicPartition

from fault_cluster import Cluster, now, pause, wait
from fault_load import create_topic_of

PARTITIONS, VALUE = 6, os.urandom(1024)


def throughput(cluster, topic, megabytes):
    """Megabytes of records a second, the last of them acknowledged by all replicas in sync."""
    producer = Producer({
        "bootstrap.servers": cluster.bootstrap, "acks": "all", "enable.idempotence": True, "linger.ms": 5,
        "batch.size": 1 << 19, "queue.buffering.max.kbytes": 1 << 18, "queue.buffering.max.messages": 1_000_000})
    failures = []
    begun = now()
    for number in range(megabytes * 1024):
        while True:
            try:
                producer.produce(
                    topic, VALUE, partition=number % PARTITIONS,
                    on_delivery=lambda error, _: failures.append(error) if error else None)
                break
            except BufferError:
                producer.poll(0.01)
        producer.poll(0)
    left = producer.flush(300)
    if left or failures:
        raise RuntimeError(f"{left} records without an answer, {failures[:3]}")
    return megabytes / (now() - begun)


def latencies(cluster, topic, count):
    """Milliseconds from the call that sends a record to the call that gives it to a consumer, one record at a time."""
    sent, found = {}, []
    consumer = Consumer({
        "bootstrap.servers": cluster.bootstrap, "group.id": f"{topic}-latency", "auto.offset.reset": "error",
        "fetch.wait.max.ms": 100})
    consumer.assign([TopicPartition(topic, 0, offset(cluster, topic))])
    consumer.poll(1)

    def receive():
        while len(found) < count:
            message = consumer.poll(1)
            if message is not None and message.error() is None:
                found.append(1000 * (now() - sent[message.value()]))

    receiver = threading.Thread(target=receive)
    receiver.start()
    producer = Producer({"bootstrap.servers": cluster.bootstrap, "acks": "all", "linger.ms": 0})
    for number in range(count):
        value = str(number).encode()
        sent[value] = now()
        producer.produce(topic, value, partition=0)
        producer.poll(0)
        pause(0.005)
    producer.flush(60)
    receiver.join()
    consumer.close()
    return found


def offset(cluster, topic):
    """Where the first partition ends."""
    consumer = Consumer({"bootstrap.servers": cluster.bootstrap, "group.id": "ends"})
    _, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), 30)
    consumer.close()
    return end


def plain_copy(source, megabytes):
    """Megabytes a second that the same disk takes from a plain copy of the same files, synced at the end."""
    target = tempfile.mkdtemp(dir=os.path.dirname(source))
    begun = now()
    subprocess.run(["cp", "-r", source, target], check=True)
    subprocess.run(["sync", "-f", target], check=True)
    rate = megabytes / (now() - begun)
    shutil.rmtree(target)
    return rate


def catch_up(cluster, megabytes):
    """Megabytes a second by which a node that was away gets what was written meanwhile, and a plain copy's beside it."""
    create_topic_of(cluster.bootstrap, "away", PARTITIONS, 3, segment_bytes=1 << 28, min_insync_replicas=2)
    cluster.wait_until_whole()
    node = cluster.nodes[3]
    node.stop()
    throughput(cluster, "away", megabytes)
    copied = plain_copy(cluster.nodes[1].data, megabytes)
    begun = now()
    node.start()
    cluster.wait_until_ready()
    wait("the node to have its copies", cluster.is_whole, 600)
    return megabytes / (now() - begun), copied


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--megabytes", type=int, default=1024)
    arguments = parser.parse_args()
    # So that what was started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    directory = tempfile.mkdtemp(prefix="millrace-cluster-")
    with Cluster(arguments.binary, os.path.join(directory, "cluster")) as cluster:
        rows = []
        for factor in (1, 3):
            topic = f"factor{factor}"
            create_topic_of(cluster.bootstrap, topic, PARTITIONS, factor)
            cluster.wait_until_whole()
            throughput(cluster, topic, 32)
            rate = throughput(cluster, topic, arguments.megabytes // 2)
            found = sorted(latencies(cluster, topic, 2000))
            rows.append((factor, rate, statistics.median(found), found[int(len(found) * 0.99)]))
        print("| replication factor | MB/s, acks=all | end to end, median | 99 of 100 |\n| --- | --- | --- | --- |")
        for factor, rate, median, high in rows:
            print(f"| {factor} | {rate:,.0f} | {median:.2f} ms | {high:.2f} ms |")
        print(f"\nThree copies: {rows[1][1] / rows[0][1]:.2f} of the throughput, "
              f"{rows[1][2] / rows[0][2]:.2f} times the median latency.")
        rate, copied = catch_up(cluster, arguments.megabytes)
        print(f"A node that was away for {arguments.megabytes:,} MB: {rate:,.0f} MB/s from its start until all is in sync; "
              f"a plain copy of another's directory, synced: {copied:,.0f} MB/s; {rate / copied:.2f} of it.")
    shutil.rmtree(directory)


if __name__ == "__main__":
    main()
