import ConnectAPI
import RecordFormat

@testable import ConnectRuntime

/// For tests in which nobody asks for the offsets of groups.
struct NoGroupOffsets: ConsumerGroupOffsets {
    private static let failure = ConnectError(.failed, "somebody asked for a group's offsets")

    func offsets(of groupID: String) async throws -> [TopicPartition: LogOffset] { throw Self.failure }
    func set(_ offsets: [TopicPartition: LogOffset], of groupID: String) async throws { throw Self.failure }
    func remove(_ partitions: [TopicPartition], of groupID: String) async throws { throw Self.failure }
}
