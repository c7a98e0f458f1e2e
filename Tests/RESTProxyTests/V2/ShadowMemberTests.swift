import KafkaClient
import KafkaProtocol
import Logging
import RecordFormat
import ServerHarness
import Synchronization
import Testing

@testable import RESTProxy

@Suite struct ShadowMemberTests {
    private static let id = InstanceID(group: "g", name: "i")
    private static let partition = TopicPartition("a", 0)

    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }
        func set() { value.store(true, ordering: .sequentiallyConsistent) }
    }

    private func member(_ fixture: ProxyFixture) throws -> ShadowMember {
        var logger = Logger(label: "proxy")
        logger.logLevel = .critical
        return try ShadowMember(fixture.client, Self.id, timeout: .seconds(6), logger: logger)
    }

    /// What the members of the group tell; nothing where there is no group.
    private func metadata(_ fixture: ProxyFixture) async throws -> [String] {
        do {
            let group = try await KafkaAdmin(client: fixture.client).describeGroup(Self.id.shadowGroup)
            return group.members.map(\.metadata.string)
        } catch let error as KafkaClientError where error.errorCode == ErrorCode.groupIDNotFound {
            return []
        }
    }

    @Test func theCoordinatorHasWhatWasPublishedLast() async throws {
        try await ProxyFixture.with { fixture in
            let member = try member(fixture)
            member.publish(ByteSlice("one"))
            member.start {}
            try await wait(for: "the first state") { try await metadata(fixture) == ["one"] }
            member.publish(ByteSlice("two"))
            member.publish(ByteSlice("three"))
            try await wait(for: "the last state") { try await metadata(fixture) == ["three"] }
            await member.leave()
            #expect(try await metadata(fixture).isEmpty)
        }
    }

    @Test func aMemberThatLeavesAtOnceIsGone() async throws {
        try await ProxyFixture.with { fixture in
            let member = try member(fixture)
            member.publish(ByteSlice("one"))
            member.start {}
            await member.leave()
            #expect(try await metadata(fixture).isEmpty)
        }
    }

    @Test func whoJoinsLaterFencesWhoWasThere() async throws {
        try await ProxyFixture.with { fixture in
            let admin = KafkaAdmin(client: fixture.client)
            try await admin.createTopic(NewTopic("a", partitions: 1, replicationFactor: 1))
            let flag = Flag()
            let first = try member(fixture)
            first.publish(ByteSlice("first"))
            first.start { flag.set() }
            try await wait(for: "the first") { first.isEstablished }
            first.note([Self.partition: LogOffset(5)], generation: 7)
            await first.store()
            let kept = try await admin.listGroupOffsets(Self.id.shadowGroup)[Self.partition]
            #expect(kept?.offset == LogOffset(5))
            #expect(ShadowMember.generation(in: kept?.metadata ?? "") == 7)

            let second = try member(fixture)
            second.publish(ByteSlice("second"))
            second.start {}
            try await wait(for: "the second") { second.isEstablished }
            #expect(try await metadata(fixture) == ["second"])
            second.note([Self.partition: LogOffset(9)], generation: nil)
            await second.store()
            // The first does not know yet, and what it says does not count.
            first.note([Self.partition: LogOffset(6)], generation: 7)
            await first.store()
            #expect(
                try await admin.listGroupOffsets(Self.id.shadowGroup)[Self.partition]?.offset == LogOffset(9))
            try await wait(for: "the first to know") { flag.isSet }
            #expect(try await metadata(fixture) == ["second"])
            await first.close()
            await second.close()
        }
    }
}
