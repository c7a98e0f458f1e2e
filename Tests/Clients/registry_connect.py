"""Connect's converters against confluent-kafka: lines of a file become records that its deserialisers read, and records of its
serialisers become lines of a file. Ends with 1 and a message at the first wrong value.

The source's lines become structures with a field `line`, since Protobuf has no message that is a text alone; Avro and JSON
Schema write them as they are too.
"""

import argparse
import base64
import json
import os
import struct
import sys
import threading
import time

import requests
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from registry_languages import DEADLINE, LANGUAGES, LARGE, TEXT, Avro, JSONSchema, check, consume, context, produce

CONVERTERS = {
    "avro": "io.confluent.connect.avro.AvroConverter", "jsonschema": "io.confluent.connect.json.JsonSchemaConverter",
    "protobuf": "io.confluent.connect.protobuf.ProtobufConverter",
}
LINES = ["first line", "späte Lieferung 🚚", "", "\"quoted\" \\ {json: no}", "last"]


def start(arguments, name, settings):
    """Starts a connector with one task."""
    answer = requests.put(
        f"{arguments.connect}/connectors/{name}/config", json={"tasks.max": "1", **settings}, timeout=DEADLINE)
    check(answer.status_code, 201, f"{name}: {answer.text}")


def converter(arguments, language):
    return {
        "value.converter": CONVERTERS[language.name],
        "value.converter.schema.registry.url": arguments.registry,
    }


def line_class(client, subject):
    """The message class of what ProtobufConverter registered, made from the registry's descriptor of it."""
    client.clear_caches()  # They do not know one form of a schema from another.
    text = client.get_latest_version(subject, "serialized").schema.schema_str
    file = descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(text))
    file.name = "lines.proto"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    prefix = f"{file.package}." if file.package else ""
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(prefix + file.message_type[0].name))


def deserializer(client, language, topic):
    """What reads records of a converter, as dictionaries or texts."""
    if language is Avro:
        return AvroDeserializer(client)
    if language is JSONSchema:
        return JSONDeserializer(None, schema_registry_client=client)
    inner = ProtobufDeserializer(line_class(client, f"{topic}-value"), {"use.deprecated.format": False}, client)
    return lambda data, where: {"line": inner(data, where).line}


def source(arguments, language, hoists):
    """Lines of a file, through the converter, are what confluent-kafka's deserialiser reads."""
    topic = f"{language.name}-lines-{'hoisted' if hoists else 'plain'}"
    file = os.path.join(arguments.directory, topic)
    with open(file, "w", encoding="utf-8") as lines:
        lines.write("".join(line + "\n" for line in LINES))
    settings = {"connector.class": "FileStreamSource", "file": file, "topic": topic, **converter(arguments, language)}
    if hoists:
        settings |= {"transforms": "hoist", "transforms.hoist.field": "line",
                     "transforms.hoist.type": "org.apache.kafka.connect.transforms.HoistField$Value"}
    start(arguments, topic, settings)
    records = consume(arguments.bootstrap, topic, len(LINES))
    client = SchemaRegistryClient({"url": arguments.registry})
    latest = client.get_latest_version(f"{topic}-value")
    check((latest.version, latest.schema.schema_type), (1, language.kind), f"{topic}: what was registered")
    check({record.value()[:5] for record in records}, {b"\0" + struct.pack(">I", latest.schema_id)}, f"{topic}: frames")
    read = deserializer(client, language, topic)
    expected = [{"line": line} for line in LINES] if hoists else LINES
    check([read(record.value(), context(topic)) for record in records], expected, f"{topic}: values")


def written_lines(path, count):
    """Waits until a file has so many lines."""
    until, lines = time.monotonic() + DEADLINE, []
    while len(lines) < count and time.monotonic() < until:
        threading.Event().wait(0.05)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                lines = [line for line in file if line.endswith("\n")]
    return lines


def sink(arguments, language):
    """Records of confluent-kafka's serialiser, through the converter, are lines of a file."""
    topic = f"{language.name}-orders"
    path = os.path.join(arguments.directory, topic)
    serializer = language.serializer(SchemaRegistryClient({"url": arguments.registry}), language.schema())
    produce(arguments.bootstrap, topic, [serializer(order, context(topic)) for order in language.orders()])
    start(arguments, topic, {
        "connector.class": "FileStreamSink", "file": path, "topics": topic, **converter(arguments, language)})
    lines = written_lines(path, 2)
    if len(lines) < 2:
        status = requests.get(f"{arguments.connect}/connectors/{topic}/status", timeout=DEADLINE).text
        sys.exit(f"{topic}: the file has {len(lines)} of 2 lines; the connector's status is {status}")
    # What comes after is bytes and maps, which a structure's text has no one form for.
    expected = [f"Struct{{id={LARGE},note={TEXT},amount=-0.1,tags=[a, , ß],state=PAID",
                f"Struct{{id={-2**63},amount=1.0E300,tags=[],state=OPEN"]
    check([line[:len(text)] for line, text in zip(lines, expected)], expected, f"{topic}: lines")


def main():
    parser = argparse.ArgumentParser()
    for name in ("--bootstrap", "--registry", "--connect", "--directory"):
        parser.add_argument(name, required=True)
    arguments = parser.parse_args()
    for language in LANGUAGES:
        source(arguments, language, hoists=True)
    for language in (Avro, JSONSchema):
        source(arguments, language, hoists=False)
    for language in LANGUAGES:
        sink(arguments, language)
    print(json.dumps({"sources": 5, "sinks": 3}))


if __name__ == "__main__":
    main()
