import EtcdHarness
import ServerHarness
import Testing

@testable import EtcdClient

struct WatchAssemblerTests {
    private func assembler(from next: Int64 = 5, limit: Int = 10_000) -> WatchAssembler {
        WatchAssembler(
            KeySpace(prefix: ""), range: .prefix("k"), from: EtcdRevision(rawValue: next), limit: limit)
    }

    private func line(_ revision: Int64, _ events: [Int64], _ more: String = "") -> [UInt8] {
        // `azE=` is `k1`.
        let list = events.map { #"{"kv":{"key":"azE=","mod_revision":"\#($0)","version":"1"}}"# }
        return Array(
            #"{"result":{"header":{"revision":"\#(revision)"},"events":[\#(list.joined(separator: ","))]\#(more)}}"#
                .utf8)
    }

    @Test func piecesBecomeOneBatch() throws {
        var assembler = assembler()
        guard case .partial = try assembler.take(line(9, [5, 6], #","fragment":true"#)) else {
            throw HarnessError("not a piece")
        }
        guard case .batch(let batch) = try assembler.take(line(9, [6, 7])) else { throw HarnessError("no batch") }
        #expect(batch.events.map(\.revision.rawValue) == [5, 6, 6, 7])
        // The member is at 9, and what changed at 8 and 9 may come yet.
        #expect(batch.revision.rawValue == 7)
        #expect(assembler.next.rawValue == 8)
    }

    /// etcd is asked from the revision before, which was told already.
    @Test func whatWasToldBeforeIsLeftOut() throws {
        #expect(WatchAssembler.start(for: EtcdRevision(rawValue: 5)).rawValue == 4)
        #expect(WatchAssembler.start(for: EtcdRevision(rawValue: 1)).rawValue == 1)
        var assembler = assembler()
        guard case .partial = try assembler.take(line(9, [4, 4])) else { throw HarnessError("told again") }
        #expect(assembler.next.rawValue == 5)
        var other = self.assembler()
        guard case .batch(let batch) = try other.take(line(9, [4, 5, 7])) else { throw HarnessError("no batch") }
        #expect(batch.events.map(\.revision.rawValue) == [5, 7])
    }

    @Test func quietTimeMovesOn() throws {
        var assembler = assembler()
        guard case .batch(let batch) = try assembler.take(line(9, [])) else { throw HarnessError("no batch") }
        #expect(batch == EtcdEventBatch(revision: EtcdRevision(rawValue: 9), events: []))
        #expect(assembler.next.rawValue == 10)
        // Never back.
        guard case .batch(let late) = try assembler.take(line(3, [])) else { throw HarnessError("no batch") }
        #expect(late.revision.rawValue == 9)
    }

    @Test func endsAreTold() throws {
        var assembler = assembler()
        let compacted = #"{"result":{"header":{"revision":"9"},"canceled":true,"compact_revision":"8"}}"#
        guard case .compacted(let revision) = try assembler.take(Array(compacted.utf8)) else {
            throw HarnessError("not compacted")
        }
        #expect(revision.rawValue == 8)
        let failed = #"{"error":{"grpc_code":14,"http_code":503,"message":"etcdserver: no leader","http_status":"x"}}"#
        guard case .cancelled(let failure) = try assembler.take(Array(failed.utf8)) else {
            throw HarnessError("not cancelled")
        }
        #expect(failure.meaning == .notNow)
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"result":7}"#, #"{"error":"text"}"#, #"{"result":{"events":[{}]}}"#, #"{"result":{}}"#,
        #"{"result":{"created":true}}"#, #"{"result":{"events":[{"type":"OTHER","kv":{"key":"azE="}}]}}"#,
        #"{"result":{"events":[{"kv":{"key":"azE=","mod_revision":"3"}}]}}"#,
        #"{"result":{"events":[{"kv":{"key":"eDE=","mod_revision":"5"}}]}}"#,
        #"{"result":{"canceled":"yes"}}"#, #"{"result":{"header":{"revision":"x"}}}"#,
    ])
    func hostileLinesAreRefused(_ text: String) async throws {
        var assembler = assembler()
        let error = try await etcdError { try assembler.take(Array(text.utf8)) }
        #expect(error?.code == .malformedAnswer)
    }

    @Test func changesThatAreToldAgainOrOutOfOrderAreRefused() async throws {
        var assembler = assembler()
        #expect(try await etcdError { try assembler.take(line(9, [7, 6])) }?.code == .malformedAnswer)
        var second = self.assembler()
        _ = try second.take(line(9, [5, 7]))
        #expect(try await etcdError { try second.take(line(9, [7])) }?.code == .malformedAnswer)
    }

    @Test func piecesWithoutEndAreRefused() async throws {
        var assembler = assembler(limit: 500)
        let piece = line(9, [5, 5], #","fragment":true"#)
        let error = try await etcdError { for _ in 0..<10 { _ = try assembler.take(piece) } }
        #expect(error?.code == .tooLarge)
    }

    /// A line that is cut off anywhere is no line, and one with wrong bytes is refused or says something else; neither
    /// ends the process, and what is told never goes back.
    @Test func damagedLinesAreRefusedOrRead() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let whole = line(9, [5, 6, 7], #","fragment":false,"watch_id":"1""#)
        for count in 0..<whole.count {
            var assembler = assembler()
            #expect(throws: EtcdError.self) { try assembler.take(Array(whole[..<count])) }
        }
        for _ in 0..<2000 {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: damaged.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            var assembler = assembler()
            do {
                guard case .batch(let batch) = try assembler.take(damaged) else { continue }
                #expect(batch.revision.rawValue >= 4, "seed \(seed)")
                #expect(batch.events.allSatisfy { $0.revision.rawValue >= 5 }, "seed \(seed)")
            } catch is EtcdError {
                continue
            }
        }
    }

    /// Cut at any place, lines come out whole; checked against splitting the whole text.
    @Test func linesDoNotDependOnWhereTheyAreCut() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...5, using: &random) == 0 ? UInt8(ascii: "\n") : UInt8(ascii: "x")
            }
            var splitter = LineSplitter(limit: 1000)
            var lines: [[UInt8]] = []
            var rest = text[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &random)
                try splitter.append(rest.prefix(count))
                rest = rest.dropFirst(count)
                if Bool.random(using: &random) { while let line = splitter.next() { lines.append(line) } }
            }
            while let line = splitter.next() { lines.append(line) }
            let whole = text.lastIndex(of: UInt8(ascii: "\n")).map { text[..<$0] } ?? []
            #expect(lines == whole.split(separator: UInt8(ascii: "\n")).map(Array.init), "seed \(seed)")
        }
    }

    @Test func aLineIsBoundedBeforeItIsKept() async throws {
        var splitter = LineSplitter(limit: 10)
        try splitter.append(Array("0123456789\n012345".utf8))
        #expect(splitter.next()?.count == 10)
        #expect(try await etcdError { try splitter.append(Array("678901".utf8)) }?.code == .tooLarge)
    }
}
