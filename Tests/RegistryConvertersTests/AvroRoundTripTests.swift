import AvroFormat
import ConnectAPI
import RecordFormat
import SchemaClient
import Testing

@testable import RegistryConverters

/// Random schemas and values go out and come back.
@Suite struct AvroRoundTripTests {
    @Test(arguments: [[:], ["enhanced.avro.schema.support": "true"], ["generalized.sum.type.support": "true"]])
    func randomValues(_ configuration: [String: String]) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("AvroRoundTripTests \(configuration): seed \(seed)")
        var random = RandomData(seed: seed, configuration)
        let settings = try AvroSettings(configuration)
        for _ in 0..<300 {
            let schema = random.schema(depth: 0)
            let registry = MemoryRegistry()
            let avro = try converter("AvroConverter", registry, configuration)
            for _ in 0..<5 {
                let value = random.value(of: schema)
                let bytes = try #require(try await avro.bytes(value, schema), "seed \(seed): \(value)")
                let read = try await avro.value(bytes)
                #expect(read.value.description == value.description, "seed \(seed): \(registry.texts)")
                // What was read writes itself the same way.
                #expect(try await avro.bytes(read.value, read.schema)?.dropFirst(5) == bytes.dropFirst(5))
                // Other bytes are read or refused, and nothing else.
                _ = try? await avro.value(
                    bytes.map { random.next(in: 0..<40) == 0 ? UInt8(random.next(in: 0..<256)) : $0 })
            }
            let mapped = try AvroMapping(settings).mapped(schema)
            let back = try AvroReadingBuilder.result(
                of: try #require(mapped.parsed as? AvroSchema), version: nil, settings)
            #expect(back.schema == schema, "seed \(seed): \(mapped.text.text)")
        }
    }
}

/// Makes schemas and values up.
struct RandomData {
    private var state: UInt64
    private let keepsEnumerations: Bool
    private var names = 0

    init(seed: UInt64, _ configuration: [String: String]) {
        state = seed
        keepsEnumerations = configuration["enhanced.avro.schema.support"] == "true"
    }

    mutating func next(in range: Range<Int>) -> Int {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return range.lowerBound + Int(z % UInt64(range.count))
    }

    mutating func schema(depth: Int) -> ConnectSchema {
        let isOptional = depth > 0 && next(in: 0..<3) == 0
        names += 1
        let own = names
        switch next(in: 0..<(depth < 3 ? 18 : 13)) {
        case 0: return ConnectSchema(.int8, isOptional: isOptional)
        case 1: return ConnectSchema(.int16, isOptional: isOptional, documentation: "sixteen bits")
        case 2: return ConnectSchema(.int32, isOptional: isOptional)
        case 3: return ConnectSchema(.int64, isOptional: isOptional, name: "n.Long\(own)", version: 2)
        case 4: return ConnectSchema(.float32, isOptional: isOptional)
        case 5: return ConnectSchema(.float64, isOptional: isOptional, parameters: ["unit": "m", "alt": "ft"])
        case 6: return ConnectSchema(.boolean, isOptional: isOptional)
        case 7: return ConnectSchema(.string, isOptional: isOptional)
        case 8: return ConnectSchema(.bytes, isOptional: isOptional)
        case 9: return .logical(.int32, LogicalType.date, isOptional: isOptional)
        case 10: return .logical(.int32, LogicalType.time, isOptional: isOptional)
        case 11: return .logical(.int64, LogicalType.timestamp, isOptional: isOptional)
        case 12:
            return .logical(.bytes, LogicalType.decimal, isOptional: isOptional, parameters: ["scale": "3"])
        case 13: return .array(of: schema(depth: depth + 1), isOptional: isOptional)
        case 14: return .map(from: .string, to: schema(depth: depth + 1), isOptional: isOptional)
        case 15:
            return .map(
                from: .int64, to: schema(depth: depth + 1), isOptional: isOptional, name: "n.Map\(own)")
        case 16:
            return ConnectSchema(
                .bytes, isOptional: isOptional, name: "n.Fixed\(own)", parameters: ["connect.fixed.size": "3"])
        default: return structure("n.Record\(own)", depth: depth, isOptional: isOptional)
        }
    }

    private mutating func structure(_ name: String, depth: Int, isOptional: Bool) -> ConnectSchema {
        let fields = (0..<next(in: 0..<5)).map { ConnectField("f\($0)", schema(depth: depth + 1)) }
        return .structure(fields, isOptional: isOptional, name: name)
    }

    mutating func value(of schema: ConnectSchema, isTop: Bool = true) -> ConnectValue {
        if schema.isOptional, !isTop, next(in: 0..<3) == 0 { return .null }
        switch schema.kind {
        case .int8: return .int8(Int8(truncatingIfNeeded: next(in: 0..<256)))
        case .int16: return .int16(Int16(truncatingIfNeeded: next(in: 0..<65536)))
        case .int32: return .int32(Int32(truncatingIfNeeded: next(in: 0..<Int.max)))
        case .int64: return .int64(Int64(next(in: 0..<Int.max)) &* (next(in: 0..<2) == 0 ? 1 : -1))
        case .float32: return .float32(Float(next(in: 0..<1_000_000)) / 8)
        case .float64: return .float64(Double(next(in: 0..<Int.max)) / 3)
        case .boolean: return .boolean(next(in: 0..<2) == 0)
        case .string: return .string(["", "a", "é€😀", "line\nline", "\u{0}"][next(in: 0..<5)])
        case .bytes where schema.name == LogicalType.decimal:
            return .bytes(ByteSlice([[0], [0x7F], [0x80], [0, 0x80], [0xFF, 0x7F], [1, 2, 3]][next(in: 0..<6)]))
        case .bytes:
            let count = schema.fixedSize ?? next(in: 0..<6)
            return .bytes(ByteSlice((0..<count).map { _ in UInt8(next(in: 0..<128)) }))
        case .array:
            return .array((0..<next(in: 0..<4)).map { _ in value(of: schema.valueSchema ?? .int32, isTop: false) })
        case .map:
            return .map(
                ConnectMap(
                    (0..<next(in: 0..<4)).map { index in
                        (
                            schema.keySchema?.kind == .string ? .string("k\(index)") : .int64(Int64(index)),
                            value(of: schema.valueSchema ?? .int32, isTop: false)
                        )
                    }))
        case .structure:
            return .structure(Struct(schema, values: schema.fields.map { value(of: $0.schema, isTop: false) }))
        }
    }
}
