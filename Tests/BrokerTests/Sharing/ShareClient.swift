import KafkaProtocol
import RecordFormat

@testable import Broker

/// One member of a share group that speaks as share consumers do.
struct ShareClient {
    var client: TestConnection
    let group: String
    let id: String
    let topicID: TopicID
    var epoch: Int32 = 0
    var sessionEpoch: Int32 = 0

    /// What a member was given.
    struct Given {
        var values: [String] = []
        var ranges: [ClosedRange<Int64>] = []
        var deliveryCounts: [Int16] = []
        var error = ErrorCode.none
        var acknowledgeError = ErrorCode.none
    }

    /// Joins a group, which reads from the earliest record on.
    init(_ id: String, group: String = "g", topic: String = "t", _ topicID: TopicID, _ server: TestBroker) async throws
    {
        client = try await server.connect()
        self.id = id
        self.group = group
        self.topicID = topicID
        let joined = try await beat(topics: [topic])
        guard joined.errorCode == 0 else { throw TestFailure("join: \(ErrorCode(rawValue: joined.errorCode).name)") }
    }

    /// The same member, as it reads from another node.
    func elsewhere(_ server: TestBroker) async throws -> ShareClient {
        var other = self
        other.client = try await server.connect()
        other.sessionEpoch = 0
        return other
    }

    @discardableResult mutating func beat(
        topics: [String]? = nil, epoch: Int32? = nil
    ) async throws -> ShareGroupHeartbeatResponse {
        let answer = try await client.ask(
            ShareGroupHeartbeatRequest(
                groupID: group, memberID: id, memberEpoch: epoch ?? self.epoch, subscribedTopicNames: topics))
        if answer.errorCode == 0 { self.epoch = answer.memberEpoch }
        return answer
    }

    func request(
        max: Int32 = 500, wait: Int32 = 10_000, strict: Bool = false, partition: Int32 = 0,
        acknowledging: [(ClosedRange<Int64>, [Int8])] = []
    ) -> ShareFetchRequest {
        ShareFetchRequest(
            groupID: group, memberID: id, shareSessionEpoch: sessionEpoch, maxWaitMs: wait, minBytes: 1,
            maxBytes: 1 << 20, maxRecords: max, batchSize: max, shareAcquireMode: strict ? 1 : 0,
            topics: [
                .init(
                    topicID: topicID,
                    partitions: [
                        .init(
                            partitionIndex: partition,
                            acknowledgementBatches: acknowledging.map {
                                .init(
                                    firstOffset: $0.0.lowerBound, lastOffset: $0.0.upperBound, acknowledgeTypes: $0.1)
                            })
                    ])
            ])
    }

    /// Fetches, opening a session with the first call.
    mutating func fetch(
        max: Int32 = 500, wait: Int32 = 10_000, strict: Bool = false,
        acknowledging: [(ClosedRange<Int64>, [Int8])] = [], version: Int16 = 2
    ) async throws -> Given {
        let answer = try await client.ask(
            request(max: max, wait: wait, strict: strict, acknowledging: acknowledging), version: version)
        guard answer.errorCode == 0 else { throw TestFailure("fetch: \(ErrorCode(rawValue: answer.errorCode).name)") }
        sessionEpoch += 1
        return try Self.given(answer)
    }

    static func given(_ answer: ShareFetchResponse) throws -> Given {
        var given = Given()
        for data in answer.responses.flatMap(\.partitions) {
            given.error = .of(data.errorCode)
            given.acknowledgeError = .of(data.acknowledgeErrorCode)
            given.ranges += data.acquiredRecords.map { $0.firstOffset...$0.lastOffset }
            given.deliveryCounts += data.acquiredRecords.map(\.deliveryCount)
            var batches = RecordBatchSequence(try data.records?.readBytes() ?? .empty)
            while let batch = try batches.next() {
                for record in try batch.records() {
                    let isGiven = data.acquiredRecords.contains {
                        ($0.firstOffset...$0.lastOffset).contains(record.offset.rawValue)
                    }
                    if isGiven { given.values.append(record.value?.string ?? "") }
                }
            }
        }
        return given
    }

    /// Acknowledges without fetching.
    mutating func acknowledge(
        _ range: ClosedRange<Int64>, _ types: Int8..., renews: Bool = false, epoch: Int32? = nil
    ) async throws -> ErrorCode {
        let answer = try await client.ask(
            ShareAcknowledgeRequest(
                groupID: group, memberID: id, shareSessionEpoch: epoch ?? sessionEpoch, isRenewAck: renews,
                topics: [
                    .init(
                        topicID: topicID,
                        partitions: [
                            .init(
                                partitionIndex: 0,
                                acknowledgementBatches: [
                                    .init(
                                        firstOffset: range.lowerBound, lastOffset: range.upperBound,
                                        acknowledgeTypes: types)
                                ])
                        ])
                ]))
        guard answer.errorCode == 0 else { return .of(answer.errorCode) }
        sessionEpoch += 1
        return .of(answer.responses[0].partitions[0].errorCode)
    }
}

extension TestBroker {
    /// The settings that make share groups quick to test.
    static let sharing = [
        "share.coordinator.state.topic.num.partitions": "2",
        "group.share.min.record.lock.duration.ms": "1000", "group.share.delivery.count.limit": "2",
        "num.partitions": "1",
    ]

    /// Makes a topic, and a group's settings those of one that reads everything.
    func makeShared(
        _ topic: String = "t", group: String = "g", settings: [String: String] = [:]
    ) async throws -> TopicID {
        let id = try await createTopic(topic)
        try await makeGroupsReady()
        try await configure(group, ["share.auto.offset.reset": "earliest"].merging(settings) { $1 })
        return id
    }

    /// Sets what holds for one group.
    func configure(_ group: String, _ settings: [String: String]) async throws {
        let answer = try await ask(
            IncrementalAlterConfigsRequest(resources: [
                .init(
                    resourceType: 32, resourceName: group,
                    configs: settings.map { .init(name: $0.key, configOperation: 0, value: $0.value) })
            ]))
        guard answer.responses[0].errorCode == 0 else {
            throw TestFailure("configure: \(answer.responses[0].errorMessage ?? "")")
        }
    }
}
