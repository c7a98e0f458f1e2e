"""Real processes that faults are done to: an etcd and the nodes of one cluster, each ended by its process id."""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request

# In seconds. A session outlasts its node by so much; `paused` is for longer than that.
SESSION = 2
DEADLINE = 90.0
# The partition that is cut off is one's own network namespace, on a bridge with the host.
HOST, SUBNET = "10.231.76.254", "10.231.76"


def now():
    return time.monotonic()


def pause(seconds):
    """Lets everything go on for a while."""
    threading.Event().wait(seconds)


def wait(what, condition, seconds=DEADLINE):
    """Waits until something holds, and gives it back."""
    end = now() + seconds
    while True:
        found = condition()
        if found:
            return found
        if now() > end:
            raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
        pause(0.02)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Process:
    """A child that can be started again, paused and killed."""

    def __init__(self, name, command, log):
        self.name, self.command, self.log, self.child = name, command, log, None

    def start(self):
        with open(self.log, "ab") as log:
            # Ctrl-C is for this program, which ends its children itself.
            self.child = subprocess.Popen(self.command, stdout=log, stderr=log, start_new_session=True)

    @property
    def is_running(self):
        return self.child is not None and self.child.poll() is None

    def signal(self, number):
        if self.is_running:
            os.kill(self.child.pid, number)

    def pause(self):
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """As a crash: what the process had in memory is gone. A paused one ends as well."""
        self.signal(signal.SIGKILL)
        if self.child is not None:
            self.child.wait()

    def stop(self):
        """As a shutdown."""
        self.signal(signal.SIGTERM)
        if self.child is not None:
            self.child.wait(DEADLINE)


class Node(Process):
    """A server of the cluster."""

    def __init__(self, number, address, binary, endpoint, home, settings, namespace=None):
        self.number, self.address, self.home = number, address, home
        self.ready = os.path.join(home, "ready.json")
        settings = {
            "node.id": number, "broker.rack": f"rack{number}", "listeners": f"PLAINTEXT://{address}",
            "connect.listeners": "http://127.0.0.1:0", "etcd.endpoints": endpoint,
            "schema.registry.listeners": "http://127.0.0.1:0", "rest.listeners": "http://127.0.0.1:0",
            "broker.session.timeout.ms": SESSION * 1000, "default.replication.factor": 3, "min.insync.replicas": 2,
            "offsets.topic.replication.factor": 3, **settings}
        command = ["ip", "netns", "exec", namespace] if namespace else []
        command += [binary, "serve", "--data-dir", self.data, "--ready-file", self.ready]
        for key, value in settings.items():
            command += ["--set", f"{key}={value}"]
        super().__init__(f"node {number}", command, os.path.join(home, "server.log"))
        os.makedirs(home)

    @property
    def data(self):
        return os.path.join(self.home, "data")

    def start(self):
        if os.path.exists(self.ready):
            os.remove(self.ready)
        super().start()

    def is_ready(self):
        if not self.is_running:
            raise RuntimeError(f"{self.name} has ended; its words are in {self.log}")
        return os.path.exists(self.ready)

    def lose_data(self):
        shutil.rmtree(self.data)


class Cluster:
    """Three nodes and an etcd with everything below one directory."""

    def __init__(self, binary, directory, settings=None, cut_off=None):
        self.binary, self.directory, self.cut_off = binary, directory, cut_off
        os.makedirs(directory)
        client, peer, *ports = free_ports(5)
        own = "127.0.0.1" if cut_off is None else HOST
        self.endpoint, peers = f"http://{own}:{client}", f"http://127.0.0.1:{peer}"
        self.etcd = Process("etcd", [
            "etcd", "--name", "faults", "--data-dir", os.path.join(directory, "etcd"), "--log-level", "warn",
            "--listen-client-urls", self.endpoint, "--advertise-client-urls", self.endpoint,
            "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", f"faults={peers}",
            "--heartbeat-interval", "100", "--election-timeout", "500"], os.path.join(directory, "etcd.log"))
        self.nodes = {}
        for number, port in enumerate(ports, start=1):
            address = f"{own}:{port}" if number != cut_off else f"{SUBNET}.{number}:{port}"
            self.nodes[number] = Node(
                number, address, binary, self.endpoint, os.path.join(directory, f"node{number}"), settings or {},
                self.namespace if number == cut_off else None)

    def __enter__(self):
        if self.cut_off is not None:
            self.make_namespace()
        self.etcd.start()
        wait("etcd to serve", self.etcd_serves)
        for node in self.nodes.values():
            node.start()
        self.wait_until_ready()
        return self

    def __exit__(self, *_):
        for process in [*self.nodes.values(), self.etcd]:
            process.kill()
        if self.cut_off is not None:
            self.remove_namespace()

    def etcd_serves(self):
        try:
            with urllib.request.urlopen(f"{self.endpoint}/health", timeout=1) as answer:
                return json.load(answer).get("health") == "true"
        except OSError:
            return False

    def wait_until_ready(self):
        for node in self.nodes.values():
            if node.is_running:
                wait(f"{node.name} to serve", node.is_ready)

    @property
    def bootstrap(self):
        return ",".join(node.address for node in self.nodes.values())

    def report(self):
        """What `millrace cluster` says; None while nobody answers."""
        done = subprocess.run(
            [self.binary, "cluster", "--json", "--bootstrap-server", self.bootstrap], capture_output=True, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def is_whole(self):
        """Whether all nodes are there and all replicas in sync."""
        report = self.report()
        return (report is not None and sum(not row["fenced"] for row in report["brokers"]) == len(self.nodes)
                and report["counts"]["underReplicated"] == 0 and report["counts"]["withoutLeader"] == 0)

    def wait_until_whole(self):
        wait("all replicas to be in sync", self.is_whole)

    def leaders(self, topic):
        """Who leads each partition of a topic."""
        report = self.report()
        rows = report["partitions"] if report else []
        return {row["partition"]: row["leader"] for row in rows if row["topic"] == topic}

    def leader(self, topic, partition):
        return self.nodes[wait("a leader", lambda: self.leaders(topic).get(partition))]

    # A node in a network namespace of its own, whose cable can be pulled.

    @property
    def namespace(self):
        return f"millrace-faults-{os.getpid()}"

    @property
    def devices(self):
        # Names of devices are at most 15 bytes long.
        return f"mf{os.getpid()}h", f"mf{os.getpid()}n"

    def make_namespace(self):
        outer, inner = self.devices
        for command in [
            f"ip netns add {self.namespace}", f"ip link add {outer} type veth peer name {inner}",
            f"ip link set {inner} netns {self.namespace}", f"ip addr add {HOST}/24 dev {outer}",
            f"ip link set {outer} up", f"ip -n {self.namespace} link set lo up",
            f"ip -n {self.namespace} addr add {SUBNET}.{self.cut_off}/24 dev {inner}",
            f"ip -n {self.namespace} link set {inner} up",
        ]:
            subprocess.run(command.split(), check=True)

    def remove_namespace(self):
        for command in [f"ip link del {self.devices[0]}", f"ip netns del {self.namespace}"]:
            subprocess.run(command.split(), check=False)

    def set_cable(self, is_plugged):
        """Nothing passes while the cable is out, and nobody is told: connections just fall silent."""
        inner = ["ip", "-n", self.namespace, "link", "set", self.devices[1], "up" if is_plugged else "down"]
        subprocess.run(inner, check=True)
