"""Reads the numbered records of partition 0 in `--from` ..< `--to` (the log's end if not given) and prints what came.

One JSON object: `records` is a list of [offset, number] in the order of arrival, `changed` the offsets of records with
a byte that was never sent, `error` what stopped the reading early, if anything did. The client checks no CRC: what is
wrong and shows here was served.
"""

import argparse
import json
import time

from confluent_kafka import Consumer, TopicPartition

from payload import number


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--to", dest="stop", type=int)
    parser.add_argument("--patience", type=float, default=60.0, help="seconds without a record before giving up")
    arguments = parser.parse_args()

    errors = []
    consumer = Consumer({
        "bootstrap.servers": arguments.bootstrap,
        "group.id": "unused",
        "enable.auto.commit": False,
        "auto.offset.reset": "error",
        "check.crcs": False,
        "fetch.error.backoff.ms": 50,
        "error_cb": lambda error: errors.append(error.str()),
    })
    partition = TopicPartition(arguments.topic, 0, arguments.start)
    stop = arguments.stop
    if stop is None:
        stop = consumer.get_watermark_offsets(partition, timeout=30)[1]
    consumer.assign([partition])

    records, changed, error = [], [], None
    position = arguments.start
    last = time.monotonic()
    while position < stop and error is None:
        messages = consumer.consume(num_messages=5000, timeout=0.2)
        for message in messages:
            if message.error():
                error = message.error().str()
                break
            position = message.offset() + 1
            last = time.monotonic()
            if message.offset() >= stop:
                break
            try:
                records.append([message.offset(), number(message.value())])
            except ValueError:
                changed.append(message.offset())
        if time.monotonic() - last > arguments.patience:
            error = f"nothing more in {arguments.patience} s; " + "; ".join(errors)
    consumer.close()
    print(json.dumps({"end": stop, "records": records, "changed": changed, "error": error}))


if __name__ == "__main__":
    main()
