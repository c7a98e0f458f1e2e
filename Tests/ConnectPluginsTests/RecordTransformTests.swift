import ConnectAPI
import RecordFormat
import Testing

@testable import ConnectPlugins

/// Transforms that go by more of a record than its key or value.
@Suite struct RecordTransformTests {
    private static let timestamp = ConnectSchema(.int64, isOptional: true, name: LogicalType.timestamp, version: 1)

    // MARK: InsertField

    @Test func whatIsKnownOfARecordIsInserted() async throws {
        let insert = try transform(
            "InsertField$Value",
            [
                "topic.field": "t!", "partition.field": "p", "offset.field": "o?", "timestamp.field": "ts",
                "static.field": "s!", "static.value": "text",
            ])
        let (schema, value) = Records.structure([("a", .int32, .int32(1))], isOptional: true, name: "n")
        let record = try #require(try await insert.apply(Records.sink(value, schema)))
        let found = record[.value]
        #expect(found.fieldNames == ["a", "t", "p", "o", "ts", "s"])
        #expect(found.schema?.name == "n")
        #expect(found.schema?.isOptional == true)
        #expect(try found.field("t") == TypedValue(.string, .string("orders")))
        #expect(try found.field("p") == TypedValue(.optionalInt32, .int32(3)))
        #expect(try found.field("o") == TypedValue(.optionalInt64, .int64(77)))
        #expect(try found.field("ts") == TypedValue(Self.timestamp, .int64(Records.time)))
        #expect(try found.field("s") == TypedValue(.string, .string("text")))
        let plain = try #require(try await insert.apply(Records.sink(.map(["a": .int32(1)]))))
        #expect(
            plain.value
                == .map([
                    "a": .int32(1), "t": .string("orders"), "p": .int32(3), "o": .int64(77), "ts": .int64(Records.time),
                    "s": .string("text"),
                ]))
        #expect(
            try await insert.apply(Records.sink(.null, schema)) == Records.sink(.null, schema), "a tombstone stays one")
    }

    @Test func whatARecordHasNotIsLeftOutOrNull() async throws {
        let insert = try transform("InsertField$Value", ["timestamp.field": "ts"])
        let (schema, value) = Records.structure([("a", .int32, .int32(1))])
        let record = Records.source(value, schema, timestamp: nil)
        #expect(try await insert.apply(record)?[.value].field("ts") == TypedValue(Self.timestamp, .null))
        let plain = Records.source(.map(["a": .int32(1)]), timestamp: nil)
        #expect(try await insert.apply(plain)?.value == .map(["a": .int32(1)]))
        let required = try transform("InsertField$Value", ["timestamp.field": "ts!"])
        await #expect(throws: ConnectError.self) { try await required.apply(record) }
        let offset = try transform("InsertField$Value", ["offset.field": "o"])
        #expect(
            await ConnectError.message { _ = try await offset.value(value, schema) }
                == "Only SinkRecord supported for [field insertion], found: SourceRecord")
        await #expect(throws: ConnectError.self) { try await insert.value(.string("x"), .string) }
        #expect(throws: ConnectError.self) { try transform("InsertField$Key") }
        #expect(throws: ConnectError.self) { try transform("InsertField$Key", ["static.field": "s"]) }
    }

    @Test func fieldsAreInsertedIntoNestedStructures() async throws {
        let insert = try transform("InsertField$Value", ["topic.field": "meta.topic", "field.syntax.version": "V2"])
        let inner = Records.structure([("a", .int32, .int32(1))], isOptional: true)
        let (schema, value) = Records.structure([("meta", inner.schema, inner.value)])
        let found = try #require(try await insert.value(value, schema))
        #expect(try found.field("meta")?.fieldNames == ["a", "topic"])
        #expect(try found.field("meta.topic")?.value == .string("orders"))
        let (_, without) = Records.structure([("meta", inner.schema, .null)])
        #expect(try await insert.value(without, schema)?.field("meta")?.value == .null)
        let plain = try #require(try await insert.value(.map(["meta": .map(ConnectMap())])))
        #expect(plain.value == .map(["meta": .map(["topic": .string("orders")])]))
    }

    // MARK: Headers

    @Test func headersAreInsertedDroppedAndTakenFromFields() async throws {
        var record = Records.source(.map(["a": .int32(1), "b": .string("x")]))
        record.headers.add("h", .string("1"))
        record.headers.add("h", .string("2"))
        record.headers.add("other", .null)
        let inserted = try await transform("InsertHeader", ["header": "n", "value.literal": "42"]).apply(record)
        #expect(inserted?.headers.last("n") == .init("n", .int8(42), schema: .int8))
        #expect(inserted?.headers.headers.count == 4)
        let dropped = try await transform("DropHeaders", ["headers": "h,none"]).apply(record)
        #expect(dropped?.headers.headers.map(\.name) == ["other"])
        let copied = try await transform(
            "HeaderFrom$Value", ["fields": "a,b,c", "headers": "x,y,z", "operation": "copy"]
        ).apply(record)
        #expect(copied?.value == record.value)
        #expect(copied?.headers.last("x") == .init("x", .int32(1)))
        #expect(copied?.headers.last("z") == .init("z", .null))
        let (schema, value) = Records.structure([("a", .int32, .int32(1)), ("b", .string, .string("x"))])
        let move = try transform("HeaderFrom$Value", ["fields": "a", "headers": "x", "operation": "move"])
        let moved = try #require(try await move.apply(Records.source(value, schema)))
        #expect(moved[.value].fieldNames == ["b"])
        #expect(moved.headers.last("x") == .init("x", .int32(1), schema: .int32))
        #expect(try await move.apply(record)?.value == .map(["b": .string("x")]))
        let unknown = try transform("HeaderFrom$Value", ["fields": "z", "headers": "x", "operation": "copy"])
        await #expect(throws: ConnectError.self) { try await unknown.value(value, schema) }
        await #expect(throws: ConnectError.self) { try await move.value(.null) }
        for wrong in [
            ["fields": "a,b", "headers": "x", "operation": "move"],
            ["fields": "a", "headers": "x", "operation": "steal"],
        ] {
            #expect(throws: ConnectError.self) { try transform("HeaderFrom$Key", wrong) }
        }
    }

    @Test func nestedFieldsBecomeHeaders() async throws {
        let move = try transform(
            "HeaderFrom$Value",
            ["fields": "a.b", "headers": "x", "operation": "move", "field.syntax.version": "V2"])
        let record = try #require(
            try await move.apply(Records.source(.map(["a": .map(["b": .int8(1), "c": .int8(2)])]))))
        #expect(record.headers.last("x")?.value == .int8(1))
        #expect(record.value == .map(["a": .map(["c": .int8(2)])]))
    }

    // MARK: Routers and Filter

    @Test(arguments: [
        ("(.*)ders", "$1", "or"), ("orders", "all-$0", "all-orders"), ("(o)(r).*", "$2$1x", "rox"),
        ("(?<first>.).*", "${first}", "o"), ("order", "never", "orders"), ("(o).*", "$12", "o2"),
        ("orders", "a\\$b", "a$b"),
    ])
    func topicsAreRenamedByTheirNames(regex: String, replacement: String, expected: String) async throws {
        let route = try transform("RegexRouter", ["regex": regex, "replacement": replacement])
        #expect(try await route.apply(Records.source(.null))?.topic == expected)
        #expect(try await route.apply(Records.sink(.null))?.origin.topic == "orders")
    }

    @Test func replacementsWithoutTheirGroupsAreRefused() async throws {
        for (regex, replacement) in [("(", "x"), ("a", "$"), ("a", "${b"), ("a", "\\"), ("a", "$x")] {
            #expect(throws: ConnectError.self) {
                try transform("RegexRouter", ["regex": regex, "replacement": replacement])
            }
        }
        for replacement in ["$1", "${name}"] {
            let route = try transform("RegexRouter", ["regex": ".*", "replacement": replacement])
            await #expect(throws: ConnectError.self) { try await route.apply(Records.source(.null)) }
        }
    }

    @Test func topicsAreNamedByTheTime() async throws {
        #expect(try await transform("TimestampRouter").apply(Records.source(.null))?.topic == "orders-20170103")
        let own = try transform(
            "TimestampRouter", ["topic.format": "x-${timestamp}-${topic}-${topic}", "timestamp.format": "yyyy-MM"])
        #expect(try await own.apply(Records.source(.null))?.topic == "x-2017-01-orders-orders")
        await #expect(throws: ConnectError.self) { try await own.apply(Records.source(.null, timestamp: nil)) }
        #expect(throws: ConnectError.self) { try transform("TimestampRouter", ["timestamp.format": "b"]) }
    }

    @Test func theFilterDropsWhatItSees() async throws {
        #expect(try await transform("Filter").apply(Records.source(.string("x"))) == nil)
    }

    // MARK: Predicates

    @Test func predicatesTellRecordsApart() async throws {
        var record = Records.source(
            .map(["a": .map(["b": .int64(7)]), "n": .null]), key: .map(["id": .string("k-1")]))
        record.headers.add("h", .null)
        let tombstone = Records.source(.null)
        #expect(try await predicate("TopicNameMatches", ["pattern": "ord.*"]).test(record))
        #expect(try await !predicate("TopicNameMatches", ["pattern": "ord"]).test(record))
        #expect(try await predicate("HasHeaderKey", ["name": "h"]).test(record))
        #expect(try await !predicate("HasHeaderKey", ["name": "h"]).test(tombstone))
        #expect(try await predicate("RecordIsTombstone").test(tombstone))
        #expect(try await !predicate("RecordIsTombstone").test(record))
        let value = "millrace.connect.predicates.FieldValueMatches$Value"
        #expect(try await predicate(value, ["field": "a.b", "value": "7"]).test(record))
        #expect(try await !predicate(value, ["field": "a.b", "value": "8"]).test(record))
        #expect(try await predicate(value, ["field": "a.b", "pattern": "[0-9]"]).test(record))
        for field in ["n", "x", "a", "a.b.c"] {
            #expect(try await !predicate(value, ["field": field, "pattern": ".*"]).test(record))
        }
        #expect(try await !predicate(value, ["field": "a.b", "value": "7"]).test(tombstone))
        let key = "millrace.connect.predicates.FieldValueMatches$Key"
        #expect(try await predicate(key, ["field": "id", "pattern": "k-.*"]).test(record))
        for wrong in [["field": "a"], ["field": "a", "value": "1", "pattern": "1"], ["field": "a", "pattern": "("]] {
            #expect(throws: ConnectError.self) { try predicate(value, wrong) }
        }
        #expect(throws: ConnectError.self) { try predicate("TopicNameMatches", ["pattern": "("]) }
    }
}
