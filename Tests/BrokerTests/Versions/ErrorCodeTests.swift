import Foundation
import KafkaProtocol
import LogCore
import ServerHarness
import Testing

@testable import Broker

/// Every error code that a handler can return is returned in some test.
@Suite struct ErrorCodeTests {
    /// Codes that no client of one broker can bring about, with the reasons. One that does come over the wire has no
    /// place here, and fails the run.
    private static let codesThatCannotBeProvoked: [ErrorCode: String] = [:]

    /// The text of all Swift files in a folder of the repository.
    private func sources(in folder: String) throws -> [String: String] {
        let root = Repository.root.appending(path: folder).resolvingSymlinksInPath()
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        var texts: [String: String] = [:]
        for case let file as URL in files where file.pathExtension == "swift" {
            texts[file.lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
        }
        return texts
    }

    /// The names behind a dot in a file.
    private func members(_ text: String) -> Set<String> {
        Set(text.matches(of: #/\.([a-z]\w+)\b/#).map { String($0.1) })
    }

    /// The codes that the broker's sources name, by their names in Swift: more than these it cannot return.
    private func codesOfTheBroker() throws -> [String: ErrorCode] {
        let vocabulary = try sources(in: "Sources/KafkaProtocol/Messages")["ErrorCode.generated.swift"]
        let codes = try #require(vocabulary).matches(of: #/static let (\w+) = ErrorCode\(rawValue: (-?\d+)\)/#)
            .map { (String($0.1), ErrorCode(rawValue: try #require(Int16($0.2)))) }
        #expect(codes.count > 100)
        let named = try sources(in: "Sources/Broker").values.reduce(into: Set<String>()) { $0.formUnion(members($1)) }
        return Dictionary(uniqueKeysWithValues: codes).filter { named.contains($0.key) }
    }

    /// A code that the broker names and no test does has never been seen to come back.
    @Test func codesThatTheBrokerNamesAreExpectedBySomeTest() throws {
        let expected = try sources(in: "Tests/BrokerTests").values.reduce(into: Set<String>()) {
            $0.formUnion(members($1))
        }
        let unseen = Set(try codesOfTheBroker().keys).subtracting(expected).sorted()
        #expect(unseen == [], "no test of Tests/BrokerTests expects them")
    }

    /// That a test names a code does not say that it came: after a run of all tests `Scripts/check-error-codes` compares
    /// what is told here with what ``TestConnection`` has read.
    @Test func codesThatTheBrokerNamesHaveToComeOverTheWire() throws {
        let codes = try codesOfTheBroker().values
        let reasons = Self.codesThatCannotBeProvoked
        #expect(Set(reasons.keys).subtracting(codes) == [], "the broker does not name them any more")
        try WireErrorCodes.shared?.expect(codes, except: reasons)
    }

    @Test func codesOfAnAnswerAreFoundWhereverTheyAre() {
        let answer = ShareFetchResponse(
            errorCode: 1,
            responses: [
                .init(partitions: [.init(errorCode: 2), .init(acknowledgeErrorCode: 3)])
            ])
        #expect(WireErrorCodes.codes(in: answer) == Set((0...3).map { ErrorCode(rawValue: $0) }))
        let topic = DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic(errorCode: 4)
        #expect(WireErrorCodes.codes(in: DescribeTopicPartitionsResponse(topics: [topic])) == [ErrorCode(4)])
    }

    @Test func faultsOfTheLogHaveTheirCodes() {
        let codes: [(LogError.Code, ErrorCode)] = [
            (.offsetOutOfRange, .offsetOutOfRange), (.corruptBatch, .corruptMessage),
            (.corruptIndex, .kafkaStorageError),
            (.recordTooLarge, .messageTooLarge), (.invalidRecord, .invalidRecord),
            (.invalidTimestamp, .invalidTimestamp), (.fencedProducer, .invalidProducerEpoch),
            (.outOfOrderSequence, .outOfOrderSequenceNumber), (.invalidTransactionState, .invalidTxnState),
            (.fencedCoordinator, .transactionCoordinatorFenced), (.tooManyProducers, .policyViolation),
            (.staleLeaderEpoch, .notLeaderOrFollower), (.unsupportedFormat, .unsupportedForMessageFormat),
            (.invalidConfiguration, .invalidConfig), (.closed, .notLeaderOrFollower), (.readOnly, .kafkaStorageError),
            (.storageFull, .kafkaStorageError), (.tooManyOpenFiles, .kafkaStorageError), (.io, .kafkaStorageError),
        ]
        for (fault, code) in codes { #expect(ErrorCode(LogError(fault, "")) == code) }
    }

    @Test func groupsThatCannotBe() async throws {
        try await TestBroker.with { server in
            try await server.makeGroupsReady()
            func join(_ group: String, sessionTimeout: Int32) async throws -> ErrorCode {
                let answer = try await server.ask(
                    JoinGroupRequest(
                        groupID: group, sessionTimeoutMs: sessionTimeout, rebalanceTimeoutMs: 1_000,
                        protocolType: "consumer", protocols: [.init(name: "range")]))
                return .of(answer.errorCode)
            }
            #expect(try await join("", sessionTimeout: 10_000) == .invalidGroupID)
            #expect(try await join("g", sessionTimeout: 1) == .invalidSessionTimeout)
            #expect(try await join("g", sessionTimeout: Int32.max) == .invalidSessionTimeout)
        }
    }

    @Test func groupsThatHaveAMember() async throws {
        try await TestBroker.with(["group.initial.rebalance.delay.ms": "0"]) { server in
            try await server.createTopic("t")
            try await server.makeGroupsReady()
            func join(_ type: String) async throws -> JoinGroupResponse {
                try await server.ask(
                    JoinGroupRequest(
                        groupID: "g", sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 30_000, protocolType: type,
                        protocols: [.init(name: "range")]), version: 3)
            }
            let member = try await join("consumer")
            #expect(ErrorCode.of(member.errorCode) == .none)
            #expect(ErrorCode.of(try await join("connect").errorCode) == .inconsistentGroupProtocol)
            let deleted = try await server.ask(DeleteGroupsRequest(groupsNames: ["g"]))
            #expect(ErrorCode.of(deleted.results[0].errorCode) == .nonEmptyGroup)
            let committed = try await server.ask(
                OffsetCommitRequest(
                    groupID: "without members",
                    topics: [
                        .init(
                            name: "t",
                            partitions: [
                                .init(
                                    partitionIndex: 0, committedOffset: 1,
                                    committedMetadata: String(repeating: "m", count: 4_097))
                            ])
                    ]), version: 9)
            #expect(ErrorCode.of(committed.topics[0].partitions[0].errorCode) == .offsetMetadataTooLarge)
        }
    }
}
