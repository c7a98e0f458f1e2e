import Foundation
import RecordFormat
import Testing

@testable import Coordination

/// Holds the codecs against the drawing in docs/format/transaction-state.md.
@Suite struct TransactionRecordTests {
    /// The bytes that the drawing shows under a name.
    private static func drawn(_ name: String) throws -> ByteSlice {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let text = try String(contentsOf: root.appending(path: "docs/format/transaction-state.md"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "```hex \(name)"), "no drawing of \(name)")
        var bytes: [UInt8] = []
        for line in lines[(start + 1)...].prefix(while: { $0 != "```" }) {
            let digits = String(line.firstRange(of: "  ").map { line[..<$0.lowerBound] } ?? line).filter { $0 != " " }
            var rest = Substring(digits)
            while !rest.isEmpty {
                bytes.append(try #require(UInt8(rest.prefix(2), radix: 16)))
                rest = rest.dropFirst(2)
            }
        }
        return ByteSlice(bytes)
    }

    private static func value(version: Int16) -> TransactionValue {
        TransactionValue(
            producer: ProducerIdentity(ProducerID(1000), ProducerEpoch(7)),
            previousProducerID: version >= 1 ? ProducerID(999) : .none,
            nextProducerID: version >= 1 ? ProducerID(1001) : .none, timeoutMs: 60000, state: .prepareCommit,
            partitions: [TopicPartition("topic", 0), TopicPartition("topic", 2)],
            updateTimestamp: Timestamp(milliseconds: 1_700_000_000_001),
            startTimestamp: Timestamp(milliseconds: 1_700_000_000_000),
            clientProtocol: version >= 1 ? .epochPerTransaction : .classic)
    }

    @Test func recordIsAsDrawn() throws {
        let record = TransactionRecord("txn", Self.value(version: 1))
        #expect(record.key == (try Self.drawn("transaction-key")))
        #expect(record.value == (try Self.drawn("transaction-value-1")))
        #expect(try DecodedTransactionRecord(record) == .transaction("txn", Self.value(version: 1)))
        #expect(Self.value(version: 0).encoded(version: 0) == (try Self.drawn("transaction-value-0")))
        let old = TransactionRecord(key: record.key, value: try Self.drawn("transaction-value-0"))
        #expect(try DecodedTransactionRecord(old) == .transaction("txn", Self.value(version: 0)))
    }

    @Test func emptyStateHasNullForPartitions() throws {
        let value = TransactionValue(
            producer: ProducerIdentity(ProducerID(1000), ProducerEpoch(0)), previousProducerID: ProducerID(1000),
            timeoutMs: 60000, state: .empty, updateTimestamp: Timestamp(milliseconds: 1_700_000_000_001))
        #expect(value.encoded() == (try Self.drawn("transaction-value-empty")))
        #expect(try TransactionValue(decoding: value.encoded()) == value)
    }

    @Test func tombstoneAndUnknownKeysAreTold() throws {
        let tombstone = TransactionRecord("txn", nil)
        #expect(try DecodedTransactionRecord(tombstone) == .transaction("txn", nil))
        let other = TransactionRecord(key: ByteSlice([0, 9, 1]), value: nil)
        #expect(try DecodedTransactionRecord(other) == .unknown(keyVersion: 9))
    }

    @Test func damagedRecordsAreErrorsAndNoCrash() throws {
        let record = TransactionRecord("txn", Self.value(version: 1))
        let whole = try #require(record.value)
        for length in 0..<whole.count {
            #expect(throws: RecordDecodingError.self) { try TransactionValue(decoding: whole[0..<length]) }
        }
        for length in 0..<record.key.count {
            let cut = TransactionRecord(key: record.key[0..<length], value: nil)
            #expect(throws: RecordDecodingError.self) { try DecodedTransactionRecord(cut) }
        }
        var generator = SplitMix64(seed: 890)
        for _ in 0..<5000 {
            var bytes = whole.array
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
            _ = try? TransactionValue(decoding: ByteSlice(bytes))
        }
        #expect(throws: RecordDecodingError.self) { try TransactionValue(decoding: ByteSlice([0, 2])) }
    }

    @Test func statesHaveTheNumbersAndNamesOfKafka() {
        #expect(TransactionState.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(
            TransactionState.allCases.map(\.name) == [
                "Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort", "Dead",
                "PrepareEpochFence",
            ])
    }

    @Test func onlyTheseTransitionsArePossible() {
        let possible: [TransactionState: Set<TransactionState>] = [
            .empty: [.empty, .ongoing, .prepareAbort, .dead],
            .ongoing: [.ongoing, .prepareCommit, .prepareAbort, .prepareEpochFence],
            .prepareCommit: [.completeCommit], .prepareAbort: [.completeAbort],
            .completeCommit: [.empty, .ongoing, .prepareAbort, .dead],
            .completeAbort: [.empty, .ongoing, .prepareAbort, .dead],
            .dead: [], .prepareEpochFence: [.prepareAbort],
        ]
        for from in TransactionState.allCases {
            for next in TransactionState.allCases {
                #expect(from.canBecome(next) == possible[from]?.contains(next), "\(from) to \(next)")
            }
        }
    }
}
