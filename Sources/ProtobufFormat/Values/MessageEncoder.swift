import JSON

/// Turns JSON into a message's bytes: fields by either of their names, in any order; `null` is a field that is not there.
/// The bytes have the fields in the order of their numbers.
struct MessageEncoder {
    let types: TypeTable

    init(_ types: TypeTable) { self.types = types }

    /// The bytes of a message.
    func message(_ id: MessageID, _ value: JSONValue, depth: Int) throws(ValueFailure) -> [UInt8] {
        guard depth < WireReader.depthLimit else { throw .limit(WireReader.Failure.tooDeep.text) }
        let message = types[id]
        let object: JSONObject
        if let wellKnown = message.wellKnown {
            object = try wellKnown.fields(value, encoder: self, depth: depth)
        } else if let members = value.object {
            object = members
        } else {
            throw .value("expected an object for the message \(message.fullName)")
        }
        var writer = WireWriter()
        for (place, value) in try placed(object, in: message) {
            let field = message.fields[place]
            do throws(ValueFailure) {
                try write(field, value, to: &writer, depth: depth)
            } catch {
                throw error.within(field.jsonKey)
            }
        }
        return writer.bytes
    }

    /// The members that are fields, in the order of the fields' numbers.
    private func placed(
        _ object: JSONObject, in message: MessageDescriptor
    ) throws(ValueFailure) -> [(place: Int, value: JSONValue)] {
        var found: [(place: Int, value: JSONValue)] = []
        var seen: Set<Int> = []
        var oneofs: [Int: String] = [:]
        for member in object {
            guard let place = message.place(named: member.name) else {
                throw .value("the message \(message.fullName) has no field '\(ValueFailure.shortened(member.name))'")
            }
            let field = message.fields[place]
            guard seen.insert(place).inserted else { throw .value("the field '\(field.name)' is given twice") }
            if member.value.isNull, !takesNull(field) {
                seen.remove(place)
                continue
            }
            if let oneof = field.oneof {
                if let other = oneofs[oneof] {
                    throw .value("'\(other)' and '\(field.name)' are of one oneof, and only one of them can be given")
                }
                oneofs[oneof] = field.name
            }
            found.append((place, member.value))
        }
        for place in message.requiredPlaces where !seen.contains(place) {
            throw .value("the required field '\(message.fields[place].name)' is missing")
        }
        return found.sorted { message.fields[$0.place].number < message.fields[$1.place].number }
    }

    /// Whether `null` is a value of the field, and not its absence.
    private func takesNull(_ field: FieldDescriptor) -> Bool {
        guard field.cardinality != .repeated else { return false }
        switch field.type {
        case .message(let id): return types[id].wellKnown == .value
        case .enumeration(let id): return types[id].isNull
        default: return false
        }
    }

    // MARK: Fields

    private func write(
        _ field: FieldDescriptor, _ value: JSONValue, to writer: inout WireWriter, depth: Int
    ) throws(ValueFailure) {
        if let entry = types.mapEntry(of: field) {
            guard let members = value.object else { throw .value("expected an object for the map '\(field.name)'") }
            for member in members { try write(member, entry, of: field, to: &writer, depth: depth) }
        } else if field.cardinality == .repeated {
            guard let elements = value.array else { throw .value("expected an array for the field '\(field.name)'") }
            try write(elements, of: field, to: &writer, depth: depth)
        } else {
            var single = WireWriter()
            let isZero = try write(single: value, field, to: &single, depth: depth)
            if !isZero || field.hasPresence { writer.raw(single.bytes) }
        }
    }

    private func write(
        _ elements: [JSONValue], of field: FieldDescriptor, to writer: inout WireWriter, depth: Int
    ) throws(ValueFailure) {
        var packed = WireWriter()
        for (index, element) in elements.enumerated() {
            do throws(ValueFailure) {
                if element.isNull, !isNullType(field) { throw ValueFailure.value("an element cannot be null") }
                if field.isPacked {
                    _ = try ScalarEncoder(types).write(element, field.type, to: &packed)
                } else {
                    _ = try write(single: element, field, to: &writer, depth: depth)
                }
            } catch {
                throw error.within(String(index))
            }
        }
        if field.isPacked, !elements.isEmpty {
            writer.tag(field.number, .lengthDelimited)
            writer.lengthDelimited(packed.bytes)
        }
    }

    private func isNullType(_ field: FieldDescriptor) -> Bool {
        switch field.type {
        case .message(let id): types[id].wellKnown == .value
        case .enumeration(let id): types[id].isNull
        default: false
        }
    }

    private func write(
        _ member: JSONObject.Member, _ entry: (key: FieldDescriptor, value: FieldDescriptor), of field: FieldDescriptor,
        to writer: inout WireWriter, depth: Int
    ) throws(ValueFailure) {
        do throws(ValueFailure) {
            if member.value.isNull, !isNullType(entry.value) {
                throw ValueFailure.value("a map's value cannot be null")
            }
            var content = WireWriter()
            // Both are always there, also where they are zero.
            content.tag(1, entry.key.type.wireType)
            _ = try ScalarEncoder(types).write(key: member.name, entry.key.type, to: &content)
            _ = try write(single: member.value, entry.value, to: &content, depth: depth + 1)
            writer.tag(field.number, .lengthDelimited)
            writer.lengthDelimited(content.bytes)
        } catch {
            throw error.within(member.name)
        }
    }

    /// Writes one value with its tag.
    ///
    /// - Returns: Whether it is what a field without presence is when it is not there.
    private func write(
        single value: JSONValue, _ field: FieldDescriptor, to writer: inout WireWriter, depth: Int
    ) throws(ValueFailure) -> Bool {
        writer.tag(field.number, field.type.wireType)
        switch field.type {
        case .message(let id):
            writer.lengthDelimited(try message(id, value, depth: depth + 1))
            return false
        case .group(let id):
            writer.raw(try message(id, value, depth: depth + 1))
            writer.tag(field.number, .endGroup)
            return false
        default: return try ScalarEncoder(types).write(value, field.type, to: &writer)
        }
    }
}
