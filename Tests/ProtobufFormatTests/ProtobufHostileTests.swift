import JSON
import ProtobufFormat
import SchemaFormat
import Synchronization
import Testing

/// Bytes and JSON that were made to do harm.
@Suite struct ProtobufHostileTests {
    private static func all() throws -> ProtobufSchema { try ProtobufLanguage().schema(GoldenMessages.allText) }

    @Test(
        arguments: [
            ([], "message indexes"), ([1], "-1 message indexes"), ([0x80], "message indexes"),
            ([0xFE, 0xFF, 0xFF, 0xFF, 0x0F], "2147483647 message indexes"), ([2], "message indexes"),
            ([0, 8], "the bytes end within a value"), ([0, 0], "field number 0"), ([0, 7], "unknown wire type"),
            ([0, 0x72, 5, 97], "the bytes end within a value"),
            ([0, 0x72, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], "end within"),
            ([0, 0x72, 1, 0xFF], "/aString: the string is not UTF-8"),
            ([0, 0x72, 2, 0xC0, 0x80], "/aString: the string is not UTF-8"),
            ([0, 0x18] + [UInt8](repeating: 0xFF, count: 11), "more than ten bytes"),
            ([0, 0x0C], "a group does not end"),
            ([0, 0x0B], "end within"), ([0, 0x8A, 1, 1, 0x80], "/packed: the bytes end"),
            ([0, 0xA2, 1, 2, 8, 1], nil),
            ([0, 0xF2, 1, 11, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], nil),
            ([0, 0xF2, 1, 6, 16, 0x80, 0x94, 0xEB, 0xDC, 3], "/time: the timestamp"),
            (
                [0, 0xFA, 1, 2, 8, 1, 0xFA, 1, 11, 16, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
                "/span: "
            ),
        ] as [([UInt8], String?)])
    func badBytesAreRefused(bytes: [UInt8], message: String?) throws {
        let schema = try Self.all()
        do {
            _ = try schema.json(bytes)
            #expect(message == nil)
        } catch let error as SchemaError {
            #expect(error.code == .invalidBytes)
            #expect(error.message.contains(message ?? "?"), "\(error.message)")
        }
    }

    @Test func nestingIsBounded() throws {
        let schema = try schema("message A { A a = 1; repeated A l = 2; map<string, A> m = 3; }")
        func nested(_ levels: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            for _ in 0..<levels {
                var length = bytes.count
                var prefix: [UInt8] = [10]
                while length >= 0x80 {
                    prefix.append(UInt8(length & 0x7F) | 0x80)
                    length >>= 7
                }
                bytes = prefix + [UInt8(length)] + bytes
            }
            return [0] + bytes
        }
        #expect(throws: Never.self) { try schema.json(nested(99)) }
        for levels in [100, 5000] {
            do {
                _ = try schema.json(nested(levels))
                Issue.record("\(levels) levels were taken")
            } catch let error as SchemaError {
                #expect(error.code == .limitExceeded)
            }
        }
        // Groups that nobody knows.
        #expect(throws: SchemaError.self) { try schema.json([0] + [UInt8](repeating: 0x4B, count: 100_000)) }
        let deep = String(repeating: #"{"a":"#, count: 200) + "{}" + String(repeating: "}", count: 200)
        #expect(throws: SchemaError.self) { try schema.bytes(deep) }
    }

    @Test func smallBytesCannotBecomeManyValues() throws {
        let fields = (2...1001).map { "int32 f\($0) = \($0);" }.joined()
        let schema = try schema("message A { repeated B b = 1; } message B { \(fields) }")
        let many: [UInt8] = [0] + (0..<100_000).flatMap { _ in [10, 0] as [UInt8] }
        do {
            _ = try schema.json(many)
            Issue.record("a hundred million values were made")
        } catch let error as SchemaError {
            #expect(error.code == .limitExceeded)
        }
        #expect(try schema.json([0, 10, 0, 10, 0])["b"]?.array?.count == 2)
    }

    @Test func messagesAboutLongNamesAreShort() throws {
        let name = String(repeating: "n", count: 1_000_000)
        #expect(refusal("message A { \(name) a = 1; }").message.utf8.count < 25_000)
        let schema = try schema("message A { map<string, int32> m = 1; }")
        for json in ["{\"\(name)\": 1}", "{\"m\": {\"\(name)\": \"x\"}}", "{\"m\": \"\(name)\"}"] {
            do {
                _ = try schema.bytes(json)
                Issue.record("it was taken")
            } catch let error as SchemaError {
                #expect(error.message.utf8.count < 1000)
            }
        }
    }

    @Test func corruptBytesNeverDoHarm() throws {
        let schema = try Self.all()
        var generator = SeededGenerator(seed: 3)
        var taken = 0
        for golden in GoldenMessages.all {
            let message = [0] + bytes(hex: golden.hex)
            for _ in 0..<400 {
                var changed = message
                for _ in 0..<Int.random(in: 1...3, using: &generator) where !changed.isEmpty {
                    let place = Int.random(in: 0..<changed.count, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: changed[place] = UInt8.random(in: 0...255, using: &generator)
                    case 1: changed.removeSubrange(place...)
                    default: changed.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                    }
                }
                guard let value = try? schema.json(changed) else { continue }
                taken += 1
                // What was read can be written and read again, unless a name in it stands for no message.
                guard let again = try? schema.encode(value) else { continue }
                if changed.first == 0 { #expect(try schema.json(again) == value, "\(changed)") }
            }
        }
        #expect(taken > 100)
    }

    @Test func randomBytesNeverDoHarm() throws {
        let schemas = [try Self.all(), try ProtobufLanguage().schema(GoldenMessages.oldText)]
        var generator = SeededGenerator(seed: 4)
        for round in 0..<5000 {
            let count = Int.random(in: 0...60, using: &generator)
            let bytes = [0] + (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = try? schemas[round % 2].json(bytes)
        }
    }

    @Test func manyThreadsUseOneSchema() async throws {
        let schema = try Self.all()
        let failures = Counter()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    for round in 0..<50 {
                        let golden = GoldenMessages.all[(worker + round) % GoldenMessages.all.count]
                        let message = [0] + bytes(hex: golden.hex)
                        let value = try? schema.json(message)
                        let written = value.flatMap { try? schema.encode($0) }
                        if written == nil || written.flatMap({ try? schema.json($0) }) != value { failures.add() }
                    }
                }
            }
            for worker in 0..<8 {
                group.addTask {
                    for round in 0..<10 {
                        let text = "syntax = \"proto3\"; message M\(worker) { int32 f\(round) = 1; Gone g = 2; }"
                        if (try? ProtobufLanguage().schema(text)) != nil { failures.add() }
                        let good = "syntax = \"proto3\"; message M\(worker) { int32 f\(round) = 1; }"
                        if (try? ProtobufLanguage().schema(good))?.name != "M\(worker)" { failures.add() }
                    }
                }
            }
        }
        #expect(failures.count == 0)
    }

    private final class Counter: Sendable {
        private let value = Atomic(0)
        func add() { value.add(1, ordering: .relaxed) }
        var count: Int { value.load(ordering: .relaxed) }
    }
}
