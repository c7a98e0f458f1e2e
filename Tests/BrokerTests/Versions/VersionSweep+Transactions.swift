import KafkaProtocol
import RecordFormat
import Testing

@testable import Broker

/// Transactions: each API at every version.
extension VersionSweep {
    func transactions() async throws {
        try await server.createTopic("present")
        try await server.makeGroupsReady()
        try await server.makeTransactionsReady()
        for version in InitProducerIdRequest.versions {
            let request = InitProducerIdRequest(transactionalID: "init-\(version)", transactionTimeoutMs: 60_000)
            let answer = try await client.ask(request, version: version)
            #expect(answer.errorCode == 0 && answer.producerID >= 0 && answer.producerEpoch == 0)
            var empty = request
            empty.transactionalID = ""
            #expect(ErrorCode.of(try await client.ask(empty, version: version).errorCode) == .invalidRequest)
        }
        for version in AddPartitionsToTxnRequest.versions { try await transaction(version) }
        try await transactionAdministration()
    }

    /// One transaction, with each of its APIs in this version or, where that has fewer, in the last.
    private func transaction(_ version: Int16) async throws {
        let id = "txn-\(version)"
        let found = try await client.ask(
            InitProducerIdRequest(transactionalID: id, transactionTimeoutMs: 60_000), version: 4)
        let topics = [AddPartitionsToTxnRequest.AddPartitionsToTxnTopic(name: "present", partitions: [0])]
        var addition = AddPartitionsToTxnRequest()
        if version >= 4 {
            addition.transactions = [
                .init(
                    transactionalID: id, producerID: found.producerID, producerEpoch: found.producerEpoch,
                    topics: topics)
            ]
        } else {
            addition.v3AndBelowTransactionalID = id
            addition.v3AndBelowProducerID = found.producerID
            addition.v3AndBelowProducerEpoch = found.producerEpoch
            addition.v3AndBelowTopics = topics
        }
        let added = try await client.ask(addition, version: version)
        let results = version >= 4 ? added.resultsByTransaction[0].topicResults : added.resultsByTopicV3AndBelow
        #expect(results.flatMap(\.resultsByPartition).map(\.partitionErrorCode) == [0])

        let offsetsVersion = min(version, AddOffsetsToTxnRequest.versions.upperBound)
        let offsets = AddOffsetsToTxnRequest(
            transactionalID: id, producerID: found.producerID, producerEpoch: found.producerEpoch, groupID: "group")
        #expect(try await client.ask(offsets, version: offsetsVersion).errorCode == 0)

        let commit = TxnOffsetCommitRequest(
            transactionalID: id, groupID: "group", producerID: found.producerID, producerEpoch: found.producerEpoch,
            topics: [
                .init(
                    name: "present",
                    partitions: [.init(partitionIndex: 0, committedOffset: 1, committedMetadata: "note")]),
                .init(
                    name: "missing",
                    partitions: [.init(partitionIndex: 0, committedOffset: 1, committedMetadata: nil)]),
            ])
        let committed = try await client.ask(commit, version: version)
        #expect(
            committed.topics.map { ErrorCode.of($0.partitions[0].errorCode) } == [.none, .unknownTopicOrPartition])

        let end = EndTxnRequest(
            transactionalID: id, producerID: found.producerID, producerEpoch: found.producerEpoch,
            committed: version % 2 == 0)
        let ended = try await client.ask(end, version: version)
        #expect(ended.errorCode == 0)
        if version >= 5 { #expect(ended.producerEpoch == found.producerEpoch + 1) }
        var stranger = end
        stranger.producerID = found.producerID + 1_000
        stranger.transactionalID = "nobody"
        #expect(
            ErrorCode.of(try await client.ask(stranger, version: version).errorCode) == .invalidProducerIDMapping)
    }

    private func transactionAdministration() async throws {
        for version in WriteTxnMarkersRequest.versions {
            let answer = try await client.ask(
                WriteTxnMarkersRequest(markers: [
                    .init(
                        producerID: 1 << 40, producerEpoch: 1, transactionResult: true,
                        topics: [
                            .init(name: "present", partitionIndexes: [0]),
                            .init(name: "missing", partitionIndexes: [0]),
                        ], coordinatorEpoch: 0)
                ]), version: version)
            let codes = answer.markers[0].topics.flatMap(\.partitions).map { ErrorCode.of($0.errorCode) }
            #expect(codes == [.none, .unknownTopicOrPartition])
        }
        for version in ListTransactionsRequest.versions {
            var request = ListTransactionsRequest(stateFilters: ["Empty"])
            if version >= 2 { request.transactionalIDPattern = "init-[0-9]" }
            let answer = try await client.ask(request, version: version)
            #expect(answer.errorCode == 0 && answer.transactionStates.contains { $0.transactionalID == "init-0" })
        }
        let described = try await client.ask(DescribeTransactionsRequest(transactionalIDs: ["init-0", "nobody"]))
        #expect(
            described.transactionStates.map { ErrorCode.of($0.errorCode) } == [.none, .transactionalIDNotFound])
        let producers = try await client.ask(
            DescribeProducersRequest(topics: [.init(name: "present", partitionIndexes: [0, 8])]))
        let codes = producers.topics[0].partitions.map { ErrorCode.of($0.errorCode) }
        #expect(codes == [.none, .unknownTopicOrPartition])
    }
}
