"""Reads a group's committed offsets, produces 60 records more and reads as that group: just those have to come.

Run after `group_share.py` and a restart of the server. Prints the committed offsets and what was read, as JSON.
"""

import argparse
import json
import time

from clients import CLIENTS

PARTITIONS = 6
RECORDS = 60


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", choices=CLIENTS, required=True)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--group", required=True)
    parser.add_argument("--first", type=int, required=True, help="the number of the first record to send")
    arguments = parser.parse_args()
    client = CLIENTS[arguments.client]

    consumer = client.Consumer(arguments.bootstrap, arguments.group)
    committed = consumer.committed(arguments.topic, range(PARTITIONS))

    producer = client.Producer(arguments.bootstrap)
    sent = range(arguments.first, arguments.first + RECORDS)
    producer.send_all(arguments.topic, [(number % PARTITIONS, str(number).encode()) for number in sent])
    producer.close()

    consumer.subscribe(arguments.topic)
    records = []
    deadline = time.monotonic() + 90
    while not set(sent) <= {int(record.value) for record in records} and time.monotonic() < deadline:
        records += consumer.poll(0.2)
    consumer.commit()
    consumer.close()
    print(json.dumps({
        "committed": [committed[partition] for partition in range(PARTITIONS)],
        "read": sorted(int(record.value) for record in records),
    }))


if __name__ == "__main__":
    main()
