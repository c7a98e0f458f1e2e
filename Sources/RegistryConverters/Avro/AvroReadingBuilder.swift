import AvroFormat
import ConnectAPI
import JSON

/// Makes Connect's schema of Avro's, and how its values are read.
struct AvroReadingBuilder {
    typealias Result = (schema: ConnectSchema, reading: AvroReading)

    /// What a type may be made for, and is kept for.
    private struct Use: Hashable {
        let type: AvroTypeID
        let isOptional: Bool
    }

    /// How many types a schema may come to.
    private static let typeLimit = 100_000

    let settings: AvroSettings
    let types: AvroTypes
    private let naming: AvroNaming
    /// The types that are being made: one that holds itself would never end.
    private var open: Set<AvroTypeID> = []
    private var made: [Use: Result] = [:]
    private var count = 0
    /// How many unions there were.
    private var unionCount = 0

    private init(types: AvroTypes, settings: AvroSettings) {
        self.types = types
        self.settings = settings
        naming = AvroNaming(scrubs: settings.scrubsNames)
    }

    /// The schema, which is none for values without one, and how values are read.
    ///
    /// - Parameter version: What the schema has as its version if it names none.
    /// - Throws: ``ConnectError`` with code `.invalidData`.
    static func result(
        of schema: AvroSchema, version: Int32?, _ settings: AvroSettings
    ) throws -> (schema: ConnectSchema?, reading: AvroReading) {
        if schema.canonicalText == AvroAnything.text { return (nil, .anything) }
        var builder = AvroReadingBuilder(types: schema.types, settings: settings)
        return try builder.result(schema.root, version: version)
    }

    func invalid(_ message: String) -> ConnectError { ConnectError(.invalidData, message) }

    /// A type by itself, of which no field says more.
    private mutating func plain(_ id: AvroTypeID, isOptional: Bool = false) throws -> Result {
        let use = Use(type: id, isOptional: isOptional)
        if let known = made[use] { return known }
        let result = try result(id, isOptional: isOptional)
        made[use] = result
        return result
    }

    private mutating func result(
        _ id: AvroTypeID, isOptional: Bool = false, fieldDefault: JSONValue? = nil, fieldDocumentation: String? = nil,
        version: Int32? = nil
    ) throws -> Result {
        count += 1
        guard count <= Self.typeLimit else { throw invalid("the schema comes to more than \(Self.typeLimit) types") }
        let type = types[id]
        guard open.count < AvroSchemaBuilder.depthLimit else {
            throw invalid("A schema has more than \(AvroSchemaBuilder.depthLimit) levels of nesting")
        }
        guard open.insert(id).inserted else {
            throw invalid(
                "\(type.content.unionName) holds itself; a schema of Connect's cannot, so its records are read by no"
                    + " converter with schemas")
        }
        defer { open.remove(id) }
        if case .union(let members) = type.content, let hidden = hiddenUnion(members) {
            return try choice(members, hidden, documentation: fieldDocumentation)
        }
        var (draft, reading) = try content(of: type)
        try addProperties(of: type, to: &draft, fieldDocumentation, version)
        try addName(of: type, to: &draft)
        if isOptional { draft.isOptional = true }
        addDefault(of: type, id, fieldDefault, to: &draft)
        let schema = draft.schema
        switch reading {
        case .structure(_, let fields): reading = .structure(schema, fields)
        case .union(_, let members): reading = .union(schema, members)
        default: break
        }
        return (schema, reading)
    }

    // MARK: Unions

    /// The member that a union is to Connect which sees none there: beside null, or alone.
    private func hiddenUnion(_ members: [AvroTypeID]) -> AvroTypeID? {
        if members.count == 1 { return settings.flattensSingletons && !isNull(members[0]) ? members[0] : nil }
        guard members.count == 2, members.contains(where: isNull) else { return nil }
        return members.first { !isNull($0) }
    }

    private func isNull(_ id: AvroTypeID) -> Bool { if case .null = types[id].content { true } else { false } }

    private mutating func choice(
        _ members: [AvroTypeID], _ member: AvroTypeID, documentation: String?
    ) throws -> Result {
        let isOptional = members.count == 2
        let (schema, reading) =
            documentation == nil
            ? try plain(member, isOptional: isOptional)
            : try result(member, isOptional: isOptional, fieldDocumentation: documentation)
        return (schema, .choice(members.map { isNull($0) ? .null : reading }))
    }

    private mutating func union(_ members: [AvroTypeID]) throws -> (ConnectDraft, AvroReading) {
        var draft = ConnectDraft(.structure)
        if settings.common.marksGenerally {
            draft.name = ConnectMark.unionPrefix + String(unionCount)
            draft.parameters[ConnectMark.union] = draft.name
            unionCount += 1
        } else {
            draft.name = AvroMark.union
        }
        var places: [AvroReading.Member?] = []
        for (index, member) in members.enumerated() {
            if isNull(member) {
                draft.isOptional = true
                places.append(nil)
                continue
            }
            let name = AvroUnionNames.field(of: types[member].content, at: index, settings)
            guard !draft.fields.contains(where: { $0.name == name }) else {
                throw invalid(
                    "Multiple union schemas map to the Connect union field name \(name);"
                        + " enhanced.avro.schema.support=true tells types by their full names")
            }
            let (schema, reading) = try plain(member, isOptional: true)
            places.append(AvroReading.Member(field: draft.fields.count, reading: reading))
            draft.fields.append(ConnectField(name, schema))
        }
        return (draft, .union(.string, places))
    }

    // MARK: Types

    private mutating func content(of type: AvroType) throws -> (ConnectDraft, AvroReading) {
        switch type.content {
        case .null: throw invalid("Standalone null schemas are not supported by this converter")
        case .boolean: return (ConnectDraft(.boolean), .boolean)
        case .int: return try int(type)
        case .long:
            return logicalType(of: type) == "timestamp-millis"
                ? (ConnectDraft(.int64, logical: LogicalType.timestamp), .int64) : (ConnectDraft(.int64), .int64)
        case .float: return (ConnectDraft(.float32), .float32)
        case .double: return (ConnectDraft(.float64), .float64)
        case .string: return (ConnectDraft(.string), .string)
        case .bytes:
            let draft = try bytes(type)
            return (draft, draft.name == nil ? .bytes : .decimal)
        case .fixed(let fixed):
            var draft = try bytes(type)
            let isDecimal = draft.name != nil
            draft.parameters[AvroMark.fixedSize] = String(fixed.size)
            return (draft, .fixed(fixed.size, isDecimal: isDecimal))
        case .enumeration(let enumeration): return self.enumeration(enumeration)
        case .array(let items):
            if case .record(let record) = types[items].content, isEntry(record, types[items].properties) {
                return try entries(record)
            }
            var draft = ConnectDraft(.array)
            let (schema, reading) = try plain(items)
            draft.valueSchema = schema
            return (draft, .array(reading))
        case .map(let values):
            var draft = ConnectDraft(.map)
            let (schema, reading) = try plain(values)
            draft.keySchema = .string
            draft.valueSchema = schema
            return (draft, .map(reading))
        case .record(let record): return try structure(record)
        case .union(let members): return try union(members)
        }
    }

    private func logicalType(of type: AvroType) -> String? { type.properties["logicalType"]?.string?.lowercased() }

    private func int(_ type: AvroType) throws -> (ConnectDraft, AvroReading) {
        switch (logicalType(of: type), type.properties["connect.type"]?.string) {
        case ("date", _): return (ConnectDraft(.int32, logical: LogicalType.date), .int32)
        case ("time-millis", _): return (ConnectDraft(.int32, logical: LogicalType.time), .int32)
        case (.some, _), (nil, nil): return (ConnectDraft(.int32), .int32)
        case (nil, "int8"): return (ConnectDraft(.int8), .int8)
        case (nil, "int16"): return (ConnectDraft(.int16), .int16)
        case (nil, let other?):
            throw invalid("connect.type of an int is \(other); int8 and int16 are the ones that there are")
        }
    }

    private func bytes(_ type: AvroType) throws -> ConnectDraft {
        guard logicalType(of: type) == "decimal" else { return ConnectDraft(.bytes) }
        var draft = ConnectDraft(.bytes, logical: LogicalType.decimal)
        draft.parameters["scale"] = String(type.properties["scale"]?.int64 ?? 0)
        if let value = type.properties["precision"], !value.isNull {
            guard let precision = value.int64 else { throw invalid("precision property must be a JSON Integer.") }
            if precision != Int64(AvroMark.defaultPrecision) {
                draft.parameters[AvroMark.precision] = String(precision)
            }
        }
        return draft
    }

    private func enumeration(_ enumeration: AvroEnumeration) -> (ConnectDraft, AvroReading) {
        var draft = ConnectDraft(.string)
        if settings.keepsMetadata {
            if let documentation = enumeration.documentation {
                let mark =
                    settings.discardsTypeDocumentation
                    ? AvroMark.connectEnumerationDocumentation
                    : AvroMark.enumerationDocumentationPrefix + enumeration.name.simple
                draft.parameters[mark] = documentation
            }
            if !settings.discardsTypeDocumentation, let symbol = enumeration.defaultSymbol {
                draft.parameters[AvroMark.enumerationDefaultPrefix + enumeration.name.simple] = symbol
            }
        }
        let mark = settings.enumerationParameter
        draft.parameters[mark] = enumeration.name.full
        for (index, symbol) in enumeration.symbols.enumerated() {
            draft.parameters["\(mark).\(symbol)"] = settings.common.marksGenerally ? String(index) : symbol
        }
        return (draft, .enumeration(enumeration.symbols.map(ConnectValue.string)))
    }

    private mutating func structure(_ record: AvroRecord) throws -> (ConnectDraft, AvroReading) {
        var draft = ConnectDraft(.structure)
        let keepsDocumentation = !settings.discardsTypeDocumentation && settings.keepsMetadata
        if keepsDocumentation, let documentation = record.documentation {
            draft.parameters[AvroMark.recordDocumentation] = documentation
        }
        var fields: [AvroReading.Field] = []
        for field in record.fields {
            if keepsDocumentation, let documentation = field.documentation {
                draft.parameters[AvroMark.fieldDocumentationPrefix + field.name] = documentation
            }
            let documentation = settings.discardsTypeDocumentation ? field.documentation : nil
            var (schema, reading) =
                field.defaultValue == nil && documentation == nil
                ? try plain(field.type)
                : try result(field.type, fieldDefault: field.defaultValue, fieldDocumentation: documentation)
            if settings.keepsMetadata, let own = field.properties["connect.parameters"]?.object {
                schema = schema.changed(
                    parameters: own.reduce(into: schema.parameters) { $0[$1.name] = $1.value.string ?? $1.value.text })
                reading = reading.making(schema)
            }
            draft.fields.append(ConnectField(field.name, schema))
            fields.append(
                AvroReading.Field(
                    reading: reading, substitute: settings.common.ignoresDefaults ? nil : schema.typedDefault))
        }
        return (draft, .structure(.string, fields))
    }

    // MARK: Maps whose keys are no strings

    private func isEntry(_ record: AvroRecord, _ properties: JSONObject) -> Bool {
        record.name.full == "\(AvroMark.namespace).\(AvroMark.mapEntry)"
            || properties["connect.internal.type"]?.string == AvroMark.mapEntry
    }

    private mutating func entries(_ record: AvroRecord) throws -> (ConnectDraft, AvroReading) {
        guard record.fields.count == 2, record.place(ofField: "key") != nil, record.place(ofField: "value") != nil
        else {
            throw invalid(
                "Found map encoded as array of key-value pairs, but array elements do not match the expected format.")
        }
        var draft = ConnectDraft(.map)
        var parts: [AvroReading.EntryPart] = []
        for field in record.fields {
            let (schema, reading) = try plain(field.type)
            if field.name == "key" {
                draft.keySchema = schema
                parts.append(.key(reading))
            } else {
                draft.valueSchema = schema
                parts.append(.value(reading))
            }
        }
        return (draft, .entries(parts))
    }
}

extension AvroReading {
    /// The same, making values of a schema that has other attributes.
    fileprivate func making(_ schema: ConnectSchema) -> AvroReading {
        switch self {
        case .structure(_, let fields): .structure(schema, fields)
        case .union(_, let members): .union(schema, members)
        case .choice(let members): .choice(members.map { $0.making(schema) })
        default: self
        }
    }
}

extension ConnectSchema {
    /// The default; of a structure one of this very schema, where the default itself has the schema without it.
    var typedDefault: ConnectValue? {
        guard case .structure(let structure) = defaultValue else { return defaultValue }
        return .structure(Struct(self, values: fields.indices.map { structure[$0] }))
    }
}

/// What the fields are called of a structure that stands for a union.
enum AvroUnionNames {
    /// The field of a member.
    static func field(of content: AvroType.Content, at index: Int, _ settings: AvroSettings) -> String {
        if settings.common.marksGenerally { return ConnectMark.unionFieldPrefix + String(index) }
        guard let name = content.name else { return content.kind }
        return settings.isEnhanced ? name.full : AvroNaming(scrubs: settings.scrubsNames).parts(of: name.simple).simple
    }
}
