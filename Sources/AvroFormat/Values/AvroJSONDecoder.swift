import JSON
import SchemaFormat

/// Makes values of JSON, in the specification's form and in plain form, which may stand beside each other.
struct AvroJSONDecoder {
    private let types: AvroTypes
    private let document: JSONValue
    /// How many steps may still be taken.
    private var budget = AvroLimits.values(for: 0)
    private var isExtended = false
    /// Whether what is read is a default, in which unions are never tagged.
    private var isInDefault = false
    /// Whether a refusal only means that another member of a union is tried, so that nobody reads its message.
    private var isTrying = false

    private init(types: AvroTypes, document: JSONValue) {
        self.types = types
        self.document = document
    }

    /// The value that a document is.
    static func value(_ json: JSONValue, as id: AvroTypeID, in types: AvroTypes) throws(AvroError) -> AvroValue {
        var decoder = AvroJSONDecoder(types: types, document: json)
        return try decoder.value(json, as: id, depth: 0)
    }

    /// The value of a field for data that lacks it.
    ///
    /// - Parameter budget: How many values may be made of it, less those that were.
    static func defaultValue(
        _ json: JSONValue, as id: AvroTypeID, in types: AvroTypes, budget: inout Int
    ) throws(AvroError) -> AvroValue {
        var decoder = AvroJSONDecoder(types: types, document: json)
        decoder.budget = budget
        decoder.isExtended = true
        decoder.isInDefault = true
        let value = try decoder.value(json, as: id, depth: 0)
        budget = decoder.budget
        return value
    }

    private func failure(_ message: () -> String) -> AvroError { AvroError(.invalidValue, isTrying ? "" : message()) }

    private mutating func value(_ json: JSONValue, as id: AvroTypeID, depth: Int) throws(AvroError) -> AvroValue {
        budget -= 1
        if budget < 0 { try extendBudget() }
        guard depth < AvroLimits.valueDepth else {
            throw AvroError(.limitExceeded, "the value nests deeper than \(AvroLimits.valueDepth) levels")
        }
        switch (types.content(id), json) {
        case (.null, .null): return .null
        case (.boolean, .bool(let value)): return .boolean(value)
        case (.int, .number(let number)):
            guard let value = integer(number).flatMap({ Int32(exactly: $0) }) else {
                throw failure { "\(json.excerpt) is no int of 32 bits" }
            }
            return .int(value)
        case (.long, .number(let number)):
            guard let value = integer(number) else {
                throw failure { "\(json.excerpt) is no long of 64 bits" }
            }
            return .long(value)
        case (.float, _): return .float(try float(json))
        case (.double, _): return .double(try double(json))
        case (.string, .string(let text)): return .string(text)
        case (.bytes, .string(let text)): return .bytes(try bytes(text))
        case (.fixed(let fixed), .string(let text)):
            let value = try bytes(text)
            guard value.count == fixed.size else {
                throw failure { "\(fixed.name) has \(fixed.size) bytes, and not \(value.count)" }
            }
            return .fixed(value)
        case (.enumeration(let enumeration), .string(let symbol)):
            guard let place = enumeration.place(of: symbol) else {
                throw failure { "\(json.excerpt) is no symbol of \(enumeration.name)" }
            }
            return .enumeration(place)
        case (.union(let members), _): return try union(json, members, depth: depth)
        case (.record(let record), .object(let object)): return .record(try fields(object, of: record, depth: depth))
        case (.array(let items), .array(let elements)): return .array(try array(elements, of: items, depth: depth))
        case (.map(let values), .object(let object)): return .map(try entries(object, of: values, depth: depth))
        default: throw failure { "\(json.excerpt) where the schema has \(types.content(id).unionName)" }
        }
    }

    /// Makes the budget as big as the document deserves, which is counted only where it matters.
    private mutating func extendBudget() throws(AvroError) {
        guard !isExtended else {
            throw AvroError(
                .limitExceeded, "more values than the document may stand for: its unions or its defaults are too many")
        }
        isExtended = true
        budget = AvroLimits.values(for: document.count)
    }
}

// MARK: - Numbers and bytes

extension AvroJSONDecoder {
    private func integer(_ number: JSONNumber) -> Int64? {
        if number.isInteger { return number.int64 }
        // 5.0 and 5e0 are 5. Beyond 2^53 the digits that a double has lost could have been a fraction.
        let value = number.double
        guard value.magnitude <= 0x1p53 else { return nil }
        return Int64(exactly: value)
    }

    private func double(_ json: JSONValue) throws(AvroError) -> Double {
        switch json {
        case .number(let number):
            guard number.double.isFinite else { throw failure { "\(json.excerpt) is beyond a double" } }
            return number.double
        case .string(let text):
            guard let value = AvroFloatText.value(of: text) else { break }
            return value
        default: break
        }
        throw failure { "\(json.excerpt) is no number" }
    }

    private func float(_ json: JSONValue) throws(AvroError) -> Float {
        // From the digits and not from a double, which would round twice.
        guard case .number(let number) = json else { return Float(try double(json)) }
        guard let value = Float(number.text), value.isFinite else {
            throw failure { "\(json.excerpt) is beyond a float" }
        }
        return value
    }

    private func bytes(_ text: String) throws(AvroError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else {
                throw failure { "bytes are text of the characters U+0000 to U+00FF, which '\(scalar)' is not" }
            }
            bytes.append(byte)
        }
        return bytes
    }
}

// MARK: - Records, arrays, maps

extension AvroJSONDecoder {
    private mutating func fields(
        _ object: JSONObject, of record: AvroRecord, depth: Int
    ) throws(AvroError) -> [AvroValue] {
        var values: [AvroValue] = []
        values.reserveCapacity(min(record.fields.count, AvroLimits.reservedItems))
        var used = 0
        for (index, field) in record.fields.enumerated() {
            if let part = member(of: object, for: field, at: index) {
                used += 1
                do throws(AvroError) {
                    values.append(try value(part, as: field.type, depth: depth + 1))
                } catch {
                    throw error.inside(field.name)
                }
            } else {
                values.append(try defaultValue(of: field, in: record, depth: depth + 1))
            }
        }
        guard used == object.count else { throw unknownField(in: object, of: record) }
        return values
    }

    /// The member for a field. Most objects have the fields in order, so that none is searched for.
    private func member(of object: JSONObject, for field: AvroField, at index: Int) -> JSONValue? {
        if index < object.count, object.members[index].name == field.name { return object.members[index].value }
        if let value = object[field.name] { return value }
        for alias in field.aliases {
            if let value = object[alias] { return value }
        }
        return nil
    }

    private mutating func defaultValue(
        of field: AvroField, in record: AvroRecord, depth: Int
    ) throws(AvroError) -> AvroValue {
        guard let json = field.defaultValue else {
            throw failure { "\(record.name) has no value for this field, which has no default" }
                .inside(field.name)
        }
        let outer = isInDefault
        isInDefault = true
        defer { isInDefault = outer }
        do throws(AvroError) {
            return try value(json, as: field.type, depth: depth)
        } catch {
            throw error.inside("default").inside(field.name)
        }
    }

    private func unknownField(in object: JSONObject, of record: AvroRecord) -> AvroError {
        failure {
            let known = Set(record.fields.flatMap { [$0.name] + $0.aliases })
            guard let unknown = object.first(where: { !known.contains($0.name) }) else {
                return "a field of \(record.name) stands there by its name and by an alias"
            }
            return "\(record.name) has no field '\(unknown.name.prefix(100))'"
        }
    }

    private mutating func array(
        _ elements: [JSONValue], of items: AvroTypeID, depth: Int
    ) throws(AvroError) -> [AvroValue] {
        var values: [AvroValue] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            do throws(AvroError) {
                values.append(try value(element, as: items, depth: depth + 1))
            } catch {
                throw error.inside(String(values.count))
            }
        }
        return values
    }

    private mutating func entries(
        _ object: JSONObject, of type: AvroTypeID, depth: Int
    ) throws(AvroError) -> [AvroValue.Entry] {
        var entries: [AvroValue.Entry] = []
        entries.reserveCapacity(object.count)
        for member in object {
            do throws(AvroError) {
                entries.append(
                    AvroValue.Entry(key: member.name, value: try value(member.value, as: type, depth: depth + 1)))
            } catch {
                throw error.inside(member.name)
            }
        }
        return entries
    }
}

// MARK: - Unions

extension AvroJSONDecoder {
    /// A member of a union that a value may be of, and what of the value that would be.
    private struct Candidate {
        let place: Int
        let json: JSONValue
        let isTagged: Bool
    }

    private mutating func union(
        _ json: JSONValue, _ members: [AvroTypeID], depth: Int
    ) throws(AvroError) -> AvroValue {
        let candidates = candidates(json, members)
        let outer = isTrying
        defer { isTrying = outer }
        var told: AvroError?
        for candidate in candidates {
            let member = members[candidate.place]
            let isMeant = candidate.isTagged || candidates.count == 1
            isTrying = outer || !isMeant
            do throws(AvroError) {
                return .union(candidate.place, try value(candidate.json, as: member, depth: depth + 1))
            } catch {
                if error.code == .limitExceeded { throw error }
                if isMeant { told = candidate.isTagged ? error.inside(types.content(member).unionName) : error }
            }
        }
        isTrying = outer
        if let told { throw told }
        throw failure {
            let names = members.prefix(20).map { types.content($0).unionName }.joined(separator: ", ")
            return "\(json.excerpt) fits no member of the union of \(names)"
        }
    }

    /// The members to be tried: what an object's only name says in the specification's form, then what fits in plain form.
    private func candidates(_ json: JSONValue, _ members: [AvroTypeID]) -> [Candidate] {
        var candidates: [Candidate] = []
        if !isInDefault, case .object(let object) = json, object.count == 1, let only = object.members.first,
            let place = members.firstIndex(where: { types.content($0).unionName == only.name })
        {
            candidates.append(Candidate(place: place, json: only.value, isTagged: true))
        }
        for wanted in [AvroJSONFit.exact, .loose] {
            for (place, member) in members.enumerated()
            where AvroJSONFit.of(json, as: types.content(member)) == wanted {
                candidates.append(Candidate(place: place, json: json, isTagged: false))
            }
        }
        return candidates
    }
}

extension JSONValue {
    /// The number of values that it is made of.
    fileprivate var count: Int {
        switch self {
        case .null, .bool, .number, .string: 1
        case .array(let elements): elements.reduce(1) { $0 + $1.count }
        case .object(let object): object.reduce(1) { $0 + $1.value.count }
        }
    }
}
