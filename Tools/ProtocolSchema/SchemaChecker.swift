/// Finds what the grammar allows but the protocol does not.
struct SchemaChecker {
    private let schema: Schema

    /// Checks all that `schema` declares.
    ///
    /// - Throws: ``SchemaError`` for the first contradiction found.
    static func check(_ schema: Schema) throws(SchemaError) {
        let checker = SchemaChecker(schema: schema)
        try checker.checkLists()
        for message in schema.messages { try checker.check(message) }
    }

    private init(schema: Schema) { self.schema = schema }

    private func checkLists() throws(SchemaError) {
        var numbers: Set<Int> = []
        for key in schema.apiKeys where !numbers.insert(key.number).inserted {
            throw SchemaError(location: key.location, message: "API \(key.number) is declared twice")
        }
        numbers = []
        for code in schema.errorCodes where !numbers.insert(code.number).inserted {
            throw SchemaError(location: code.location, message: "error \(code.number) is declared twice")
        }
        var names: Set<String> = []
        for message in schema.messages where !names.insert(message.name).inserted {
            throw SchemaError(location: message.location, message: "\(message.name) is declared twice")
        }
    }

    private func check(_ message: MessageSchema) throws(SchemaError) {
        func fail(_ text: String) -> SchemaError {
            SchemaError(location: message.location, message: "\(message.name): \(text)")
        }
        guard message.versions.first <= message.versions.last else { throw fail("versions run backwards") }
        switch message.kind {
        case .data: break
        case .request where !message.name.hasSuffix("Request"): throw fail("a request's name ends in Request")
        case .response where !message.name.hasSuffix("Response"): throw fail("a response's name ends in Response")
        case .request, .response:
            guard let key = schema.apiKey(of: message) else { throw fail("no API is named \(message.apiName)") }
            // The header of a request takes its form from the list of APIs, its body from the message.
            guard message.kind == .response || key.firstFlexibleVersion == message.firstFlexibleVersion else {
                throw fail("the list of APIs names another first flexible version")
            }
        }
        if message.kind == .request {
            guard let response = schema.response(to: message) else { throw fail("there is no response to it") }
            guard response.versions == message.versions else { throw fail("its response has other versions") }
        }
        try check(message.fields, of: message, within: message.versions, parents: [])
        for structure in message.sharedStructures {
            func fail(_ text: String) -> SchemaError {
                SchemaError(location: structure.location, message: "\(message.name), \(structure.name): \(text)")
            }
            guard !structure.fields.isEmpty else { throw fail("a structure has fields") }
            try checkStructure(of: structure, in: message, parents: [], fail)
        }
    }

    private func check(
        _ fields: [FieldSchema], of message: MessageSchema, within outer: VersionRange, parents: Set<String>
    ) throws(SchemaError) {
        var names: Set<String> = []
        var tags: Set<Int> = []
        for field in fields {
            func fail(_ text: String) -> SchemaError {
                SchemaError(location: field.location, message: "\(message.name), \(field.name): \(text)")
            }
            guard names.insert(field.name).inserted else { throw fail("declared twice") }
            guard field.versions.first <= field.versions.last, outer.covers(field.versions) else {
                throw fail("versions \(field.versions) are not within \(outer)")
            }
            if let nullable = field.nullableVersions { try checkNull(of: field, in: nullable, fail) }
            if let tag = field.tag {
                guard tags.insert(tag).inserted else { throw fail("tag \(tag) is taken") }
                try checkTagged(field, in: message, fail)
            }
            try checkDefault(of: field, fail)
            try checkStructure(of: field, in: message, parents: parents, fail)
        }
    }

    private func checkNull(
        of field: FieldSchema, in nullable: VersionRange, _ fail: (String) -> SchemaError
    ) throws(SchemaError) {
        guard field.versions.covers(nullable) else { throw fail("may be null in versions that do not carry it") }
        switch field.type {
        case .primitive(.string), .primitive(.bytes), .primitive(.records), .structure, .array: return
        case .primitive(let primitive): throw fail("\(primitive.rawValue) has no null")
        }
    }

    private func checkTagged(
        _ field: FieldSchema, in message: MessageSchema, _ fail: (String) -> SchemaError
    ) throws(SchemaError) {
        guard let flexible = message.firstFlexibleVersion, field.versions.first >= flexible else {
            throw fail("only flexible versions carry tagged fields")
        }
        // The writer places records as segments of their own, which the length before a tagged field cannot span.
        if case .primitive(.records) = field.type { throw fail("records cannot be tagged") }
    }

    private func checkDefault(of field: FieldSchema, _ fail: (String) -> SchemaError) throws(SchemaError) {
        switch (field.type, field.defaultValue) {
        case (_, nil): return
        case (_, .null):
            guard field.nullableVersions == field.versions else { throw fail("null is not allowed in each version") }
        case (.primitive(.bool), .bool), (.primitive(.string), .string): return
        case (.primitive(let primitive), .integer(let value)):
            guard let range = primitive.integerRange, range.contains(value) else {
                throw fail("\(value) is no \(primitive.rawValue)")
            }
        default: throw fail("the default value is of another type")
        }
    }

    private func checkStructure(
        of field: FieldSchema, in message: MessageSchema, parents: Set<String>, _ fail: (String) -> SchemaError
    ) throws(SchemaError) {
        guard let name = field.type.structureName else {
            guard field.fields.isEmpty else { throw fail("only a structure has fields") }
            return
        }
        // Without cycles the depth of a message is that of its schema, whatever bytes arrive.
        guard !parents.contains(name) else { throw fail("\(name) would contain itself") }
        if field.fields.isEmpty {
            guard let declaration = message.declaration(of: name) else { throw fail("\(name) has no fields") }
            guard declaration.versions.covers(field.versions) else { throw fail("\(name) lacks some versions") }
            // The fields are checked where they are declared; here, that none of them leads back to a parent.
            try check(declaration.fields, of: message, within: declaration.versions, parents: parents.union([name]))
        } else {
            guard message.declaration(of: name) == field else { throw fail("\(name) is declared twice") }
            try check(field.fields, of: message, within: field.versions, parents: parents.union([name]))
        }
    }
}

extension MessageSchema {
    /// The field that declares the structure `name`.
    func declaration(of name: String) -> FieldSchema? { structures.first { $0.type.structureName == name } }

    /// The fields that declare structures, outer before inner, in the order of the file.
    var structures: [FieldSchema] {
        func declared(in fields: [FieldSchema]) -> [FieldSchema] {
            fields.flatMap { $0.fields.isEmpty ? [] : [$0] + declared(in: $0.fields) }
        }
        return declared(in: fields + sharedStructures)
    }
}

extension FieldType.Primitive {
    /// The values of an integer type; `nil` for other types.
    var integerRange: ClosedRange<Int64>? {
        switch self {
        case .int8: Int64(Int8.min)...Int64(Int8.max)
        case .int16: Int64(Int16.min)...Int64(Int16.max)
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        case .int64: Int64.min...Int64.max
        case .uint16: 0...Int64(UInt16.max)
        case .uint32: 0...Int64(UInt32.max)
        case .bool, .float64, .string, .bytes, .uuid, .records: nil
        }
    }
}
