import JSON

/// Turns a message's bytes into JSON as Java's `JsonFormat` does with default values included: fields in the order of their
/// numbers, under their JSON names; a field that is not there has its default value, unless it is a message, in a oneof or
/// optional in proto3. Unknown fields are left out.
struct MessageDecoder {
    let types: TypeTable
    /// How many more values may be made. A message of two bytes can have a thousand default values.
    private var budget: Int

    init(_ types: TypeTable, byteCount: Int) {
        self.types = types
        budget = 100_000 + 4 * byteCount
    }

    /// What a field has on the wire: a number, or the place of what stands behind a length or between group tags.
    enum Piece {
        case number(UInt64)
        case range(Range<Int>)
    }

    /// The message that a range of bytes is.
    mutating func message(
        _ id: MessageID, _ bytes: [UInt8], _ range: Range<Int>, depth: Int
    ) throws(ValueFailure) -> JSONValue {
        let message = types[id]
        if message.wellKnown == .anyMessage { return try content(ofAny: range, bytes, depth: depth) }
        let object = try fields(of: message, bytes, range, depth: depth)
        guard let wellKnown = message.wellKnown else { return .object(object) }
        return try wellKnown.json(object)
    }

    private mutating func fields(
        of message: MessageDescriptor, _ bytes: [UInt8], _ range: Range<Int>, depth: Int
    ) throws(ValueFailure) -> JSONObject {
        guard depth < WireReader.depthLimit else { throw .limit(WireReader.Failure.tooDeep.text) }
        budget -= message.fields.count + 1
        guard budget >= 0 else { throw .limit("the message has too many values for its size") }
        let pieces: [[Piece]]
        do {
            pieces = try Self.pieces(of: message, bytes, range, depth: depth)
        } catch {
            throw .bytes(error.text)
        }
        var object = JSONObject()
        for place in message.placesInOrder {
            let field = message.fields[place]
            do {
                if let value = try self.value(of: field, pieces[place], bytes, depth: depth) {
                    object[field.jsonKey] = value
                }
            } catch {
                throw error.within(field.jsonKey)
            }
        }
        return object
    }

    /// What each field has, by its place in the message. Of a oneof, only the last field has anything.
    private static func pieces(
        of message: MessageDescriptor, _ bytes: [UInt8], _ range: Range<Int>, depth: Int
    ) throws(WireReader.Failure) -> [[Piece]] {
        var pieces = [[Piece]](repeating: [], count: message.fields.count)
        var chosen = [Int?](repeating: nil, count: message.oneofs.count)
        var reader = WireReader(bytes, range)
        while !reader.isAtEnd {
            let (number, type) = try reader.tag()
            guard let place = message.place(number), message.fields[place].takes(type) else {
                try reader.skip(number, type, depth: depth)
                continue
            }
            let piece: Piece
            switch type {
            case .varint: piece = .number(try reader.varint())
            case .fixed64: piece = .number(try reader.fixed64())
            case .fixed32: piece = .number(UInt64(try reader.fixed32()))
            case .lengthDelimited: piece = .range(try reader.lengthDelimited())
            case .startGroup: piece = .range(try reader.group(number, depth: depth + 1))
            case .endGroup: throw .badGroup
            }
            if let oneof = message.fields[place].oneof {
                if let former = chosen[oneof], former != place { pieces[former] = [] }
                chosen[oneof] = place
            }
            if message.fields[place].cardinality != .repeated, message.fields[place].type.message == nil {
                pieces[place] = [piece]
            } else {
                pieces[place].append(piece)
            }
        }
        return pieces
    }

    // MARK: Fields

    private mutating func value(
        of field: FieldDescriptor, _ pieces: [Piece], _ bytes: [UInt8], depth: Int
    ) throws(ValueFailure) -> JSONValue? {
        if field.cardinality == .repeated {
            if pieces.isEmpty, field.isExtension { return nil }
            if let entry = types.mapEntry(of: field) {
                return .object(try map(entry, pieces, bytes, depth: depth))
            }
            return .array(try elements(of: field, pieces, bytes, depth: depth))
        }
        if pieces.isEmpty {
            if field.cardinality == .required { throw .bytes("the required field is missing") }
            let isLeftOut =
                field.type.message != nil || field.oneof != nil || field.isProto3Optional || field.isExtension
            // Not in one expression: `nil` would be JSON's null.
            if isLeftOut { return nil }
            return Scalars(types).defaultValue(of: field)
        }
        return try single(field, pieces, bytes, depth: depth)
    }

    private mutating func single(
        _ field: FieldDescriptor, _ pieces: [Piece], _ bytes: [UInt8], depth: Int
    ) throws(ValueFailure) -> JSONValue {
        guard let id = field.type.message else {
            guard let piece = pieces.last else { return .null }
            return try Scalars(types).json(piece, field.type, bytes)
        }
        // A message that comes in several pieces is the message that all their bytes are.
        let ranges = pieces.compactMap { piece -> Range<Int>? in
            if case .range(let range) = piece { range } else { nil }
        }
        if ranges.count == 1 { return try self.message(id, bytes, ranges[0], depth: depth + 1) }
        let joined = ranges.flatMap { bytes[$0] }
        return try self.message(id, joined, 0..<joined.count, depth: depth + 1)
    }

    private mutating func elements(
        of field: FieldDescriptor, _ pieces: [Piece], _ bytes: [UInt8], depth: Int
    ) throws(ValueFailure) -> [JSONValue] {
        var values: [JSONValue] = []
        let scalars = Scalars(types)
        for piece in pieces {
            if case .range(let range) = piece, field.type.isPackable {
                try scalars.add(packed: range, field.type, bytes, to: &values)
                continue
            }
            do {
                values.append(try single(field, [piece], bytes, depth: depth))
            } catch {
                throw error.within(String(values.count))
            }
        }
        return values
    }

    private mutating func map(
        _ entry: (key: FieldDescriptor, value: FieldDescriptor), _ pieces: [Piece], _ bytes: [UInt8], depth: Int
    ) throws(ValueFailure) -> JSONObject {
        var object = JSONObject()
        let scalars = Scalars(types)
        for case .range(let range) in pieces {
            guard depth + 1 < WireReader.depthLimit else { throw .limit(WireReader.Failure.tooDeep.text) }
            let found: (key: Piece?, value: [Piece])
            do {
                found = try Self.entryPieces(entry, bytes, range, depth: depth + 1)
            } catch {
                throw .bytes(error.text)
            }
            var name = scalars.emptyMapKey(entry.key.type)
            if let key = found.key { name = try scalars.mapKey(key, entry.key.type, bytes) }
            object[name] = try mapValue(entry.value, found.value, name, bytes, depth: depth + 1)
        }
        return object
    }

    private mutating func mapValue(
        _ field: FieldDescriptor, _ pieces: [Piece], _ name: String, _ bytes: [UInt8], depth: Int
    ) throws(ValueFailure) -> JSONValue {
        do {
            if !pieces.isEmpty || field.type.message != nil {
                return try single(field, pieces, bytes, depth: depth)
            }
            return Scalars(types).defaultValue(of: field)
        } catch {
            throw error.within(name)
        }
    }

    private static func entryPieces(
        _ entry: (key: FieldDescriptor, value: FieldDescriptor), _ bytes: [UInt8], _ range: Range<Int>, depth: Int
    ) throws(WireReader.Failure) -> (key: Piece?, value: [Piece]) {
        var key: Piece?
        var value: [Piece] = []
        var reader = WireReader(bytes, range)
        while !reader.isAtEnd {
            let (number, type) = try reader.tag()
            switch number {
            case 1 where entry.key.type.wireType == type: key = try piece(&reader, type)
            case 2 where entry.value.type.wireType == type:
                let piece = try Self.piece(&reader, type)
                if entry.value.type.message == nil { value = [piece] } else { value.append(piece) }
            default: try reader.skip(number, type, depth: depth)
            }
        }
        return (key, value)
    }

    private static func piece(
        _ reader: inout WireReader, _ type: WireReader.WireType
    ) throws(WireReader.Failure) -> Piece {
        switch type {
        case .varint: .number(try reader.varint())
        case .fixed64: .number(try reader.fixed64())
        case .fixed32: .number(UInt64(try reader.fixed32()))
        case .lengthDelimited: .range(try reader.lengthDelimited())
        case .startGroup, .endGroup: throw .badGroup
        }
    }
}

extension FieldDescriptor {
    /// Whether bytes of this kind can be the field's: its own, and packed numbers whether it packs them or not.
    func takes(_ wireType: WireReader.WireType) -> Bool {
        wireType == type.wireType
            || wireType == .lengthDelimited && cardinality == .repeated && type.isPackable
    }
}
