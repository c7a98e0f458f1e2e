"""Orders in Avro, JSON Schema and Protobuf, and confluent-kafka's serialisers for them: what the registry's checks share.

A language has a schema with a reference to another one, a newer version that is compatible and one that is not. Its orders
hold what gets lost easily: integers above 2^53, bytes, text beyond ASCII, nulls, fields that are not there.
"""

import json
import sys

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryError
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

DEADLINE = 60
LARGE = 2**53 + 1
TEXT = "späte Lieferung 🚚 \"quoted\" \\ end"


def check(actual, expected, what):
    """Ends the script when something is not as it should be."""
    if actual != expected:
        sys.exit(f"{what}:\n  expected {expected!r}\n  but was  {actual!r}")


def refused(action, status, code, what):
    """Has the registry refuse something, with the error that it has to be refused with."""
    try:
        result = action()
    except SchemaRegistryError as error:
        check((error.http_status_code, error.error_code), (status, code), f"{what}: {error.error_message}")
        return error.error_message
    sys.exit(f"{what}: not refused, but answered with {result!r}")


class Avro:
    """Orders as Avro records; they refer to a customer by the name of its type."""

    name, kind = "avro", "AVRO"
    record = "shop.Order"
    customer = json.dumps({
        "type": "record", "name": "Customer", "namespace": "shop",
        "fields": [{"name": "name", "type": "string"}, {"name": "loyal", "type": "boolean"}],
    })
    fields = [
        {"name": "id", "type": "long"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "amount", "type": "double"},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["OPEN", "PAID"]}},
        {"name": "raw", "type": "bytes"},
        {"name": "counts", "type": {"type": "map", "values": "int"}},
    ]
    reference = "shop.Customer"

    @classmethod
    def schema(cls, extra=(), reference=None):
        fields = cls.fields + list(extra)
        if reference:
            fields.append({"name": "customer", "type": "shop.Customer"})
        return json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": fields})

    @classmethod
    def newer(cls):
        return cls.schema([{"name": "rebate", "type": "int", "default": 0}])

    @classmethod
    def incompatible(cls):
        return cls.schema([{"name": "rebate", "type": "int"}])

    # The keys in another order and with white space: the same schema.
    @classmethod
    def otherwise_written(cls):
        schema = json.loads(cls.schema())
        return json.dumps(dict(reversed(list(schema.items()))), indent=2)

    @staticmethod
    def orders():
        order = {"id": LARGE, "note": TEXT, "amount": -0.1, "tags": ["a", "", "ß"], "state": "PAID",
                 "raw": b"\x00\xff\x80a", "counts": {"x": -(2**31), "y": 2**31 - 1}}
        return [order, {**order, "id": -(2**63), "note": None, "amount": 1e300, "tags": [], "state": "OPEN", "raw": b"",
                        "counts": {}}]

    @staticmethod
    def as_json(order):
        """An order as the REST Proxy writes it: bytes are characters, a union's value has the name of its type."""
        result = {**order, "raw": order["raw"].decode("latin-1")}
        result["note"] = None if order["note"] is None else {"string": order["note"]}
        return result

    @staticmethod
    def with_customer(order):
        return {**order, "customer": {"name": TEXT, "loyal": True}}

    @staticmethod
    def serializer(client, schema, **settings):
        return AvroSerializer(client, schema, conf=settings)

    @staticmethod
    def deserializer(client):
        return AvroDeserializer(client)


class JSONSchema:
    """Orders as JSON objects of draft 7; they refer to a customer by the name of its document."""

    name, kind = "jsonschema", "JSON"
    record = "Order"
    reference = "customer.json"
    customer = json.dumps({
        "$schema": "http://json-schema.org/draft-07/schema#", "title": "Customer", "type": "object",
        "properties": {"name": {"type": "string"}, "loyal": {"type": "boolean"}}, "required": ["name"],
    })

    @classmethod
    def schema(cls, extra=(), reference=None, identifier="integer"):
        properties = {
            "id": {"type": identifier}, "note": {"type": ["null", "string"]}, "amount": {"type": "number"},
            "tags": {"type": "array", "items": {"type": "string"}}, "state": {"enum": ["OPEN", "PAID"]},
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}}, **dict(extra),
        }
        if reference:
            properties["customer"] = {"$ref": cls.reference}
        return json.dumps({
            "$schema": "http://json-schema.org/draft-07/schema#", "title": "Order", "type": "object",
            "properties": properties, "required": ["id"], "additionalProperties": False,
        })

    @classmethod
    def newer(cls):
        return cls.schema([("rebate", {"type": "integer"})])

    @classmethod
    def incompatible(cls):
        return cls.schema(identifier="string")

    @classmethod
    def otherwise_written(cls):
        schema = json.loads(cls.schema())
        return json.dumps(dict(reversed(list(schema.items()))), indent=2)

    @staticmethod
    def orders():
        order = {"id": LARGE, "note": TEXT, "amount": -0.1, "tags": ["a", "", "ß"], "state": "PAID",
                 "counts": {"x": -(2**31), "y": 2**31 - 1}}
        return [order, {"id": -(2**63), "note": None, "amount": 1e300, "tags": [], "state": "OPEN", "counts": {}}]

    @staticmethod
    def as_json(order):
        return order

    @staticmethod
    def with_customer(order):
        return {**order, "customer": {"name": TEXT, "loyal": True}}

    @staticmethod
    def serializer(client, schema, **settings):
        return JSONSerializer(schema, client, conf=settings)

    @staticmethod
    def deserializer(client):
        return JSONDeserializer(None, schema_registry_client=client)


class Messages:
    """Protobuf's message classes, made at run time: no compiler is needed for them."""

    def __init__(self):
        field = descriptor_pb2.FieldDescriptorProto
        self.pool = descriptor_pool.DescriptorPool()
        customer = descriptor_pb2.FileDescriptorProto(name="shop/customer.proto", package="shop", syntax="proto3")
        message = customer.message_type.add(name="Customer")
        message.field.add(name="name", number=1, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
        message.field.add(name="loyal", number=2, type=field.TYPE_BOOL, label=field.LABEL_OPTIONAL)
        self.pool.Add(customer)
        self.pool.Add(self._orders(False))
        self.pool.Add(self._orders(True))

    @staticmethod
    def _orders(refers):
        """The file of orders, with a customer from another file or without."""
        field = descriptor_pb2.FieldDescriptorProto
        package = "shop" if refers else "plain"
        file = descriptor_pb2.FileDescriptorProto(name=f"{package}/order.proto", package=package, syntax="proto3")
        state = file.enum_type.add(name="State")
        state.value.add(name="OPEN", number=0)
        state.value.add(name="PAID", number=1)
        order = file.message_type.add(name="Order")
        for number, (name, kind) in enumerate((("id", field.TYPE_INT64), ("note", field.TYPE_STRING),
                                               ("amount", field.TYPE_DOUBLE), ("tags", field.TYPE_STRING),
                                               ("state", field.TYPE_ENUM), ("raw", field.TYPE_BYTES)), 1):
            label = field.LABEL_REPEATED if name == "tags" else field.LABEL_OPTIONAL
            order.field.add(name=name, number=number, type=kind, label=label)
        order.field[1].proto3_optional, order.field[1].oneof_index = True, 0
        order.field[4].type_name = f".{package}.State"
        order.oneof_decl.add(name="_note")
        entry = order.nested_type.add(name="CountsEntry")
        entry.options.map_entry = True
        entry.field.add(name="key", number=1, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
        entry.field.add(name="value", number=2, type=field.TYPE_INT32, label=field.LABEL_OPTIONAL)
        order.field.add(name="counts", number=7, type=field.TYPE_MESSAGE, label=field.LABEL_REPEATED,
                        type_name=f".{package}.Order.CountsEntry")
        line = order.nested_type.add(name="Line")
        line.field.add(name="article", number=1, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
        parcel = file.message_type.add(name="Parcel")
        parcel.field.add(name="weight", number=1, type=field.TYPE_UINT64, label=field.LABEL_OPTIONAL)
        if refers:
            file.dependency.append("shop/customer.proto")
            order.field.add(name="customer", number=8, type=field.TYPE_MESSAGE, label=field.LABEL_OPTIONAL,
                            type_name=".shop.Customer")
        return file

    def named(self, name):
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))


class Protobuf:
    """Orders as Protobuf messages of package `plain`; those of package `shop` import a customer.

    Its serialiser has the schema from the message class, so that the text that it is given does not count.
    """

    name, kind = "protobuf", "PROTOBUF"
    record = "plain.Order"
    reference = "shop/customer.proto"
    messages = Messages()
    customer = 'syntax = "proto3"; package shop; message Customer { string name = 1; bool loyal = 2; }'

    @classmethod
    def schema(cls, extra="", reference=None, identifier="int64"):
        package, head = ("shop", f'import "{cls.reference}";') if reference else ("plain", "")
        customer = "Customer customer = 8;" if reference else ""
        return f"""syntax = "proto3"; package {package}; {head}
            message Order {{
                {identifier} id = 1; optional string note = 2; double amount = 3; repeated string tags = 4;
                State state = 5; bytes raw = 6; map<string, int32> counts = 7; {customer} {extra}
                message Line {{ string article = 1; }}
            }}
            message Parcel {{ uint64 weight = 1; }}
            enum State {{ OPEN = 0; PAID = 1; }}"""

    @classmethod
    def newer(cls):
        return cls.schema("int32 rebate = 9;")

    @classmethod
    def incompatible(cls):
        return cls.schema(identifier="string")

    # Fields in another order, and the enum's name at length.
    @classmethod
    def otherwise_written(cls):
        return cls.schema().replace("State state = 5;", "").replace(
            "int64 id = 1;", "plain.State state = 5; int64 id = 1;")

    @classmethod
    def orders(cls, name="plain.Order"):
        order = cls.messages.named(name)
        return [
            order(id=LARGE, note=TEXT, amount=-0.1, tags=["a", "", "ß"], state=1, raw=b"\x00\xff\x80a",
                  counts={"x": -(2**31), "y": 2**31 - 1}),
            order(id=-(2**63), amount=1e300),
        ]

    @staticmethod
    def as_json(order):
        """An order as the REST Proxy writes it: Protobuf's mapping, with the fields that have no value of their own."""
        return json_format.MessageToDict(order, always_print_fields_with_no_presence=True)

    @classmethod
    def with_customer(cls, order):
        result = cls.messages.named("shop.Order")()
        result.MergeFromString(order.SerializeToString())
        result.customer.name, result.customer.loyal = TEXT, True
        return result

    @classmethod
    def serializer(cls, client, schema, message="plain.Order", **settings):
        return ProtobufSerializer(cls.messages.named(message), client, conf=settings)

    @classmethod
    def deserializer(cls, client, message="plain.Order"):
        return ProtobufDeserializer(cls.messages.named(message), {"use.deprecated.format": False}, client)


LANGUAGES = [Avro, JSONSchema, Protobuf]


def schema(language, text, references=()):
    """A schema as SchemaRegistryClient takes it; `references` are (name, subject, version)."""
    return Schema(text, language.kind, [SchemaReference(*reference) for reference in references])


def produce(bootstrap, topic, values, keys=None, headers=None):
    """Writes bytes to partition 0 and waits until they are there."""
    errors = []
    producer = Producer({"bootstrap.servers": bootstrap})
    for value, key in zip(values, keys or [None] * len(values)):
        producer.produce(topic, value=value, key=key, partition=0, headers=headers,
                         on_delivery=lambda error, _: errors.append(error) if error else None)
    left = producer.flush(DEADLINE)
    check((left, errors), (0, []), f"what confluent-kafka's producer says of {topic}")


def consume(bootstrap, topic, count):
    """Reads the first `count` records of partition 0; the values and keys as bytes."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    records = []
    while len(records) < count:
        message = consumer.poll(DEADLINE)
        if message is None:
            sys.exit(f"only {len(records)} of {count} records came from {topic}")
        if message.error():
            sys.exit(f"{topic}: {message.error()}")
        records.append(message)
    consumer.close()
    return records


def context(topic, field=MessageField.VALUE):
    """Where a value or key goes or comes from, which names its subject."""
    return SerializationContext(topic, field)
