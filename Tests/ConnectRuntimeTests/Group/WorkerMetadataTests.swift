import RecordFormat
import Testing

@testable import ConnectRuntime

@Suite struct WorkerMetadataTests {
    private static let work = WorkAssignment(
        connectors: ["c"], tasks: [ConnectorTaskID(connector: "c", task: 0), ConnectorTaskID(connector: "d", task: 7)])

    @Test(arguments: ConnectProtocol.allCases) func metadataComesBack(_ agreed: ConnectProtocol) throws {
        let metadata = WorkerMetadata(url: "http://h:8083/", configOffset: 42, running: Self.work)
        let read = try WorkerMetadata(try metadata.bytes(agreed))
        #expect(read.url == metadata.url)
        #expect(read.configOffset == 42)
        #expect(read.running == (agreed == .eager ? WorkAssignment() : Self.work))
    }

    @Test(arguments: ConnectProtocol.allCases) func assignmentsComeBack(_ agreed: ConnectProtocol) throws {
        var assignment = GroupAssignment(leader: "m", leaderURL: "http://h:8083/", configOffset: 9)
        assignment.assigned = Self.work
        if agreed != .eager {
            assignment.revoked = WorkAssignment(connectors: ["x"])
            assignment.delay = .milliseconds(1500)
        }
        #expect(try GroupAssignment(try assignment.bytes(agreed)) == assignment)
    }

    /// The bytes that Kafka's own workers write: version, URL, offset, and no allocation.
    @Test func theBytesAreKafkas() throws {
        let bytes = try WorkerMetadata(url: "h", configOffset: 3).bytes(.compatible)
        #expect(bytes.array == [0, 1, 0, 1, 0x68, 0, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF, 0xFF])
        let eager = try GroupAssignment(
            ByteSlice([
                0, 0, 0, 0, 0, 1, 0x6D, 0, 1, 0x75, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 1, 0x63, 0, 0, 0, 2, 0xFF,
                0xFF,
                0xFF, 0xFF, 0, 0, 0, 4,
            ]))
        #expect(eager.leader == "m" && eager.leaderURL == "u" && eager.configOffset == 5)
        #expect(eager.assigned == WorkAssignment(connectors: ["c"], tasks: [ConnectorTaskID(connector: "c", task: 4)]))
    }

    @Test func anEmptyAssignmentIsNoneToWorkOn() throws {
        #expect(try GroupAssignment(ByteSlice([])).isMismatch)
    }

    @Test func damagedBytesAreErrors() {
        #expect(throws: (any Error).self) { try WorkerMetadata(ByteSlice([0, 2, 0, 9, 1])) }
        #expect(throws: (any Error).self) { try GroupAssignment(ByteSlice([0, 1, 0])) }
    }
}
