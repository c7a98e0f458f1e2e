import SchemaFormat

/// Turns values of one schema into those of another that reads its data, by the specification's rules.
struct AvroResolution {
    private let readers: AvroTypes
    private let writers: AvroTypes
    /// How many steps may still be taken: fields with defaults make values of nothing.
    private var budget = AvroLimits.values(for: 1 << 20)

    init(readers: AvroTypes, writers: AvroTypes) {
        self.readers = readers
        self.writers = writers
    }

    /// The value as the reader has it.
    mutating func value(
        _ value: AvroValue, of writer: AvroTypeID, as reader: AvroTypeID
    ) throws(AvroError) -> AvroValue {
        budget -= 1
        guard budget >= 0 else { throw AvroError(.limitExceeded, "more values than one message may stand for") }
        if case .union(let members) = writers.content(writer), case .union(let place, let inner) = value {
            return try self.value(inner, of: members[place], as: reader)
        }
        let (reading, written) = (readers.content(reader), writers.content(writer))
        if case .union(let members) = reading {
            guard let place = member(of: members, for: written) else { throw mismatch(reading, written) }
            return .union(place, try self.value(value, of: writer, as: members[place]))
        }
        switch (reading, written, value) {
        case (.array(let reader), .array(let writer), .array(let elements)):
            return .array(try array(elements, of: writer, as: reader))
        case (.map(let reader), .map(let writer), .map(let entries)):
            return .map(try map(entries, of: writer, as: reader))
        case (.record(let reader), .record(let writer), .record(let values)):
            guard reading.reads(writer.name) else { throw mismatch(reading, written) }
            return .record(try fields(values, of: writer, as: reader))
        case (.enumeration(let reader), .enumeration(let writer), .enumeration(let place)):
            guard reading.reads(writer.name) else { throw mismatch(reading, written) }
            let symbol = writer.symbols[place]
            guard let read = reader.place(of: symbol) ?? reader.defaultSymbol.flatMap({ reader.place(of: $0) }) else {
                throw AvroError(.invalidValue, "\(reader.name) has no symbol '\(symbol)' and no default")
            }
            return .enumeration(read)
        case (.fixed(let reader), .fixed(let writer), .fixed):
            guard reading.reads(writer.name), reader.size == writer.size else { throw mismatch(reading, written) }
            return value
        default:
            guard let promoted = promoted(value, to: reading) else { throw mismatch(reading, written) }
            return promoted
        }
    }

    private func mismatch(_ reader: AvroType.Content, _ writer: AvroType.Content) -> AvroError {
        AvroError(.invalidValue, "\(writer.unionName) was written, which \(reader.unionName) does not read")
    }

    private func promoted(_ value: AvroValue, to reader: AvroType.Content) -> AvroValue? {
        switch (reader, value) {
        case (.null, .null), (.boolean, .boolean), (.int, .int), (.long, .long), (.float, .float), (.double, .double),
            (.bytes, .bytes), (.string, .string):
            value
        case (.long, .int(let value)): .long(Int64(value))
        case (.float, .int(let value)): .float(Float(value))
        case (.float, .long(let value)): .float(Float(value))
        case (.double, .int(let value)): .double(Double(value))
        case (.double, .long(let value)): .double(Double(value))
        case (.double, .float(let value)): .double(Double(value))
        case (.bytes, .string(let value)): .bytes(Array(value.utf8))
        case (.string, .bytes(let value)): String(validating: value, as: UTF8.self).map(AvroValue.string)
        default: nil
        }
    }

    /// The member of a union that reads what was written: the same type before one that it is promoted to.
    private func member(of members: [AvroTypeID], for writer: AvroType.Content) -> Int? {
        let name = writer.unionName
        return members.firstIndex { readers.content($0).unionName == name }
            ?? members.firstIndex { reads(readers.content($0), writer) }
    }

    private func reads(_ reader: AvroType.Content, _ writer: AvroType.Content) -> Bool {
        switch (reader, writer) {
        case (.record, .record), (.enumeration, .enumeration), (.fixed, .fixed):
            writer.name.map { reader.reads($0) } ?? false
        case (.long, .int), (.float, .int), (.float, .long), (.double, .int), (.double, .long), (.double, .float),
            (.bytes, .string), (.string, .bytes):
            true
        default: false
        }
    }

    private mutating func fields(
        _ values: [AvroValue], of writer: AvroRecord, as reader: AvroRecord
    ) throws(AvroError) -> [AvroValue] {
        var result: [AvroValue] = []
        result.reserveCapacity(min(reader.fields.count, AvroLimits.reservedItems))
        for field in reader.fields {
            do throws(AvroError) {
                if let place = writer.place(of: field) {
                    result.append(try value(values[place], of: writer.fields[place].type, as: field.type))
                } else if let json = field.defaultValue {
                    result.append(
                        try AvroJSONDecoder.defaultValue(json, as: field.type, in: readers, budget: &budget))
                } else {
                    throw AvroError(.invalidValue, "it was not written and has no default")
                }
            } catch {
                throw error.inside(field.name)
            }
        }
        return result
    }

    private mutating func array(
        _ elements: [AvroValue], of writer: AvroTypeID, as reader: AvroTypeID
    ) throws(AvroError) -> [AvroValue] {
        var result: [AvroValue] = []
        result.reserveCapacity(elements.count)
        for element in elements {
            do throws(AvroError) {
                result.append(try value(element, of: writer, as: reader))
            } catch {
                throw error.inside(String(result.count))
            }
        }
        return result
    }

    private mutating func map(
        _ entries: [AvroValue.Entry], of writer: AvroTypeID, as reader: AvroTypeID
    ) throws(AvroError) -> [AvroValue.Entry] {
        var result: [AvroValue.Entry] = []
        result.reserveCapacity(entries.count)
        for entry in entries {
            do throws(AvroError) {
                result.append(AvroValue.Entry(key: entry.key, value: try value(entry.value, of: writer, as: reader)))
            } catch {
                throw error.inside(entry.key)
            }
        }
        return result
    }
}

extension AvroRecord {
    /// The place of the field that a reader's field reads.
    fileprivate func place(of field: AvroField) -> Int? {
        if let place = place(ofField: field.name) { return place }
        for alias in field.aliases {
            if let place = place(ofField: alias) { return place }
        }
        return nil
    }
}
