"""How soon partitions take records again, asked by one who does not wait for a client's own timers.

A client hears of a new leader when it asks, and librdkafka asks once a second where it was told the former one in the
milliseconds before the election. The probe offers a record to each node in turn, whoever leads, until one acknowledges
it for all replicas in sync.
"""

import socket
import struct
import threading

from kafka.record.default_records import DefaultRecordBatchBuilder

from fault_cluster import now, pause
from fault_load import create_topic, gaps

TOPIC = "probe"
# In seconds: between two records, before the next node is asked, and until a node is taken for one that does not answer.
INTERVAL, PATIENCE = 0.025, 0.5
RETRY = 0.002
PRODUCE, VERSION, ALL_REPLICAS = 0, 7, -1


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def produce_request(partition):
    """A request with one record, acknowledged by all replicas in sync."""
    batch = DefaultRecordBatchBuilder(
        magic=2, compression_type=0, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1,
        batch_size=1000)
    batch.append(0, 0, None, b"probe", [])
    records = bytes(batch.build())
    body = struct.pack(">hhi", PRODUCE, VERSION, 0) + text("probe")
    body += struct.pack(">hhi", -1, ALL_REPLICAS, int(PATIENCE * 1000))
    body += struct.pack(">i", 1) + text(TOPIC) + struct.pack(">iii", 1, partition, len(records)) + records
    return struct.pack(">i", len(body)) + body


# Behind the frame's size, the correlation id, two counts, the topic's name and the partition.
ERROR_AT = 4 + 4 + 4 + 2 + len(TOPIC) + 4 + 4


class Probe:
    """Offers records to each partition, one at a time, from a thread of its own."""

    def __init__(self, cluster, partitions):
        self.addresses = []
        for node in cluster.nodes.values():
            host, port = node.address.rsplit(":", 1)
            self.addresses.append((host, int(port)))
        self.moments = [[] for _ in range(partitions)]
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(number,)) for number in range(partitions)]
        create_topic(cluster.bootstrap, TOPIC, partitions)
        cluster.wait_until_whole()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def run(self, partition):
        request, sockets, place = produce_request(partition), {}, 0
        while not self.stopping.is_set():
            address = self.addresses[place % len(self.addresses)]
            if self.offer(request, address, sockets):
                self.moments[partition].append(now())
                pause(INTERVAL)
            else:
                place += 1
                pause(RETRY)
        for one in sockets.values():
            one.close()

    @staticmethod
    def offer(request, address, sockets):
        """Whether a node acknowledges a record."""
        try:
            if address not in sockets:
                sockets[address] = socket.create_connection(address, PATIENCE)
            sockets[address].sendall(request)
            answer = b""
            while len(answer) < 4 or len(answer) < 4 + struct.unpack_from(">i", answer)[0]:
                part = sockets[address].recv(4096)
                if not part:
                    raise ConnectionError("closed")
                answer += part
            return struct.unpack_from(">h", answer, ERROR_AT)[0] == 0
        except OSError:
            if address in sockets:
                sockets.pop(address).close()
            return False

    def gaps(self, faults):
        return gaps(self.moments, faults)
