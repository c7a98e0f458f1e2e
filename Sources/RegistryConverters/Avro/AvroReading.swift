import AvroFormat
import ConnectAPI
import RecordFormat
import SchemaFormat

/// How the bytes of an Avro type become a value of Connect's.
indirect enum AvroReading: Sendable {
    case null
    case boolean
    case int8
    case int16
    case int32
    case int64
    case float32
    case float64
    case string
    case bytes
    /// Bytes that are a number, which are cut to as few as it needs.
    case decimal
    /// So many bytes.
    case fixed(Int, isDecimal: Bool)
    /// The symbols, which are strings.
    case enumeration([ConnectValue])
    case array(AvroReading)
    case map(AvroReading)
    /// A map whose keys are no strings: its entries as records of key and value.
    case entries([EntryPart])
    case structure(ConnectSchema, [Field])
    /// A union that Connect does not see: a value, or null.
    case choice([AvroReading])
    /// A union as a structure: for each member the field that it is.
    case union(ConnectSchema, [Member?])
    /// A value without schema.
    case anything

    /// A field of an entry's record, in its order there.
    enum EntryPart: Sendable {
        case key(AvroReading)
        case value(AvroReading)
    }

    /// A field of a structure.
    struct Field: Sendable {
        let reading: AvroReading
        /// What a null becomes.
        let substitute: ConnectValue?
    }

    /// A member of a union.
    struct Member: Sendable {
        let field: Int
        let reading: AvroReading
    }
}

/// Makes Connect's values of Avro's bytes, in one walk.
struct AvroValueReader: ~Escapable {
    /// How many values a value may be within. Only a value without schema nests deeper than its schema is long.
    static let depthLimit = 500

    private var reader: AvroReader
    /// How many values may still be made: a null or an empty record takes no byte, so a few bytes could stand for any
    /// number of them.
    private var budget: Int

    @_lifetime(copy bytes)
    private init(_ bytes: RawSpan) {
        reader = AvroReader(bytes)
        budget = 100_000 + 16 * bytes.byteCount
    }

    /// The value that the bytes are, all of them.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func value(of bytes: RawSpan, _ reading: AvroReading) throws -> ConnectValue {
        var values = AvroValueReader(bytes)
        do throws(AvroError) {
            let value = try values.value(reading, depth: 0)
            guard values.reader.remaining == 0 else {
                throw AvroError(.invalidBytes, "\(values.reader.remaining) bytes are left over after the value")
            }
            return value
        } catch {
            throw ConnectError(.invalidData, "Error deserializing Avro message: \(error)", cause: error)
        }
    }

    private mutating func value(_ reading: AvroReading, depth: Int) throws(AvroError) -> ConnectValue {
        budget -= 1
        guard budget >= 0 else { throw AvroError(.limitExceeded, "more values than so few bytes may stand for") }
        switch reading {
        case .null: return .null
        case .boolean: return .boolean(try reader.boolean())
        case .int8: return .int8(Int8(truncatingIfNeeded: try reader.int()))
        case .int16: return .int16(Int16(truncatingIfNeeded: try reader.int()))
        case .int32: return .int32(try reader.int())
        case .int64: return .int64(try reader.long())
        case .float32: return .float32(try reader.float())
        case .float64: return .float64(try reader.double())
        case .string: return .string(try reader.string())
        case .bytes: return .bytes(ByteSlice(try reader.bytes()))
        case .decimal: return .bytes(ByteSlice(Decimals.shortened(try reader.bytes())))
        case .fixed(let size, let isDecimal):
            let bytes = try reader.fixed(size)
            return .bytes(ByteSlice(isDecimal ? Decimals.shortened(bytes) : bytes))
        case .enumeration(let symbols): return symbols[try reader.place(below: symbols.count)]
        case .choice(let members): return try value(members[try reader.place(below: members.count)], depth: depth)
        default: return try compound(reading, depth: depth + 1)
        }
    }

    private mutating func compound(_ reading: AvroReading, depth: Int) throws(AvroError) -> ConnectValue {
        guard depth < Self.depthLimit else {
            throw AvroError(.limitExceeded, "the value nests deeper than \(Self.depthLimit) levels")
        }
        switch reading {
        case .array(let items): return .array(try elements(items, depth: depth))
        case .map(let values): return .map(try map(values, depth: depth))
        case .entries(let parts): return .map(try entries(parts, depth: depth))
        case .structure(let schema, let fields): return .structure(try structure(schema, fields, depth: depth))
        case .union(let schema, let members):
            guard let member = members[try reader.place(below: members.count)] else { return .null }
            var values = [ConnectValue](repeating: .null, count: schema.fields.count)
            values[member.field] = try value(member.reading, depth: depth)
            return .structure(Struct(schema, values: values))
        default: return try anything(depth: depth)
        }
    }

    private mutating func structure(
        _ schema: ConnectSchema, _ fields: [AvroReading.Field], depth: Int
    ) throws(AvroError) -> Struct {
        var values: [ConnectValue] = []
        values.reserveCapacity(fields.count)
        for field in fields {
            let value = try value(field.reading, depth: depth)
            values.append(value.isNull ? field.substitute ?? value : value)
        }
        return Struct(schema, values: values)
    }

    private mutating func elements(_ items: AvroReading, depth: Int) throws(AvroError) -> [ConnectValue] {
        var elements: [ConnectValue] = []
        while case let count = try reader.blockCount(), count > 0 {
            // Room for items that no byte stands for is not made.
            if elements.isEmpty { elements.reserveCapacity(min(count, reader.remaining)) }
            for _ in 0..<count { elements.append(try value(items, depth: depth)) }
        }
        return elements
    }

    private mutating func map(_ values: AvroReading, depth: Int) throws(AvroError) -> ConnectMap {
        var map = ConnectMap()
        while case let count = try reader.blockCount(), count > 0 {
            for _ in 0..<count {
                let key = try reader.string()
                map[key] = try value(values, depth: depth)
            }
        }
        return map
    }

    private mutating func entries(_ parts: [AvroReading.EntryPart], depth: Int) throws(AvroError) -> ConnectMap {
        var map = ConnectMap()
        while case let count = try reader.blockCount(), count > 0 {
            for _ in 0..<count {
                var entry: (key: ConnectValue, value: ConnectValue) = (.null, .null)
                for part in parts {
                    switch part {
                    case .key(let reading): entry.key = try value(reading, depth: depth)
                    case .value(let reading): entry.value = try value(reading, depth: depth)
                    }
                }
                map[entry.key] = entry.value
            }
        }
        return map
    }

    /// A value without schema: the first that is there of those that one may be.
    private mutating func anything(depth: Int) throws(AvroError) -> ConnectValue {
        var found = ConnectValue.null
        for kind in AvroAnything.kinds {
            guard try reader.place(below: 2) == 1 else { continue }
            let value: ConnectValue
            switch kind {
            case .boolean: value = .boolean(try reader.boolean())
            case .bytes: value = .bytes(ByteSlice(try reader.bytes()))
            case .double: value = .float64(try reader.double())
            case .float: value = .float32(try reader.float())
            case .int: value = .int32(try reader.int())
            case .long: value = .int64(try reader.long())
            case .string: value = .string(try reader.string())
            case .array: value = .array(try elements(.anything, depth: depth))
            case .map: value = .map(try entries([.key(.anything), .value(.anything)], depth: depth))
            }
            if found.isNull { found = value }
        }
        return found
    }
}
