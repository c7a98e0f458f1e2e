"""Sends numbered records with acks=all to partition 0 until it is told to stop, and notes every acknowledgement.

Each acknowledged record is a line `number offset` in the file `--acknowledged`, which is flushed at every look for
delivery reports, so that a test can choose its moment by the file's size. On SIGTERM the `idempotent` producer sends
nothing new and waits until all it sent is acknowledged, over any number of lost connections; the `plain` one, which
never sends a record twice, gives up what is on its way. Then it prints how many it sent and how many were acknowledged.

A value is `number:` and as many bytes as its number says, so that a reader knows every byte it has to see.
"""

import argparse
import json
import signal

from confluent_kafka import KafkaException, Producer

from payload import payload

MODES = {
    "idempotent": {"enable.idempotence": True, "message.timeout.ms": 120_000},
    # A record whose answer was lost is neither sent again nor known to be there: at most once.
    "plain": {"enable.idempotence": False, "message.send.max.retries": 0, "message.timeout.ms": 60_000},
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=MODES, required=True)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--first", type=int, required=True, help="the number of the first record")
    parser.add_argument("--acknowledged", required=True, help="file to append to")
    arguments = parser.parse_args()

    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    acknowledged, failed = 0, 0
    log = open(arguments.acknowledged, "a", encoding="ascii")

    def report(error, message):
        nonlocal acknowledged, failed
        if error is None:
            acknowledged += 1
            log.write(f"{message.value().split(b':', 1)[0].decode()} {message.offset()}\n")
        else:
            failed += 1

    producer = Producer({
        "bootstrap.servers": arguments.bootstrap,
        "acks": "all",
        "linger.ms": 1,
        "reconnect.backoff.ms": 20,
        "reconnect.backoff.max.ms": 100,
        "retry.backoff.ms": 20,
        # Small, so that at any moment there are several batches on their way and few records waiting behind them.
        "batch.num.messages": 50,
        "queue.buffering.max.messages": 1000,
        **MODES[arguments.mode],
    })
    number = arguments.first
    while not stopped:
        try:
            producer.produce(arguments.topic, value=payload(number), partition=0, on_delivery=report)
            number += 1
            # A few thousand records a second: many batches for each kill, and few enough to read them all back.
            producer.poll(0.002 if number % 10 == 0 else 0)
        except BufferError:
            producer.poll(0.01)
        log.flush()
    if arguments.mode == "plain":
        try:
            producer.purge()
        except KafkaException:
            pass
    left = producer.flush(100)
    log.close()
    print(json.dumps({
        "sent": number - arguments.first, "acknowledged": acknowledged, "failed": failed, "unanswered": left}))


if __name__ == "__main__":
    main()
