#!/usr/bin/env python3
"""Writes golden_frames.txt: frames that kafka-python and kio encoded, with the values they were given.

    pip install kafka-python==3.0.12 kio==0.6.5
    python3 make_golden_frames.py > golden_frames.txt

One line a frame: message, version, the frame in hex (with length and header; a consumer protocol blob with its
version instead), and the values of the fields that the version carries, as JSON with Swift's names.
The values are random from a fixed seed, so that another run gives the same file.
"""
import dataclasses
import datetime
import importlib
import io
import json
import random
import re
import typing
import uuid

import kio.serial
from kio.schema.errors import ErrorCode

import kafka.protocol.admin as admin
import kafka.protocol.consumer as consumer
import kafka.protocol.metadata as metadata
import kafka.protocol.old.admin as old_admin
import kafka.protocol.old.types as old_types
import kafka.protocol.producer as producer

MODULES = (admin, consumer, metadata, producer)
APIS = """ApiVersions CreatePartitions CreateTopics DeleteGroups DeleteTopics DescribeCluster DescribeConfigs
DescribeGroups Fetch FindCoordinator Heartbeat InitProducerId JoinGroup LeaveGroup ListGroups ListOffsets Metadata
OffsetCommit OffsetFetch Produce SyncGroup""".split()
# These came later, and stand behind the others so that the frames of those stay as they are.
MORE_APIS = """AddOffsetsToTxn AddPartitionsToTxn AlterClientQuotas AlterConfigs AlterPartitionReassignments
AlterReplicaLogDirs DeleteRecords DescribeClientQuotas DescribeLogDirs DescribeProducers DescribeQuorum
DescribeTopicPartitions DescribeTransactions ElectLeaders EndTxn IncrementalAlterConfigs ListConfigResources
ListPartitionReassignments ListTransactions OffsetDelete OffsetForLeaderEpoch TxnOffsetCommit UpdateFeatures
WriteTxnMarkers""".split()
# And these behind all others.
LATEST_APIS = "CreateAcls DeleteAcls DescribeAcls".split()
# What kafka-python does not have, kio does.
KIO_APIS = {
    "ConsumerGroupDescribe": (0, 1),
    "ConsumerGroupHeartbeat": (0, 1),
    "GetTelemetrySubscriptions": (0,),
    "PushTelemetry": (0,),
    "ShareAcknowledge": (1, 2),
    "ShareFetch": (1, 2),
    "ShareGroupDescribe": (1,),
    "ShareGroupHeartbeat": (1,),
    "AlterShareGroupOffsets": (0,),
    "DeleteShareGroupOffsets": (0,),
    "DescribeShareGroupOffsets": (0, 1),
    "UnregisterBroker": (0,),
    "InitializeShareGroupState": (0,),
    "ReadShareGroupState": (0,),
    "WriteShareGroupState": (0, 1),
    "DeleteShareGroupState": (0,),
    "ReadShareGroupStateSummary": (0, 1),
}
RANGES = {"int8": 7, "int16": 15, "int32": 31, "int64": 63}

chance = random.Random(20240607)


# kafka-python gives these bit sets a name of its own.
RENAMED = {
    ("MetadataResponse", "authorized_operations"): "clusterAuthorizedOperations",
    ("MetadataResponseTopic", "authorized_operations"): "topicAuthorizedOperations",
    ("DescribeClusterResponse", "authorized_operations"): "clusterAuthorizedOperations",
}


def swift_name(owner, name):
    if (owner, name) in RENAMED:
        return RENAMED[owner, name]
    name = re.sub(r"Ids(?=[A-Z]|$)", "IDs", re.sub(r"Id(?=[A-Z]|$)", "ID", name))
    return name[0].lower() + name[1:]


def text():
    return "".join(chance.choice("abcxyz-_.é漢") for _ in range(chance.randint(1, 12)))


def scalar(kind):
    """A value for kafka-python, and the same for the JSON."""
    if kind in RANGES:
        value = chance.choice([0, 1, chance.getrandbits(RANGES[kind]), -1 - chance.getrandbits(RANGES[kind])])
        return value, value
    if kind == "uint16":
        value = chance.getrandbits(16)
        return value, value
    if kind == "float64":
        value = chance.choice([0.0, 1.5, -2.25, chance.getrandbits(40) / 64])
        return value, value
    if kind == "bool":
        value = chance.random() < 0.5
        return value, value
    if kind == "string":
        value = text()
        return value, value
    if kind == "uuid":
        value = uuid.UUID(int=chance.getrandbits(128))
        return value, value.hex
    if kind in ("bytes", "records"):
        value = bytes(chance.getrandbits(8) for _ in range(chance.randint(0, 20)))
        return value, value.hex()
    if kind == "bitfield":
        bits = sorted(chance.sample(range(3, 12), 3))
        return set(bits), sum(1 << bit for bit in bits)
    raise ValueError(kind)


def value(field, cls, version):
    kind = field._json["type"]
    if field.nullable_for_version_q(version) and chance.random() < 0.2:
        return None, None
    if kind.startswith("[]"):
        element = kind[2:]
        make = (lambda: structure(getattr(cls, element), version)) if "fields" in field._json else (lambda: scalar(element))
        pairs = [make() for _ in range(chance.randint(1, 2))]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if "fields" in field._json:
        return structure(getattr(cls, kind), version)
    return scalar(kind)


def structure(cls, version):
    given, expected = {}, {}
    for field in cls._struct._fields:
        if not field.for_version_q(version):
            continue
        if field.tag is not None and chance.random() < 0.5:
            continue
        given[field.name], expected[swift_name(cls.__name__, field._name)] = value(field, cls, version)
    return cls(version=version, **given), expected


# Versions that 4.x brokers no longer have, and so kafka-python's newer encoder has not either.
OLD_VERSIONS = [
    (name + kind, version)
    for name, versions in (("CreateTopics", (0, 1)), ("DeleteTopics", (0,)), ("DescribeConfigs", (0,)))
    for version in versions
    for kind in ("Request", "Response")
]


def old_value(kind):
    if isinstance(kind, old_types.Array):
        pairs = [old_value(kind.array_of) for _ in range(chance.randint(1, 2))]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if isinstance(kind, old_types.Schema):
        pairs = [old_value(field) for field in kind.fields]
        names = [re.sub(r"_(.)", lambda match: match[1].upper(), name) for name in kind.names]
        return tuple(pair[0] for pair in pairs), {swift_name("", name): pair[1] for name, pair in zip(names, pairs)}
    name = "string" if isinstance(kind, old_types.String) else kind.__name__.lower().replace("boolean", "bool")
    return scalar(name)


def old_message(name, version):
    cls = getattr(old_admin, name + "_v%d" % version)
    given, expected = old_value(cls.SCHEMA)
    body = cls(*given).encode()
    header = (1000 + version).to_bytes(4, "big")
    if name.endswith("Request"):
        header = cls.API_KEY.to_bytes(2, "big") + version.to_bytes(2, "big") + header + b"\0\6golden"
    frame = header + body
    return len(frame).to_bytes(4, "big") + frame, expected


# What kio has as times, and names without their unit.
TIMES = {"timedelta_i32": "int32"}


def kio_value(kind, hint):
    """A value for kio, and the same for the JSON."""
    choices = typing.get_args(hint)
    if type(None) in choices:
        # kio takes the zero UUID for none, which is none on the wire.
        if kind != "uuid" and chance.random() < 0.2:
            return None, None
        return kio_value(kind, choices[0])
    if typing.get_origin(hint) is tuple:
        pairs = [kio_value(kind, choices[0]) for _ in range(chance.randint(1, 2))]
        return tuple(pair[0] for pair in pairs), [pair[1] for pair in pairs]
    if dataclasses.is_dataclass(hint):
        return kio_structure(hint)
    if kind in TIMES:
        milliseconds, expected = scalar(TIMES[kind])
        return datetime.timedelta(milliseconds=milliseconds), expected
    if kind == "error_code":
        code = chance.choice(list(ErrorCode))
        return code, code.value
    return scalar(kind)


def kio_structure(cls):
    given, expected = {}, {}
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        kind = field.metadata.get("kafka_type")
        name = re.sub(r"_(.)", lambda match: match[1].upper(), field.name) + ("Ms" if kind in TIMES else "")
        given[field.name], expected[swift_name("", name)] = kio_value(kind, hints[field.name])
    return cls(**given), expected


def kio_message(api, kind, version):
    folder = re.sub(r"(?<!^)(?=[A-Z])", "_", api).lower()
    module = importlib.import_module("kio.schema.%s.v%d.%s" % (folder, version, kind.lower()))
    message, expected = kio_structure(getattr(module, api + kind))
    header = message.__header_schema__
    if kind == "Request":
        header = header(
            request_api_key=message.__api_key__, request_api_version=version, correlation_id=1000 + version,
            client_id="golden")
    else:
        header = header(correlation_id=1000 + version)
    frame = io.BytesIO()
    for entity in (header, message):
        kio.serial.entity_writer(type(entity))(frame, entity)
    return len(frame.getvalue()).to_bytes(4, "big") + frame.getvalue(), expected


# What Connect's workers tell each other stands in Kafka's ConnectProtocol and IncrementalCooperativeConnectProtocol alone;
# kafka-python's types write it.
CONNECTOR_ASSIGNMENT = old_types.Array(
    ("connector", old_types.String("utf-8")), ("tasks", old_types.Array(old_types.Int32)))
CONNECT_METADATA = (("url", old_types.String("utf-8")), ("config_offset", old_types.Int64))
CONNECT_ASSIGNMENT = (
    ("error", old_types.Int16), ("leader", old_types.String("utf-8")), ("leader_URL", old_types.String("utf-8")),
    ("config_offset", old_types.Int64), ("assigned", CONNECTOR_ASSIGNMENT))
CONNECT_BLOBS = {
    "ConnectProtocolMetadata": (CONNECT_METADATA, (("allocation", old_types.Bytes),)),
    "ConnectProtocolAssignment": (
        CONNECT_ASSIGNMENT, (("revoked", CONNECTOR_ASSIGNMENT), ("delay", old_types.Int32))),
}


def connect_blob(name, version):
    first, later = CONNECT_BLOBS[name]
    schema = old_types.Schema(*(first + (later if version > 0 else ())))
    given, expected = old_value(schema)
    return version.to_bytes(2, "big") + schema.encode(given), expected


def find(name):
    return next(getattr(module, name) for module in MODULES if hasattr(module, name))


def emit(name, version, frame, expected):
    print(name, version, frame.hex(), json.dumps(expected, separators=(",", ":"), ensure_ascii=False, sort_keys=True))


def emit_version(name, version):
    message, expected = structure(find(name), version)
    message.API_VERSION = version
    if name.endswith("Request"):
        message.with_header(correlation_id=1000 + version, client_id="golden")
    else:
        message.with_header(correlation_id=1000 + version)
    emit(name, version, message.encode(header=True, framed=True), expected)


def emit_apis(apis):
    for api in apis:
        for name in (api + "Request", api + "Response"):
            versions = [int(version) for version in find(name)._json["validVersions"].split("-")]
            for version in range(versions[0], versions[-1] + 1):
                emit_version(name, version)


def main():
    emit_apis(APIS)
    for name in ("ConsumerProtocolSubscription", "ConsumerProtocolAssignment"):
        for version in range(4):
            message, expected = structure(find(name), version)
            emit(name, version, message.encode(version=version, header=True), expected)
    for name, version in OLD_VERSIONS:
        emit(name, version, *old_message(name, version))
    emit_apis(MORE_APIS)
    # The older encoder leaves out the count of the partitions; the newer can still write the version.
    emit_version("DescribeLogDirsRequest", 0)
    emit("DescribeLogDirsResponse", 0, *old_message("DescribeLogDirsResponse", 0))
    for api, versions in KIO_APIS.items():
        for kind in ("Request", "Response"):
            for version in versions:
                emit(api + kind, version, *kio_message(api, kind, version))
    for name in CONNECT_BLOBS:
        for version in range(3):
            emit(name, version, *connect_blob(name, version))
    emit_apis(LATEST_APIS)


main()
