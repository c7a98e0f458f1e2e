import SchemaFormat

/// Makes values of bytes.
struct AvroDecoder: ~Escapable {
    private let types: AvroTypes
    private var reader: AvroReader
    /// How many values may still be made.
    private var budget: Int

    @_lifetime(copy bytes)
    private init(types: AvroTypes, bytes: RawSpan) {
        self.types = types
        reader = AvroReader(bytes)
        budget = AvroLimits.values(for: bytes.byteCount)
    }

    /// The value that the bytes are, all of them.
    static func value(of id: AvroTypeID, in types: AvroTypes, from bytes: RawSpan) throws(AvroError) -> AvroValue {
        var decoder = AvroDecoder(types: types, bytes: bytes)
        let value = try decoder.value(of: id, depth: 0)
        guard decoder.reader.remaining == 0 else {
            throw AvroError(.invalidBytes, "\(decoder.reader.remaining) bytes are left over after the value")
        }
        return value
    }

    private mutating func value(of id: AvroTypeID, depth: Int) throws(AvroError) -> AvroValue {
        budget -= 1
        guard budget >= 0 else {
            throw AvroError(.limitExceeded, "more values than so few bytes may stand for")
        }
        switch types.content(id) {
        case .null: return .null
        case .boolean: return .boolean(try reader.boolean())
        case .int: return .int(try reader.int())
        case .long: return .long(try reader.long())
        case .float: return .float(try reader.float())
        case .double: return .double(try reader.double())
        case .bytes: return .bytes(try reader.bytes())
        case .string: return .string(try reader.string())
        case .fixed(let fixed): return .fixed(try reader.fixed(fixed.size))
        case .enumeration(let enumeration): return .enumeration(try reader.place(below: enumeration.symbols.count))
        case .union(let members):
            let place = try reader.place(below: members.count)
            return .union(place, try value(of: members[place], depth: depth))
        case .record(let record): return .record(try fields(of: record, depth: try deeper(depth)))
        case .array(let items): return .array(try elements(of: items, depth: try deeper(depth)))
        case .map(let values): return .map(try entries(of: values, depth: try deeper(depth)))
        }
    }

    private func deeper(_ depth: Int) throws(AvroError) -> Int {
        guard depth < AvroLimits.valueDepth else {
            throw AvroError(.limitExceeded, "the value nests deeper than \(AvroLimits.valueDepth) levels")
        }
        return depth + 1
    }

    private mutating func fields(of record: AvroRecord, depth: Int) throws(AvroError) -> [AvroValue] {
        var values: [AvroValue] = []
        values.reserveCapacity(min(record.fields.count, AvroLimits.reservedItems))
        for field in record.fields {
            do throws(AvroError) {
                values.append(try value(of: field.type, depth: depth))
            } catch {
                throw error.inside(field.name)
            }
        }
        return values
    }

    private mutating func elements(of items: AvroTypeID, depth: Int) throws(AvroError) -> [AvroValue] {
        var elements: [AvroValue] = []
        while case let count = try reader.blockCount(), count > 0 {
            if elements.isEmpty { elements.reserveCapacity(min(count, AvroLimits.reservedItems)) }
            for _ in 0..<count {
                do throws(AvroError) {
                    elements.append(try value(of: items, depth: depth))
                } catch {
                    throw error.inside(String(elements.count))
                }
            }
        }
        return elements
    }

    private mutating func entries(of values: AvroTypeID, depth: Int) throws(AvroError) -> [AvroValue.Entry] {
        var entries: [AvroValue.Entry] = []
        while case let count = try reader.blockCount(), count > 0 {
            if entries.isEmpty { entries.reserveCapacity(min(count, AvroLimits.reservedItems)) }
            for _ in 0..<count {
                let key = try reader.string()
                do throws(AvroError) {
                    entries.append(AvroValue.Entry(key: key, value: try value(of: values, depth: depth)))
                } catch {
                    throw error.inside(key)
                }
            }
        }
        return entries
    }
}
