"""Reads partition 0 of a topic from its first offset to its end and prints what came, as one JSON object.

`sha256` is of every value followed by a newline, so it equals the digest of the text file that was produced line by
line. `inOrder` says that the offsets were 0, 1, 2, … without a gap.
"""

import argparse
import hashlib
import json
import time

from clients import CLIENTS


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", choices=CLIENTS, required=True)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    arguments = parser.parse_args()

    consumer = CLIENTS[arguments.client].Consumer(arguments.bootstrap)
    end = consumer.end(arguments.topic)
    consumer.assign(arguments.topic, 0, 0)
    digest, count, total, in_order = hashlib.sha256(), 0, 0, True
    deadline = time.monotonic() + 300
    while count < end and time.monotonic() < deadline:
        for record in consumer.poll(1.0):
            in_order = in_order and record.offset == count
            digest.update(record.value + b"\n")
            total += len(record.value) + 1
            count += 1
    consumer.close()
    print(json.dumps({"count": count, "end": end, "bytes": total, "inOrder": in_order, "sha256": digest.hexdigest()}))


if __name__ == "__main__":
    main()
