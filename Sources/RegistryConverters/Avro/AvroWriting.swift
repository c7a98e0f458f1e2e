import AvroFormat
import ConnectAPI
import JSON
import RecordFormat

/// How a value of a Connect schema becomes the bytes of an Avro type.
struct AvroWriting: Sendable {
    /// What the value has to be of; `nil` takes any value.
    let schema: ConnectSchema?
    /// The place of null in the union that Avro has here.
    let nullPlace: Int64?
    /// The place of the value in it.
    let place: Int64?
    /// What is written.
    let form: Form

    indirect enum Form: Sendable {
        case boolean
        /// An int or a long.
        case integer
        case float
        case double
        case string
        case bytes
        case fixed(Int, isDecimal: Bool)
        case enumeration(AvroEnumeration)
        case array(AvroWriting)
        case map(AvroWriting)
        /// A map whose keys are no strings, as records of key and value.
        case entries(key: AvroWriting, value: AvroWriting, keyIsFirst: Bool)
        case record([Field])
        /// A structure that stands for a union: for each field what it is written as.
        case union([AvroWriting])
        case anything
    }

    /// A field of a record.
    enum Field: Sendable {
        /// The field of the structure at this place, with what a null becomes.
        case value(Int, AvroWriting, substitute: ConnectValue?)
        /// The default of a field that the structure lacks.
        case constant([UInt8])
    }
}

/// Why a value cannot be written, and where in it.
struct Misfit: Error {
    let message: String
    var path: [String] = []

    init(_ message: String) { self.message = message }

    /// The same, seen from the level above.
    func inside(_ step: String) -> Misfit {
        var misfit = self
        misfit.path.append(step)
        return misfit
    }

    /// The error as Connect has it.
    var connectError: ConnectError {
        let place = path.reversed().joined(separator: ".")
        return ConnectError(.invalidData, place.isEmpty ? message : "\(message), field: \"\(place)\"")
    }
}

/// Writes Connect's values in Avro's binary form, in one walk.
struct AvroValueWriter {
    private static let depthLimit = AvroValueReader.depthLimit

    private var writer: AvroWriter

    /// The bytes of a value, behind a prefix.
    ///
    /// - Parameter isBare: Whether bytes are written without their length, as serializers write them where the whole
    ///   message is bytes.
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func message(
        of value: ConnectValue, _ writing: AvroWriting, behind prefix: [UInt8], isBare: Bool
    ) throws -> [UInt8] {
        var values = AvroValueWriter(writer: AvroWriter())
        values.writer.write(fixed: prefix)
        do throws(Misfit) {
            if isBare, case .bytes(let bytes) = value {
                values.writer.write(fixed: bytes.array)
            } else {
                try values.write(value, writing, depth: 0)
            }
        } catch {
            throw error.connectError
        }
        return values.writer.bytes
    }

    private mutating func write(_ value: ConnectValue, _ writing: AvroWriting, depth: Int) throws(Misfit) {
        guard let schema = writing.schema else { return try writeAnything(value, depth: depth) }
        guard let kind = value.kind else {
            guard schema.isOptional else { throw Misfit("Found null value for non-optional schema") }
            guard let place = writing.nullPlace else {
                throw Misfit("a null where the registered schema has no null")
            }
            return writer.write(place)
        }
        guard kind == schema.kind else {
            throw Misfit("Invalid type for \(schema.kind.rawValue.uppercased()): \(kind.rawValue)")
        }
        if let place = writing.place { writer.write(place) }
        switch (writing.form, value) {
        case (.boolean, .boolean(let value)): writer.write(value)
        case (.integer, _): writer.write(value.integer ?? 0)
        case (.float, .float32(let value)): writer.write(value)
        case (.float, _): writer.write(Float(value.integer ?? 0))
        case (.double, .float64(let value)): writer.write(value)
        case (.double, .float32(let value)): writer.write(Double(value))
        case (.double, _): writer.write(Double(value.integer ?? 0))
        case (.string, .string(let text)): writer.write(text)
        case (.bytes, .bytes(let bytes)): writer.write(bytes.array)
        case (.fixed(let size, let isDecimal), .bytes(let bytes)):
            try write(bytes.array, size: size, isDecimal: isDecimal)
        case (.enumeration(let enumeration), .string(let symbol)):
            guard let place = enumeration.place(of: symbol) else {
                throw Misfit("\(symbol) is no symbol of \(enumeration.name)")
            }
            writer.write(Int64(place))
        default: try writeCompound(value, writing.form, schema, depth: depth + 1)
        }
    }

    private mutating func write(_ bytes: [UInt8], size: Int, isDecimal: Bool) throws(Misfit) {
        let fitting = isDecimal ? Decimals.lengthened(bytes, to: size) : bytes
        guard let fitting, fitting.count == size else {
            throw Misfit(
                isDecimal
                    ? "Unscaled value byte array length \(bytes.count) is greater than fixed size \(size)"
                    : "\(bytes.count) bytes where the schema has \(size)")
        }
        writer.write(fixed: fitting)
    }

    private mutating func writeCompound(
        _ value: ConnectValue, _ form: AvroWriting.Form, _ schema: ConnectSchema, depth: Int
    ) throws(Misfit) {
        guard depth < Self.depthLimit else { throw Misfit("the value nests deeper than \(Self.depthLimit) levels") }
        switch (form, value) {
        case (.array(let items), .array(let elements)):
            try writeBlocks(elements.count) { writer throws(Misfit) in
                for (index, element) in elements.enumerated() {
                    do throws(Misfit) {
                        try writer.write(element, items, depth: depth)
                    } catch {
                        throw error.inside(String(index))
                    }
                }
            }
        case (.map(let values), .map(let map)):
            try writeBlocks(map.count) { writer throws(Misfit) in
                for (key, value) in map {
                    guard let text = key.string else { throw Misfit("a map's key that is no string") }
                    writer.writer.write(text)
                    do throws(Misfit) {
                        try writer.write(value, values, depth: depth)
                    } catch {
                        throw error.inside(text)
                    }
                }
            }
        case (.entries(let keys, let values, let keyIsFirst), .map(let map)):
            try writeBlocks(map.count) { writer throws(Misfit) in
                for (key, value) in map {
                    if keyIsFirst { try writer.write(key, keys, depth: depth) }
                    try writer.write(value, values, depth: depth)
                    if !keyIsFirst { try writer.write(key, keys, depth: depth) }
                }
            }
        case (.record(let fields), .structure(let structure)):
            try write(structure, fields, schema, depth: depth)
        case (.union(let members), .structure(let structure)):
            try write(structure, members, schema, depth: depth)
        default: throw Misfit("a \(value.kind?.rawValue ?? "null") where the registered schema has another type")
        }
    }

    private mutating func writeBlocks(
        _ count: Int, _ body: (inout AvroValueWriter) throws(Misfit) -> Void
    ) throws(Misfit) {
        if count > 0 {
            writer.write(blockOf: count)
            try body(&self)
        }
        writer.write(blockOf: 0)
    }

    private mutating func write(
        _ structure: Struct, _ fields: [AvroWriting.Field], _ schema: ConnectSchema, depth: Int
    ) throws(Misfit) {
        try check(structure, schema)
        for field in fields {
            switch field {
            case .constant(let bytes): writer.write(fixed: bytes)
            case .value(let index, let writing, let substitute):
                let own = structure[index]
                do throws(Misfit) {
                    try write(own.isNull ? substitute ?? own : own, writing, depth: depth)
                } catch {
                    throw error.inside(schema.fields[index].name)
                }
            }
        }
    }

    /// Writes the first member that is there.
    private mutating func write(
        _ structure: Struct, _ members: [AvroWriting], _ schema: ConnectSchema, depth: Int
    ) throws(Misfit) {
        try check(structure, schema)
        for (index, writing) in members.enumerated() where !structure[index].isNull {
            do throws(Misfit) {
                return try write(structure[index], writing, depth: depth)
            } catch {
                throw error.inside(schema.fields[index].name)
            }
        }
        guard schema.isOptional, let place = members.first?.nullPlace else {
            throw Misfit("a union of which no field has a value")
        }
        writer.write(place)
    }

    /// Checks that a structure has the schema's fields; what they hold is checked as it is written.
    private func check(_ structure: Struct, _ schema: ConnectSchema) throws(Misfit) {
        guard
            structure.schema === schema
                || structure.schema.fields.elementsEqual(schema.fields, by: { $0.name == $1.name })
        else { throw Misfit("Mismatching struct schema") }
    }

    private mutating func writeAnything(_ value: ConnectValue, depth: Int) throws(Misfit) {
        guard depth < Self.depthLimit else { throw Misfit("the value nests deeper than \(Self.depthLimit) levels") }
        if case .structure = value { throw Misfit("a struct has a schema, and cannot be written without one") }
        let own = AvroAnything.Kind(value)
        let anything = AvroWriting(schema: nil, nullPlace: nil, place: nil, form: .anything)
        for kind in AvroAnything.kinds {
            writer.write(Int64(kind == own ? 1 : 0))
            guard kind == own else { continue }
            switch value {
            case .boolean(let value): writer.write(value)
            case .bytes(let bytes): writer.write(bytes.array)
            case .float64(let value): writer.write(value)
            case .float32(let value): writer.write(value)
            case .string(let text): writer.write(text)
            case .array(let elements):
                try writeBlocks(elements.count) { writer throws(Misfit) in
                    for element in elements { try writer.write(element, anything, depth: depth + 1) }
                }
            case .map(let map):
                try writeBlocks(map.count) { writer throws(Misfit) in
                    for (key, value) in map {
                        try writer.write(key, anything, depth: depth + 1)
                        try writer.write(value, anything, depth: depth + 1)
                    }
                }
            default: writer.write(value.integer ?? 0)
            }
        }
    }
}
