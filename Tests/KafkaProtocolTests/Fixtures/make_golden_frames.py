#!/usr/bin/env python3
"""Writes golden_frames.txt: frames that kafka-python encoded, with the values it was given.

    pip install kafka-python==3.0.12
    python3 make_golden_frames.py > golden_frames.txt

One line a frame: message, version, the frame in hex (with length and header; a consumer protocol blob with its
version instead), and the values of the fields that the version carries, as JSON with Swift's names.
The values are random from a fixed seed, so that another run gives the same file.
"""
import json
import random
import re
import uuid

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


def find(name):
    return next(getattr(module, name) for module in MODULES if hasattr(module, name))


def emit(name, version, frame, expected):
    print(name, version, frame.hex(), json.dumps(expected, separators=(",", ":"), ensure_ascii=False, sort_keys=True))


def main():
    for api in APIS:
        for name in (api + "Request", api + "Response"):
            cls = find(name)
            first, last = map(int, cls._json["validVersions"].split("-"))
            for version in range(first, last + 1):
                message, expected = structure(cls, version)
                message.API_VERSION = version
                if name.endswith("Request"):
                    message.with_header(correlation_id=1000 + version, client_id="golden")
                else:
                    message.with_header(correlation_id=1000 + version)
                emit(name, version, message.encode(header=True, framed=True), expected)
    for name in ("ConsumerProtocolSubscription", "ConsumerProtocolAssignment"):
        for version in range(4):
            message, expected = structure(find(name), version)
            emit(name, version, message.encode(version=version, header=True), expected)
    for name, version in OLD_VERSIONS:
        emit(name, version, *old_message(name, version))


main()
