"""Sends the records that formats get wrong, reads them back and compares, with one client and one codec.

Null and empty keys and values, headers (repeated names, null and empty values, bytes that are no text), timestamps
given by the producer, a record of 1 MB and one of 2 MB that the server has to refuse. Prints one JSON object:
`differences` is empty when everything came back as it went in, `refusal` is the error that the 2 MB record met.
"""

import argparse
import json
import random
import time

from clients import CLIENTS, Refused

NEWER = 1_700_000_000_123
HEADERS = [
    ("trace", b"\x00\x01\xfe\xff"),
    ("trace", b"a second of that name"),
    ("empty", b""),
    ("none", None),
    ("prüfung", "Straße".encode()),
]


def cases(seed):
    """(key, value, headers, timestamp) of every record, in sending order."""
    incompressible = random.Random(seed).randbytes(1_000_000)
    return [
        (b"key", b"value", [], None),
        (None, b"a null key", [], None),
        (b"a null value", None, [], None),
        (None, None, [("why", b"both are null")], None),
        (b"", b"an empty key", [], None),
        (b"an empty value", b"", [], None),
        (b"headers", b"five", HEADERS, None),
        (b"timestamp", b"of 2023", [], NEWER),
        (b"timestamp", b"an older one after it", [], NEWER - 86_400_000),
        (b"timestamp", b"of the epoch's first millisecond", [], 1),
        (b"large", incompressible, [], None),
        (b"last", bytes(range(256)), [], None),
    ]


def differences(sent, received, started, ended):
    found = []
    if len(sent) != len(received):
        found.append(f"{len(sent)} records sent, {len(received)} received")
    for index, ((key, value, headers, timestamp), record) in enumerate(zip(sent, received)):
        if record.offset != index:
            found.append(f"record {index}: offset {record.offset}")
        if record.key != key:
            found.append(f"record {index}: key {key!r} came back as {record.key!r}")
        if record.value != value:
            found.append(f"record {index}: value {str(value)[:40]} came back as {str(record.value)[:40]}")
        if list(record.headers) != headers:
            found.append(f"record {index}: headers {headers} came back as {record.headers}")
        if timestamp is not None and record.timestamp != timestamp:
            found.append(f"record {index}: timestamp {timestamp} came back as {record.timestamp}")
        # The producer's clock is this one, so what it stamps lies within the run.
        if timestamp is None and not started <= record.timestamp <= ended:
            found.append(f"record {index}: timestamp {record.timestamp} outside {started}...{ended}")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", choices=CLIENTS, required=True)
    parser.add_argument("--codec", required=True)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--authority", help="who signs for the server, in PEM, where the listener is encrypted")
    arguments = parser.parse_args()
    client = CLIENTS[arguments.client]
    encryption = client.encryption(arguments.authority) if arguments.authority else {}

    admin = client.Admin(arguments.bootstrap, **encryption)
    admin.create(arguments.topic)
    admin.close()

    producer = client.Producer(arguments.bootstrap, arguments.codec, **encryption)
    # Some clients refuse to send a record that is null in both, or a header without a value.
    sent = [
        (key, value, [header for header in headers if client.SENDS_NULL_HEADERS or header[1] is not None], timestamp)
        for key, value, headers, timestamp in cases(arguments.seed)
        if client.SENDS_NULLS or (key, value) != (None, None)]
    started = int(time.time() * 1000)
    offsets = [
        producer.send(arguments.topic, value, key=key, headers=headers, timestamp=timestamp)
        for key, value, headers, timestamp in sent]
    ended = int(time.time() * 1000)

    refusal = None
    try:
        producer.send(arguments.topic, random.Random(arguments.seed + 1).randbytes(2_000_000), key=b"too large")
    except Refused as error:
        refusal = error.args[0]
    # A refusal must not end the producer's session: the next record goes through.
    after = (b"after", b"the refused one", [], NEWER)
    offsets.append(producer.send(arguments.topic, after[1], key=after[0], timestamp=after[3]))
    producer.close()
    sent.append(after)

    consumer = client.Consumer(arguments.bootstrap, **encryption)
    consumer.assign(arguments.topic, 0, 0)
    end = consumer.end(arguments.topic)
    received = []
    deadline = time.monotonic() + 60
    while len(received) < end and time.monotonic() < deadline:
        received += consumer.poll(1.0)
    consumer.close()

    found = differences(sent, received, started, ended)
    if offsets != list(range(len(sent))):
        found.append(f"acknowledged offsets {offsets}")
    print(json.dumps({"records": len(received), "refusal": refusal, "differences": found}))


if __name__ == "__main__":
    main()
