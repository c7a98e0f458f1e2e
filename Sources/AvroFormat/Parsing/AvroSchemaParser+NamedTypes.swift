import JSON

extension AvroSchemaParser {
    mutating func record(
        _ object: JSONObject, isError: Bool, in namespace: String?
    ) throws(AvroError) -> AvroTypeID {
        let name = try name(of: object, in: namespace)
        let id = declare(name)
        guard let elements = object["fields"]?.array else {
            throw failure("Record has no fields: \(JSONValue.object(object).excerpt)")
        }
        var fields: [AvroField] = []
        var names: Set<String> = []
        for (index, element) in elements.enumerated() {
            path.append("fields")
            path.append(String(index))
            let field = try field(element, in: name.namespace)
            guard names.insert(field.name).inserted else {
                throw failure("Duplicate field \(field.name) in record \(name)")
            }
            path.removeLast(2)
            fields.append(field)
        }
        let record = AvroRecord(
            name: name, aliases: try aliases(of: object, named: name), documentation: object["doc"]?.string,
            isError: isError, fields: fields)
        return define(id, .record(record), properties: properties(of: object))
    }

    mutating func field(_ json: JSONValue, in namespace: String?) throws(AvroError) -> AvroField {
        guard let object = json.object, let name = object["name"]?.string else {
            throw failure("No field name: \(json.excerpt)")
        }
        guard let type = object["type"] else { throw failure("No field type: \(json.excerpt)") }
        let id = try inside("type") { parser throws(AvroError) in try parser.type(type, in: namespace) }
        if let fault = rules.fault(in: name) { throw failure(fault) }
        var properties = JSONObject()
        for member in object where !Self.reservedInFields.contains(member.name) {
            properties[member.name] = member.value
        }
        let field = AvroField(
            name: name, type: id, documentation: object["doc"]?.string,
            defaultValue: try object["default"].map { value throws(AvroError) in try number(value, of: id) },
            order: try order(of: object), aliases: try aliasTexts(of: object), properties: properties)
        if let value = field.defaultValue { defaults.append((name, id, value, path)) }
        return field
    }

    static let reservedInFields: Set<String> = ["default", "doc", "name", "order", "type", "aliases"]

    func order(of object: JSONObject) throws(AvroError) -> AvroFieldOrder {
        guard let value = object["order"] else { return .ascending }
        guard let order = value.string.flatMap({ AvroFieldOrder(rawValue: $0.lowercased()) }) else {
            throw failure("the order is one of ascending, descending and ignore, and not \(value.excerpt)")
        }
        return order
    }

    /// A default for a floating-point field may be written as text, as it has to be for NaN and the infinities.
    func number(_ value: JSONValue, of id: AvroTypeID) throws(AvroError) -> JSONValue {
        guard case .string(let text) = value else { return value }
        switch types[id.index]?.content {
        case .float, .double: break
        default: return value
        }
        if AvroFloatText.value(of: text) != nil { return value }
        guard let double = Double(text), let number = JSONNumber(double) else {
            throw failure("Invalid default: \(value.excerpt) is no number")
        }
        return JavaNumber.written(in: .number(number))
    }

    mutating func enumeration(_ object: JSONObject, in namespace: String?) throws(AvroError) -> AvroTypeID {
        let name = try name(of: object, in: namespace)
        let id = declare(name)
        guard let elements = object["symbols"]?.array else {
            throw failure("Enum has no symbols: \(JSONValue.object(object).excerpt)")
        }
        var symbols: [String] = []
        var known: Set<String> = []
        for element in elements {
            guard let symbol = element.string, rules.fault(in: symbol) == nil else {
                throw failure(rules.fault(in: element.string) ?? "Null name")
            }
            guard known.insert(symbol).inserted else { throw failure("Duplicate enum symbol: \(symbol)") }
            symbols.append(symbol)
        }
        let defaultSymbol = object["default"]?.string
        if let defaultSymbol, !known.contains(defaultSymbol) {
            throw failure(
                "The Enum Default: \(defaultSymbol) is not in the enum symbol set: "
                    + "[\(symbols.prefix(100).joined(separator: ", "))]")
        }
        let enumeration = AvroEnumeration(
            name: name, aliases: try aliases(of: object, named: name), documentation: object["doc"]?.string,
            symbols: symbols, defaultSymbol: defaultSymbol)
        return define(id, .enumeration(enumeration), properties: properties(of: object, isEnumeration: true))
    }

    mutating func fixed(_ object: JSONObject, in namespace: String?) throws(AvroError) -> AvroTypeID {
        let name = try name(of: object, in: namespace)
        let id = declare(name)
        guard let size = object["size"]?.int64.flatMap({ Int32(exactly: $0) }) else {
            throw failure("Invalid or no size: \(JSONValue.object(object).excerpt)")
        }
        guard size >= 0 else { throw failure("Malformed data. Length is negative: \(size)") }
        let fixed = AvroFixed(
            name: name, aliases: try aliases(of: object, named: name), documentation: object["doc"]?.string,
            size: Int(size))
        return define(id, .fixed(fixed), properties: properties(of: object))
    }
}
