"""The few messages of the Kafka protocol that a load of raw connections needs, as bytes.

In old versions on purpose: their fields are plain, and a script that has thousands of connections has no time to spare.
"""

import struct

PRODUCE, FETCH, METADATA, API_VERSIONS, CREATE_TOPICS = 0, 1, 3, 18, 19


def crc32c_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


TABLE = crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def frame(api, version, correlation, body):
    head = struct.pack(">hhi", api, version, correlation) + text("crowd")
    return struct.pack(">i", len(head) + len(body)) + head + body


def varint(value):
    value = (value << 1) ^ (value >> 63)
    out = bytearray()
    while value & ~0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def batch(values, timestamp):
    """A record batch of format 2 without keys, headers and producer."""
    records = b""
    for delta, value in enumerate(values):
        record = b"\0" + varint(0) + varint(delta) + varint(-1) + varint(len(value)) + value + varint(0)
        records += varint(len(record)) + record
    checked = struct.pack(
        ">hiqqqhii", 0, len(values) - 1, timestamp, timestamp, -1, -1, -1, len(values)) + records
    return struct.pack(">qiibI", 0, len(checked) + 9, -1, 2, crc32c(checked)) + checked


def api_versions(correlation):
    return frame(API_VERSIONS, 0, correlation, b"")


def metadata_of_all(correlation):
    return frame(METADATA, 1, correlation, struct.pack(">i", -1))


def create_topics(correlation, names, partitions):
    body = struct.pack(">i", len(names))
    for name in names:
        body += text(name) + struct.pack(">ihii", partitions, 1, 0, 0)
    return frame(CREATE_TOPICS, 2, correlation, body + struct.pack(">i?", 60_000, False))


def produce(correlation, topic, partition, records, acks=1):
    body = struct.pack(">hhi", -1, acks, 30_000) + struct.pack(">i", 1) + text(topic)
    return frame(PRODUCE, 3, correlation, body + struct.pack(">iii", 1, partition, len(records)) + records)


def produced(answer):
    """The error and the base offset in the answer to `produce`."""
    size = struct.unpack_from(">h", answer, 8)[0]
    return struct.unpack_from(">hq", answer, 10 + size + 8)


def fetch(correlation, topic, offsets, wait):
    """Asks for all partitions of a topic from their `offsets` on."""
    body = struct.pack(">iiiib", -1, wait, 1, 1 << 20, 0) + struct.pack(">i", 1) + text(topic)
    body += struct.pack(">i", len(offsets))
    for partition, offset in enumerate(offsets):
        body += struct.pack(">iqi", partition, offset, 1 << 20)
    return frame(FETCH, 4, correlation, body)


def fetched(answer):
    """Partition, error and records of an answer to `fetch` of one topic."""
    position = 4 + 4 + 4
    position += 2 + struct.unpack_from(">h", answer, position)[0]
    count = struct.unpack_from(">i", answer, position)[0]
    position += 4
    for _ in range(count):
        partition, error = struct.unpack_from(">ih", answer, position)
        position += 6 + 16
        aborted = struct.unpack_from(">i", answer, position)[0]
        position += 4 + 16 * max(0, aborted)
        size = max(0, struct.unpack_from(">i", answer, position)[0])
        position += 4
        yield partition, error, answer[position:position + size]
        position += size
