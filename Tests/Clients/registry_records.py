"""Records go from confluent-kafka's serialisers to the REST Proxy's JSON and from there to its deserialisers, in Avro, JSON
Schema and Protobuf; fastavro reads and writes the same bytes by itself. Ends with 1 and a message at the first wrong value.
"""

import argparse
import base64
import json
import struct
import sys
import time
from io import BytesIO

import fastavro
import requests
from confluent_kafka.schema_registry import (
    SchemaRegistryClient, header_schema_id_serializer, record_subject_name_strategy, topic_record_subject_name_strategy,
    topic_subject_name_strategy)
from confluent_kafka.serialization import MessageField, SerializationContext

from registry_languages import (
    DEADLINE, LANGUAGES, LARGE, Avro, Protobuf, check, consume, context, produce, schema)

V2 = "application/vnd.kafka.v2+json"
# A byte and a GUID; Protobuf's message indexes stand behind it.
HEADER_SIZES = {"avro": 17, "jsonschema": 17, "protobuf": 18}


class Proxy:
    """The REST Proxy as a script of a user's has it: `requests` with its defaults, so that answers come compressed."""

    def __init__(self, url):
        self.url, self.session, self.encodings = url, requests.Session(), set()
        self.cluster = self.ask("GET", f"{url}/v3/clusters")["data"][0]["cluster_id"]

    def ask(self, method, url, body=None, status=200, **headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body)
        answer = self.session.request(method, url, data=data, headers=fields, timeout=DEADLINE)
        if answer.status_code != status:
            sys.exit(f"{method} {url}: {answer.status_code} {answer.text}")
        self.encodings.add(answer.headers.get("Content-Encoding"))
        return answer.json() if answer.content else None

    def write(self, language, topic, body):
        """Writes with API v2."""
        answer = self.ask(
            "POST", f"{self.url}/topics/{topic}", body, Content_Type=f"application/vnd.kafka.{language.name}.v2+json")
        check([entry["error_code"] for entry in answer["offsets"]], [None] * len(body["records"]), f"{topic}: errors")
        return answer

    def write_v3(self, topic, record):
        answer = self.ask("POST", f"{self.url}/v3/clusters/{self.cluster}/topics/{topic}/records", record,
                          Content_Type="application/json")
        check(answer["error_code"], 200, f"{topic}: {answer}")
        return answer

    def read(self, language, topic, count):
        """Reads with a consumer instance of API v2."""
        group = self.ask("POST", f"{self.url}/consumers/{topic}-readers", {
            "format": language.name, "auto.offset.reset": "earliest"}, Content_Type=V2)["base_uri"]
        self.ask("POST", f"{group}/subscription", {"topics": [topic]}, 204, Content_Type=V2)
        records, until = [], time.monotonic() + DEADLINE
        while len(records) < count and time.monotonic() < until:
            records += self.ask("GET", f"{group}/records", Accept=f"application/vnd.kafka.{language.name}.v2+json")
        self.ask("DELETE", group, status=204, Content_Type=V2)
        return records

    def read_v3(self, language, topic):
        """Reads with the stateless read of API v3."""
        url = f"{self.url}/v3/clusters/{self.cluster}/topics/{topic}/records"
        return self.ask("GET", f"{url}?format={language.name}&wait=30000")["data"]


class Setup:
    """Where everything is."""

    def __init__(self, arguments):
        self.bootstrap = arguments.bootstrap
        self.registry = SchemaRegistryClient({"url": arguments.registry})
        self.url = arguments.registry
        self.proxy = Proxy(arguments.rest)

    def stranger(self):
        """A client of the registry that knows nothing yet."""
        return SchemaRegistryClient({"url": self.url})


def framed_id(data, what):
    """The schema's id at the beginning of a record."""
    check(data[:1], b"\0", f"{what}: the magic byte")
    return struct.unpack(">I", data[1:5])[0]


def read_over_rest(setup, language, topic, expected, number):
    """Both APIs read what a topic holds as the JSON that is expected."""
    records = setup.proxy.read(language, topic, len(expected))
    check([entry["value"] for entry in records], expected, f"{topic}: over API v2")
    check([(entry["partition"], entry["offset"]) for entry in records], [(0, at) for at in range(len(expected))],
          f"{topic}: places over API v2")
    records = setup.proxy.read_v3(language, topic)
    check([entry["value"] for entry in records], [{"schema_id": number, "data": value} for value in expected],
          f"{topic}: over API v3")


def from_client_to_rest(setup, language):
    """What confluent-kafka's serialiser writes, with its defaults, is read over REST, and by its own deserialiser."""
    topic = f"{language.name}-from-client"
    serializer = language.serializer(setup.registry, language.schema())
    deserializer = language.deserializer(setup.stranger())
    orders = language.orders()
    values = [serializer(order, context(topic)) for order in orders]
    produce(setup.bootstrap, topic, values)
    latest = setup.stranger().get_latest_version(f"{topic}-value")
    check([framed_id(value, topic) for value in values], [latest.schema_id] * 2, f"{topic}: ids")
    read_over_rest(setup, language, topic, [language.as_json(order) for order in orders], latest.schema_id)
    check([deserializer(value, context(topic)) for value in values], orders, f"{topic}: by its own deserialiser")


def references(setup, language):
    """A schema that refers to another one, from the client to REST and from REST, by its id, to the client."""
    topic, back = f"{language.name}-references", f"{language.name}-references-back"
    text = language.schema(reference=True)
    below = language.reference if language is Protobuf else f"{language.name}-customers"
    if language is not Protobuf:  # Its serialiser registers what a message's file imports.
        setup.registry.register_schema(below, schema(language, language.customer))
    whole = schema(language, text, [(language.reference, below, 1)])
    names = {"message": "shop.Order"} if language is Protobuf else {}
    serializer = language.serializer(setup.registry, whole, **names)
    orders = [language.with_customer(order) for order in language.orders()]
    produce(setup.bootstrap, topic, [serializer(order, context(topic)) for order in orders])
    found = setup.stranger().get_latest_version(f"{topic}-value")
    check([(entry.name, entry.subject, entry.version) for entry in found.schema.references],
          [(language.reference, below, 1)], f"{topic}: what the serialiser registered")
    expected = [language.as_json(order) for order in orders]
    read_over_rest(setup, language, topic, expected, found.schema_id)

    setup.registry.register_schema(f"{back}-value", found.schema)
    setup.proxy.write(language, back, {
        "value_schema_id": found.schema_id, "records": [{"value": value} for value in expected]})
    deserializer = language.deserializer(setup.stranger(), **names)
    check([deserializer(record.value(), context(back)) for record in consume(setup.bootstrap, back, 2)], orders,
          f"{back}: by the deserialiser")


def from_rest_to_client(setup, language):
    """What is written over REST, with an inline schema and by its id, in API v2 and v3, confluent-kafka reads."""
    topic = f"{language.name}-from-rest"
    orders = language.orders()
    documents = [language.as_json(order) for order in orders]
    inline = setup.proxy.write(language, topic, {
        "value_schema": language.schema(), "records": [{"value": document} for document in documents]})
    number = inline["value_schema_id"]
    found = setup.stranger().get_latest_version(f"{topic}-value")
    check((found.schema_id, found.schema.schema_type), (number, language.kind), f"{topic}: what REST registered")
    by_id = setup.proxy.write(language, topic, {
        "value_schema_id": number, "records": [{"value": document} for document in documents]})
    check(by_id["value_schema_id"], number, f"{topic}: the id that it was written with")
    for part in ({"schema_id": number}, {"schema_version": 1}, {"subject": f"{topic}-value"},
                 {"type": language.name.upper(), "schema": language.schema()}):
        for document in documents:
            answer = setup.proxy.write_v3(topic, {"value": {**part, "data": document}})
            check({name: answer["value"].get(name) for name in ("type", "subject", "schema_id", "schema_version")}, {
                "type": language.name.upper(), "subject": f"{topic}-value", "schema_id": number, "schema_version": 1,
            }, f"{topic}: what API v3 says of {list(part)}")

    records = consume(setup.bootstrap, topic, 12)
    check([framed_id(record.value(), topic) for record in records], [number] * 12, f"{topic}: ids")
    deserializer = language.deserializer(setup.stranger())
    check([deserializer(record.value(), context(topic)) for record in records], orders * 6, f"{topic}: values")


def many(setup, language):
    """An answer that is large enough to come compressed, as `requests` asks for it."""
    topic = f"{language.name}-many"
    documents = [language.as_json(order) for order in language.orders()] * 50
    setup.proxy.write(language, topic, {
        "value_schema": language.schema(), "records": [{"value": document} for document in documents]})
    check([entry["value"] for entry in setup.proxy.read(language, topic, 100)], documents, f"{topic}: over API v2")
    check("gzip" in setup.proxy.encodings, True, f"{topic}: whether an answer came compressed")


def keys(setup, language):
    """Keys have schemas of their own, in both directions; a null is a null."""
    topic = f"{language.name}-keys"
    order = language.orders()[0]
    document = language.as_json(order)
    deserializer = language.deserializer(setup.stranger())
    setup.proxy.write(language, topic, {
        "key_schema": language.schema(), "value_schema": language.schema(),
        "records": [{"key": document, "value": document}]})
    setup.proxy.write(language, topic, {"key_schema": language.schema(), "records": [{"key": document, "value": None}]})
    records = consume(setup.bootstrap, topic, 2)
    check([deserializer(record.key(), context(topic, MessageField.KEY)) for record in records], [order] * 2,
          f"{topic}: keys")
    check([deserializer(record.value(), context(topic)) for record in records], [order, None], f"{topic}: values")
    check(f"{topic}-key" in setup.registry.get_subjects(), True, f"{topic}: the key's subject")

    serializer = language.serializer(setup.registry, language.schema())
    back = f"{topic}-back"
    key = serializer(order, context(back, MessageField.KEY))
    produce(setup.bootstrap, back, [None], [key])
    records = setup.proxy.read(language, back, 1)
    check((records[0]["key"], records[0]["value"]), (document, None), f"{back}: over API v2")


def evolution(setup, language):
    """Records of two versions in one topic: each is read with the schema that wrote it."""
    topic = f"{language.name}-evolves"
    document = language.as_json(language.orders()[0])
    older = setup.proxy.write(language, topic, {"value_schema": language.schema(), "records": [{"value": document}]})
    newer = setup.proxy.write(language, topic, {
        "value_schema": language.newer(), "records": [{"value": {**document, "rebate": 7}}]})
    check(older["value_schema_id"] != newer["value_schema_id"], True, f"{topic}: ids differ")
    check([entry["value"] for entry in setup.proxy.read(language, topic, 2)], [document, {**document, "rebate": 7}],
          f"{topic}: over API v2")

    topic = f"{language.name}-stays"
    setup.proxy.write(language, topic, {"value_schema": language.schema(), "records": [{"value": document}]})
    answer = setup.proxy.ask(
        "POST", f"{setup.proxy.url}/topics/{topic}",
        {"value_schema": language.incompatible(), "records": [{"value": {**document, "rebate": 7}}]}, 422,
        Content_Type=f"application/vnd.kafka.{language.name}.v2+json")
    check((answer["error_code"], "incompatible" in answer["message"]), (42207, True), f"{topic}: {answer}")


def strategies(setup, language):
    """The three subject name strategies: the subject that each names, and records that all can read."""
    order = language.orders()[0]
    for strategy, name in ((topic_subject_name_strategy, "{topic}-value"), (record_subject_name_strategy, "{record}"),
                           (topic_record_subject_name_strategy, "{topic}-{record}")):
        topic = f"{language.name}-{strategy.__name__.removesuffix('_subject_name_strategy')}"
        subject = name.format(topic=topic, record=language.record)
        before = subject in setup.stranger().get_subjects()
        serializer = language.serializer(setup.stranger(), language.schema(), **{"subject.name.strategy": strategy})
        value = serializer(order, context(topic))
        check((before, subject in setup.stranger().get_subjects()), (False, True), f"{subject}: registered")
        produce(setup.bootstrap, topic, [value])
        number = setup.stranger().get_latest_version(subject).schema_id
        check(framed_id(value, topic), number, f"{subject}: its id in the record")
        read_over_rest(setup, language, topic, [language.as_json(order)], number)
        setup.stranger().delete_subject(subject)
        over_rest = f"{topic}-rest"
        words = {"topic_subject_name_strategy": "TOPIC_NAME", "record_subject_name_strategy": "RECORD_NAME",
                 "topic_record_subject_name_strategy": "TOPIC_RECORD_NAME"}
        setup.proxy.write_v3(over_rest, {"value": {
            "type": language.name.upper(), "schema": language.schema(), "data": language.as_json(order),
            "subject_name_strategy": words[strategy.__name__]}})
        subject = name.format(topic=over_rest, record=language.record)
        check(subject in setup.stranger().get_subjects(), True, f"{subject}: registered over REST")
        record = consume(setup.bootstrap, over_rest, 1)[0].value()
        check(framed_id(record, over_rest), setup.stranger().get_latest_version(subject).schema_id, f"{subject}: its id")
        check(language.deserializer(setup.stranger())(record, context(over_rest)), order, f"{over_rest}: the value")


def ids_in_headers(setup, language):
    """The newer framing: the schema's GUID in a header, and nothing before the value. The proxy reads it too."""
    topic = f"{language.name}-headers"
    order = language.orders()[0]
    serializer = language.serializer(
        setup.stranger(), language.schema(), **{"schema.id.serializer": header_schema_id_serializer})
    where = SerializationContext(topic, MessageField.VALUE, [])
    value = serializer(order, where)
    check([(name, len(data)) for name, data in where.headers], [("__value_schema_id", HEADER_SIZES[language.name])],
          f"{topic}: headers")
    produce(setup.bootstrap, topic, [value], headers=where.headers)
    record = consume(setup.bootstrap, topic, 1)[0]
    read = SerializationContext(topic, MessageField.VALUE, record.headers())
    check(language.deserializer(setup.stranger())(record.value(), read), order, f"{topic}: the value")
    number = setup.stranger().get_latest_version(f"{topic}-value").schema_id
    read_over_rest(setup, language, topic, [language.as_json(order)], number)


def misfits(setup, language):
    """Data that its schema does not allow is refused, and nothing is written."""
    topic = f"{language.name}-misfits"
    document = language.as_json(language.orders()[0])
    for wrong in ({**document, "id": "a number"}, {**document, "tags": "none"}, {**document, "state": "LOST"}):
        answer = setup.proxy.ask(
            "POST", f"{setup.proxy.url}/topics/{topic}",
            {"value_schema": language.schema(), "records": [{"value": document}, {"value": wrong}]}, 422,
            Content_Type=f"application/vnd.kafka.{language.name}.v2+json")
        check(answer["error_code"], 42203, f"{topic}: {answer}")
    answer = setup.proxy.write(language, topic, {"value_schema": language.schema(), "records": [{"value": document}]})
    check(answer["offsets"][0]["offset"], 0, f"{topic}: where the first record is")


def latest_version(setup, language):
    """A serialiser that registers nothing takes the latest version, which REST has registered."""
    topic = f"{language.name}-latest"
    order = language.orders()[0]
    number = setup.proxy.write(language, topic, {
        "value_schema": language.schema(), "records": [{"value": language.as_json(order)}]})["value_schema_id"]
    serializer = language.serializer(
        setup.stranger(), language.schema(), **{"auto.register.schemas": False, "use.latest.version": True})
    value = serializer(order, context(topic))
    check(framed_id(value, topic), number, f"{topic}: the id")
    if language is Avro:
        check(value, consume(setup.bootstrap, topic, 1)[0].value(), f"{topic}: the same bytes")
    check(language.deserializer(setup.stranger())(value, context(topic)), order, f"{topic}: the value")


def other_messages(setup):
    """Protobuf's message indexes: a second message and a nested one, which REST reads by their own names."""
    for name, fields in (("plain.Parcel", {"weight": LARGE}), ("plain.Order.Line", {"article": "bolt"})):
        topic = f"protobuf-{name}"
        message = Protobuf.messages.named(name)(**fields)
        serializer = Protobuf.serializer(setup.registry, None, message=name)
        value = serializer(message, context(topic))
        check(value[5] != 0, True, f"{topic}: it has message indexes")
        produce(setup.bootstrap, topic, [value])
        read_over_rest(setup, Protobuf, topic, [Protobuf.as_json(message)], framed_id(value, topic))
        check(Protobuf.deserializer(setup.stranger(), message=name)(value, context(topic)), message, topic)


def fast_avro(setup):
    """fastavro by itself reads the bytes that REST wrote, and writes bytes that REST reads."""
    topic, back = "fastavro-from-rest", "fastavro-to-rest"
    orders = Avro.orders()
    setup.proxy.write(Avro, topic, {
        "value_schema": Avro.schema(), "records": [{"value": Avro.as_json(order)} for order in orders]})
    for order, record in zip(orders, consume(setup.bootstrap, topic, 2)):
        number = framed_id(record.value(), topic)
        text = setup.proxy.ask("GET", f"{setup.url}/schemas/ids/{number}")["schema"]
        parsed = fastavro.parse_schema(json.loads(text))
        body = BytesIO(record.value()[5:])
        check(fastavro.schemaless_reader(body, parsed), order, f"{topic}: the value")
        check(body.read(), b"", f"{topic}: bytes behind the value")

    number = setup.registry.register_schema(f"{back}-value", schema(Avro, Avro.schema()))
    values = []
    for order in orders:
        body = BytesIO(b"\0" + struct.pack(">I", number))
        body.seek(5)
        fastavro.schemaless_writer(body, fastavro.parse_schema(json.loads(Avro.schema())), order)
        values.append(body.getvalue())
    produce(setup.bootstrap, back, values)
    read_over_rest(setup, Avro, back, [Avro.as_json(order) for order in orders], number)


def damage(setup, language):
    """Bytes that are no record of the format: API v2 says so, API v3 gives them as they are."""
    topic = f"{language.name}-damaged"
    for number, value in enumerate((b"\1\0\0\0\1abc", b"\0\0\xff\xff\xffabc", b"\0\0")):
        produce(setup.bootstrap, f"{topic}-{number}", [value])
        records = setup.proxy.read_v3(language, f"{topic}-{number}")
        check(records[0]["value"], {"type": "BINARY", "data": base64.b64encode(value).decode()}, f"{topic}-{number}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--registry", required=True)
    parser.add_argument("--rest", required=True)
    setup = Setup(parser.parse_args())
    steps = (
        from_client_to_rest, references, from_rest_to_client, many, keys, evolution, strategies, latest_version,
        ids_in_headers, misfits, damage)
    for language in LANGUAGES:
        for step in steps:
            step(setup, language)
    other_messages(setup)
    fast_avro(setup)
    print(json.dumps({"languages": len(LANGUAGES)}))


if __name__ == "__main__":
    main()
