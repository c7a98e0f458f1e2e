import ConnectAPI
import RecordFormat
import Testing

@testable import ConnectPlugins

@Suite struct TimestampConverterTests {
    private static let day = Records.time / CivilTime.millisecondsPerDay
    private static let format = ["format": "yyyy-MM-dd'T'HH:mm:ss.SSS"]
    private static let text = "2017-01-03T06:30:01.864"
    private static let forms: [(TimestampForm, ConnectValue)] = [
        (.string, .string(text)), (.unix, .int64(Records.time)), (.timestamp, .int64(Records.time)),
        (.date, .int32(Int32(day))), (.time, .int32(23_401_864)),
    ]

    private func convert(_ target: TimestampForm, _ more: [String: String] = [:]) throws -> any Transform {
        try transform(
            "TimestampConverter$Value",
            ["target.type": target.rawValue].merging(Self.format.merging(more) { $1 }) { $1 })
    }

    /// From what knows the moment whole.
    @Test func eachFormBecomesEachOther() async throws {
        for (form, value) in Self.forms.prefix(3) {
            for (target, expected) in Self.forms {
                let converted = try await convert(target).value(value, form.schema(isOptional: true))
                #expect(converted == TypedValue(target.schema(isOptional: true), expected), "\(form) to \(target)")
            }
        }
        let midnight = Self.day * CivilTime.millisecondsPerDay
        #expect(
            try await convert(.timestamp).value(.int32(Int32(Self.day)), TimestampForm.date.schema(isOptional: false))?
                .value == .int64(midnight))
        #expect(
            try await convert(.string).value(.int32(23_401_864), TimestampForm.time.schema(isOptional: false))?.value
                == .string("1970-01-01T06:30:01.864"))
    }

    @Test(arguments: [
        ("seconds", Records.time / 1_000, Records.time / 1_000 * 1_000), ("milliseconds", Records.time, Records.time),
        ("microseconds", Records.time * 1_000, Records.time), ("nanoseconds", Records.time * 1_000_000, Records.time),
    ])
    func countsHaveTheirPrecision(precision: String, count: Int64, milliseconds: Int64) async throws {
        let settings = ["unix.precision": precision]
        #expect(try await convert(.unix, settings).value(.string(Self.text))?.value == .int64(count))
        #expect(try await convert(.timestamp, settings).value(.int64(count))?.value == .int64(milliseconds))
    }

    @Test func fieldsAreConvertedAndOthersStay() async throws {
        let (schema, value) = Records.structure([
            ("at", .optionalString, .string(Self.text)), ("n", .int32, .int32(1)),
        ])
        let field = try convert(.unix, ["field": "at"])
        let found = try #require(try await field.value(value, schema))
        #expect(try found.field("at") == TypedValue(.optionalInt64, .int64(Records.time)))
        #expect(try found.field("n") == TypedValue(.int32, .int32(1)))
        let (_, without) = Records.structure([("at", .optionalString, .null), ("n", .int32, .int32(1))])
        #expect(try await field.value(without, schema)?.field("at") == TypedValue(.optionalInt64, .null))
        #expect(try await field.value(.null, schema)?.schema?.field("at")?.schema == .optionalInt64)
        #expect(
            try await field.value(.map(["at": .string(Self.text), "n": .int32(1)]))
                == TypedValue(nil, .map(["at": .int64(Records.time), "n": .int32(1)])))
        #expect(try await field.value(.null) == TypedValue(nil, .null))
        let nested = try convert(.unix, ["field": "a.at", "field.syntax.version": "V2"])
        #expect(
            try await nested.value(.map(["a": .map(["at": .string(Self.text)])]))
                == TypedValue(nil, .map(["a": .map(["at": .int64(Records.time)])])))
    }

    @Test func whatIsNoMomentIsRefused() async throws {
        #expect(
            await ConnectError.message { _ = try await convert(.unix).value(.string("yesterday")) }
                == "Could not parse timestamp: value (yesterday) does not match pattern (yyyy-MM-dd'T'HH:mm:ss.SSS)")
        await #expect(throws: ConnectError.self) { try await convert(.unix).value(.boolean(true)) }
        await #expect(throws: ConnectError.self) { try await convert(.unix).value(.float64(1), .float64) }
        await #expect(throws: ConnectError.self) {
            try await transform("TimestampConverter$Value", ["target.type": "unix"]).value(.string(Self.text))
        }
        for wrong in [["target.type": "string"], ["target.type": "Year"], ["target.type": "unix", "format": "b"], [:]] {
            #expect(throws: ConnectError.self) { try transform("TimestampConverter$Key", wrong) }
        }
        // A count beyond all calendars is written without a trap.
        let text = try #require(try await convert(.string).value(.int64(.max))?.value.string)
        #expect(text.hasSuffix("T07:12:55.807"))
    }
}
