"""One face for the three Python clients, so that a check is written once and run with each.

Every client gives a `Producer`, a `Consumer` and an `Admin` with the same methods; what differs between the
libraries stays in this file. Nothing here is tuned beyond what a check needs: the defaults of a client are what its
users run.
"""

import asyncio
import threading
from collections import namedtuple

Record = namedtuple("Record", "topic partition offset timestamp key value headers")

# Above the server's own limit of about 1 MiB, so that it is the server that refuses a record and not the client.
CLIENT_MESSAGE_LIMIT = 4_000_000
DEADLINE = 60.0
# What the other two clients have by default, in milliseconds: a busy machine must not end a member's session.
SESSION_TIMEOUT = 45_000


class Refused(Exception):
    """The server would not do it; `args[0]` is the Kafka error's name as the client spells it."""


class ConfluentProducer:
    def __init__(self, bootstrap, codec="none", **settings):
        from confluent_kafka import Producer

        self.client = Producer({
            "bootstrap.servers": bootstrap,
            "compression.type": codec,
            "message.max.bytes": CLIENT_MESSAGE_LIMIT,
            **settings,
        })

    def send(self, topic, value, key=None, partition=0, headers=(), timestamp=None):
        from confluent_kafka import KafkaException

        reports = []
        extra = {} if timestamp is None else {"timestamp": timestamp}
        self.client.produce(
            topic, value=value, key=key, partition=partition, headers=list(headers) or None,
            on_delivery=lambda error, message: reports.append((error, message)), **extra)
        self.client.flush(DEADLINE)
        if not reports:
            raise TimeoutError("no delivery report")
        error, message = reports[0]
        if error is not None:
            raise Refused(error.name())
        return message.offset()

    def send_all(self, topic, records):
        """Sends (partition, value) pairs without waiting for one before the next."""
        errors = []
        for partition, value in records:
            self.client.produce(
                topic, value=value, partition=partition,
                on_delivery=lambda error, _: errors.append(error) if error else None)
            self.client.poll(0)
        self.client.flush(DEADLINE)
        if errors:
            raise Refused(errors[0].name())

    def close(self):
        self.client.flush(DEADLINE)


class ConfluentConsumer:
    def __init__(self, bootstrap, group=None, **settings):
        from confluent_kafka import Consumer

        self.client = Consumer({
            "bootstrap.servers": bootstrap,
            "group.id": group or "unused",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "check.crcs": True,
            **settings,
        })

    def subscribe(self, topic):
        self.client.subscribe([topic])

    def assign(self, topic, partition, offset):
        from confluent_kafka import TopicPartition

        self.client.assign([TopicPartition(topic, partition, offset)])

    def poll(self, seconds):
        from confluent_kafka import KafkaException

        records = []
        for message in self.client.consume(num_messages=5000, timeout=seconds):
            if message.error():
                raise KafkaException(message.error())
            records.append(Record(
                message.topic(), message.partition(), message.offset(), message.timestamp()[1], message.key(),
                message.value(), [tuple(header) for header in message.headers() or []]))
        return records

    def assignment(self):
        return {entry.partition for entry in self.client.assignment()}

    def commit(self):
        from confluent_kafka import KafkaError, KafkaException

        try:
            self.client.commit(asynchronous=False)
        except KafkaException as error:
            # Nothing was read yet: the other clients commit nothing without a word.
            if error.args[0].code() != KafkaError._NO_OFFSET:
                raise

    def committed(self, topic, partitions):
        from confluent_kafka import TopicPartition

        answer = self.client.committed([TopicPartition(topic, p) for p in partitions], timeout=DEADLINE)
        return {entry.partition: entry.offset for entry in answer}

    def end(self, topic, partition=0):
        from confluent_kafka import TopicPartition

        return self.client.get_watermark_offsets(TopicPartition(topic, partition), timeout=DEADLINE)[1]

    def close(self):
        self.client.close()


class ConfluentAdmin:
    def __init__(self, bootstrap, **settings):
        from confluent_kafka.admin import AdminClient

        self.client = AdminClient({"bootstrap.servers": bootstrap, **settings})

    def create(self, topic, partitions=1, config=None):
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import NewTopic

        new = NewTopic(topic, num_partitions=partitions, replication_factor=1, config=config or {})
        try:
            self.client.create_topics([new])[topic].result(DEADLINE)
        except KafkaException as error:
            raise Refused(error.args[0].name()) from error

    def close(self):
        pass


class KafkaPythonProducer:
    def __init__(self, bootstrap, codec="none", **settings):
        from kafka import KafkaProducer

        # Not idempotent: this client gives up for good when a broker refuses a batch of an idempotent session.
        self.client = KafkaProducer(
            bootstrap_servers=bootstrap, compression_type=None if codec == "none" else codec, enable_idempotence=False,
            max_request_size=CLIENT_MESSAGE_LIMIT, **settings)

    def send(self, topic, value, key=None, partition=0, headers=(), timestamp=None):
        from kafka.errors import KafkaError

        try:
            future = self.client.send(
                topic, value=value, key=key, partition=partition, headers=list(headers), timestamp_ms=timestamp)
            return future.get(DEADLINE).offset
        except KafkaError as error:
            raise Refused(type(error).__name__) from error

    def send_all(self, topic, records):
        futures = [self.client.send(topic, value=value, partition=partition) for partition, value in records]
        for future in futures:
            future.get(DEADLINE)

    def close(self):
        self.client.close(DEADLINE)


class KafkaPythonConsumer:
    def __init__(self, bootstrap, group=None, **settings):
        from kafka import KafkaConsumer

        self.client = KafkaConsumer(
            bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest",
            max_poll_records=5000, **settings)

    def subscribe(self, topic):
        self.client.subscribe([topic])

    def assign(self, topic, partition, offset):
        from kafka import TopicPartition

        entry = TopicPartition(topic, partition)
        self.client.assign([entry])
        self.client.seek(entry, offset)

    def poll(self, seconds):
        answer = self.client.poll(timeout_ms=int(seconds * 1000))
        return [
            Record(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, [tuple(h) for h in r.headers])
            for records in answer.values() for r in records]

    def assignment(self):
        return {entry.partition for entry in self.client.assignment()}

    def commit(self):
        self.client.commit()

    def committed(self, topic, partitions):
        from kafka import TopicPartition

        return {p: self.client.committed(TopicPartition(topic, p)) for p in partitions}

    def end(self, topic, partition=0):
        from kafka import TopicPartition

        entry = TopicPartition(topic, partition)
        return self.client.end_offsets([entry])[entry]

    def close(self):
        self.client.close(autocommit=False)


class KafkaPythonAdmin:
    def __init__(self, bootstrap, **settings):
        from kafka import KafkaAdminClient

        self.client = KafkaAdminClient(bootstrap_servers=bootstrap, **settings)

    def create(self, topic, partitions=1, config=None):
        from kafka.admin import NewTopic
        from kafka.errors import KafkaError

        try:
            self.client.create_topics([NewTopic(topic, partitions, 1, topic_configs=config or {})])
        except KafkaError as error:
            raise Refused(type(error).__name__) from error

    def close(self):
        self.client.close()


class Loop:
    """An event loop on a thread of its own: lets the checks call an asynchronous client as they call the others."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def end_loop(self):
        """Ends the thread: one that still runs when the interpreter ends can take the process down."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(DEADLINE)
        self.loop.close()

    def run(self, make, *arguments, **settings):
        """Calls `make` on the loop's thread and waits for what it gives, a value or a coroutine."""
        async def call():
            result = make(*arguments, **settings)
            return await result if asyncio.iscoroutine(result) else result

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(DEADLINE)


class AiokafkaProducer(Loop):
    def __init__(self, bootstrap, codec="none", **settings):
        from aiokafka import AIOKafkaProducer

        super().__init__()
        self.client = self.run(
            AIOKafkaProducer, bootstrap_servers=bootstrap, compression_type=None if codec == "none" else codec,
            max_request_size=CLIENT_MESSAGE_LIMIT, acks="all", **settings)
        self.run(self.client.start)

    def send(self, topic, value, key=None, partition=0, headers=(), timestamp=None):
        from aiokafka.errors import KafkaError

        try:
            return self.run(
                self.client.send_and_wait, topic, value=value, key=key, partition=partition, headers=list(headers),
                timestamp_ms=timestamp).offset
        except KafkaError as error:
            raise Refused(type(error).__name__) from error

    def send_all(self, topic, records):
        async def send():
            futures = [await self.client.send(topic, value=value, partition=p) for p, value in records]
            await asyncio.gather(*futures)

        self.run(send)

    def close(self):
        self.run(self.client.stop)
        self.end_loop()


class AiokafkaConsumer(Loop):
    def __init__(self, bootstrap, group=None, **settings):
        from aiokafka import AIOKafkaConsumer

        super().__init__()
        self.client = self.run(
            AIOKafkaConsumer, bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False,
            auto_offset_reset="earliest", session_timeout_ms=SESSION_TIMEOUT, **settings)
        self.run(self.client.start)

    def subscribe(self, topic):
        self.run(self.client.subscribe, [topic])

    def assign(self, topic, partition, offset):
        from aiokafka import TopicPartition

        entry = TopicPartition(topic, partition)
        self.run(self.client.assign, [entry])
        self.run(self.client.seek, entry, offset)

    def poll(self, seconds):
        answer = self.run(self.client.getmany, timeout_ms=int(seconds * 1000), max_records=5000)
        return [
            Record(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, [tuple(h) for h in r.headers])
            for records in answer.values() for r in records]

    def assignment(self):
        return {entry.partition for entry in self.run(self.client.assignment)}

    def commit(self):
        from aiokafka.errors import CommitFailedError

        try:
            self.run(self.client.commit)
        except CommitFailedError:
            # The group rebalances: the others find out with their next poll, and so does who asks for offsets.
            pass

    def committed(self, topic, partitions):
        from aiokafka import TopicPartition

        return {p: self.run(self.client.committed, TopicPartition(topic, p)) for p in partitions}

    def end(self, topic, partition=0):
        from aiokafka import TopicPartition

        entry = TopicPartition(topic, partition)
        return self.run(self.client.end_offsets, [entry])[entry]

    def close(self):
        self.run(self.client.stop)
        self.end_loop()


class AiokafkaAdmin(Loop):
    def __init__(self, bootstrap, **settings):
        from aiokafka.admin import AIOKafkaAdminClient

        super().__init__()
        self.client = self.run(AIOKafkaAdminClient, bootstrap_servers=bootstrap, **settings)
        self.run(self.client.start)

    def create(self, topic, partitions=1, config=None):
        from aiokafka.admin import NewTopic
        from aiokafka.errors import KafkaError, for_code

        new = NewTopic(topic, partitions, 1, topic_configs=config or {})
        try:
            answer = self.run(self.client.create_topics, [new])
        except KafkaError as error:
            raise Refused(type(error).__name__) from error
        # This client hands back the response instead of raising what it says.
        code = answer.topic_errors[0][1]
        if code != 0:
            raise Refused(for_code(code).__name__)

    def close(self):
        self.run(self.client.close)
        self.end_loop()


def confluent_encryption(authority):
    return {"security.protocol": "SSL", "ssl.ca.location": authority}


def kafka_python_encryption(authority):
    return {"security_protocol": "SSL", "ssl_cafile": authority}


def aiokafka_encryption(authority):
    from aiokafka.helpers import create_ssl_context

    return {"security_protocol": "SSL", "ssl_context": create_ssl_context(cafile=authority)}


class Client:
    def __init__(self, producer, consumer, admin, encryption, sends_nulls, sends_null_headers):
        self.Producer, self.Consumer, self.Admin = producer, consumer, admin
        # The settings for connections with TLS, of the file with who signs for the server.
        self.encryption = encryption
        # Whether the client lets a record through whose key and value are both null.
        self.SENDS_NULLS = sends_nulls
        # Whether it lets a header through whose value is null.
        self.SENDS_NULL_HEADERS = sends_null_headers


CLIENTS = {
    "confluent-kafka": Client(ConfluentProducer, ConfluentConsumer, ConfluentAdmin, confluent_encryption, True, True),
    "kafka-python": Client(KafkaPythonProducer, KafkaPythonConsumer, KafkaPythonAdmin, kafka_python_encryption, False, False),
    "aiokafka": Client(AiokafkaProducer, AiokafkaConsumer, AiokafkaAdmin, aiokafka_encryption, False, True),
}
