import KafkaClient
import KafkaProtocol
import RecordFormat

/// What a worker tells the group's leader of itself when it joins.
struct WorkerMetadata: Sendable, Hashable {
    /// Where its REST API is reached, such as `http://10.0.0.1:8083/`.
    var url: String
    /// The offset after the last record of the config topic that it has read.
    var configOffset: Int64
    /// What it runs; an eager worker has given everything up before it joins.
    var running = WorkAssignment()

    init(url: String, configOffset: Int64, running: WorkAssignment = WorkAssignment()) {
        self.url = url
        self.configOffset = configOffset
        self.running = running
    }

    /// Reads what a worker told.
    ///
    /// - Throws: `ProtocolError` for what is no metadata.
    init(_ bytes: ByteSlice) throws {
        let metadata = try ConnectProtocolMetadata(versionedBytes: bytes)
        url = metadata.url
        configOffset = metadata.configOffset
        if let allocation = metadata.allocation, !allocation.isEmpty {
            running = WorkAssignment(try ConnectProtocolAssignment(versionedBytes: allocation).assigned)
        }
    }

    /// The bytes that the group carries.
    func bytes(_ protocol: ConnectProtocol) throws -> ByteSlice {
        var metadata = ConnectProtocolMetadata(url: url, configOffset: configOffset)
        if `protocol` != .eager, !running.isEmpty {
            let allocation = ConnectProtocolAssignment(configOffset: configOffset, assigned: running.wire)
            metadata.allocation = try allocation.versionedBytes(version: `protocol`.version)
        }
        return try metadata.versionedBytes(version: `protocol`.version)
    }
}

/// What the group's leader assigns to a worker.
struct GroupAssignment: Sendable, Hashable {
    /// Whether the leader could not assign, because it had read less of the config topic than another worker.
    var isMismatch = false
    /// The member that assigned.
    var leader: String
    /// Where its REST API is reached.
    var leaderURL: String
    /// The offset in the config topic that the assignment was made for.
    var configOffset: Int64
    /// What is new for the worker; with the eager protocol all that it is to run.
    var assigned = WorkAssignment()
    /// What it has to give up.
    var revoked = WorkAssignment()
    /// After how long it has to join again; zero for never.
    var delay = Duration.zero

    init(leader: String, leaderURL: String, configOffset: Int64) {
        self.leader = leader
        self.leaderURL = leaderURL
        self.configOffset = configOffset
    }

    /// Reads an assignment; nothing is what a member gets whom the leader forgot.
    ///
    /// - Throws: `ProtocolError` for what is no assignment.
    init(_ bytes: ByteSlice) throws {
        guard !bytes.isEmpty else {
            self.init(leader: "", leaderURL: "", configOffset: -1)
            isMismatch = true
            return
        }
        let assignment = try ConnectProtocolAssignment(versionedBytes: bytes)
        self.init(
            leader: assignment.leader, leaderURL: assignment.leaderURL, configOffset: assignment.configOffset)
        isMismatch = assignment.error != 0
        assigned = WorkAssignment(assignment.assigned)
        revoked = WorkAssignment(assignment.revoked)
        delay = .milliseconds(Int64(max(0, assignment.delay)))
    }

    /// The bytes that the group carries.
    func bytes(_ protocol: ConnectProtocol) throws -> ByteSlice {
        var assignment = ConnectProtocolAssignment(
            error: isMismatch ? 1 : 0, leader: leader, leaderURL: leaderURL, configOffset: configOffset,
            assigned: assigned.wire)
        if `protocol` != .eager {
            assignment.revoked = revoked.wire
            assignment.delay = Int32(clamping: delay.wholeMilliseconds)
        }
        return try assignment.versionedBytes(version: `protocol`.version)
    }
}

extension WorkAssignment {
    /// The number that stands for the connector itself among its tasks.
    private static let connectorMark: Int32 = -1

    fileprivate init(_ wire: [ConnectProtocolAssignment.ConnectorAssignment]?) {
        self.init()
        for entry in wire ?? [] {
            for number in entry.tasks {
                if number == Self.connectorMark {
                    connectors.insert(entry.connector)
                } else if number >= 0 {
                    tasks.insert(ConnectorTaskID(connector: entry.connector, task: Int(number)))
                }
            }
        }
    }

    fileprivate var wire: [ConnectProtocolAssignment.ConnectorAssignment] {
        var numbers: [String: [Int32]] = [:]
        for name in connectors { numbers[name, default: []].append(Self.connectorMark) }
        for id in tasks.sorted() { numbers[id.connector, default: []].append(Int32(clamping: id.task)) }
        return numbers.sorted { $0.key < $1.key }.map { .init(connector: $0.key, tasks: $0.value) }
    }
}
