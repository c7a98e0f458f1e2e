"""Sends the numbered records `--first` ... to partition 0 of a topic, which is made first when `--segment-bytes` is given."""

import argparse

from clients import ConfluentAdmin, ConfluentProducer
from payload import payload


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--segment-bytes", type=int)
    arguments = parser.parse_args()

    if arguments.segment_bytes:
        ConfluentAdmin(arguments.bootstrap).create(
            arguments.topic, config={"segment.bytes": str(arguments.segment_bytes)})
    # Batches of a few records, so that a segment holds many and damage to one leaves neighbours to serve.
    producer = ConfluentProducer(
        arguments.bootstrap, **{"batch.num.messages": 20, "queue.buffering.max.messages": 1_000_000})
    last = arguments.first + arguments.count
    producer.send_all(arguments.topic, [(0, payload(number)) for number in range(arguments.first, last)])
    producer.close()


if __name__ == "__main__":
    main()
