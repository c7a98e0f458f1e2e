import JSON
import SchemaFormat

extension SchemaReader {
    mutating func readNumbers(_ loader: SchemaLoader) throws(SchemaError) {
        let least = try number("minimum", loader)
        let most = try number("maximum", loader)
        if draft == .draft4 {
            let isLeastExclusive = try flag("exclusiveMinimum", loader) ?? false
            let isMostExclusive = try flag("exclusiveMaximum", loader) ?? false
            if let least { append(.minimum(least, isExclusive: isLeastExclusive)) }
            if let most { append(.maximum(most, isExclusive: isMostExclusive)) }
        } else {
            if let least { append(.minimum(least, isExclusive: false)) }
            if let most { append(.maximum(most, isExclusive: false)) }
            if let bound = try number("exclusiveMinimum", loader) { append(.exclusiveMinimum(bound)) }
            if let bound = try number("exclusiveMaximum", loader) { append(.exclusiveMaximum(bound)) }
        }
        if let divisor = try number("multipleOf", loader) {
            guard !divisor.isZero else { throw failure("multipleOf", "more than 0", loader) }
            guard divisor.digits.count <= SchemaLimits.divisorDigits else {
                throw failure("multipleOf", "a number of at most \(SchemaLimits.divisorDigits) digits", loader)
            }
            append(.multipleOf(divisor))
        }
    }

    mutating func readStrings(_ loader: SchemaLoader) throws(SchemaError) {
        if let length = try count("minLength", loader) { append(.minLength(length)) }
        if let length = try count("maxLength", loader) { append(.maxLength(length)) }
        if let text = try string("pattern", loader) { append(.pattern(try pattern("pattern", text, loader))) }
        if let name = try string("format", loader) { append(.format(StringFormat(name, in: draft))) }
    }

    mutating func readArrays(_ loader: inout SchemaLoader) throws(SchemaError) {
        if let count = try self.count("minItems", loader) { append(.minItems(count)) }
        if let count = try self.count("maxItems", loader) { append(.maxItems(count)) }
        if try flag("uniqueItems", loader) == true { append(.uniqueItems) }
        var elements = ElementRules()
        if draft == .draft2020 {
            elements.tuple = try schemas("prefixItems", &loader)
            let rest = try schema("items", &loader)
            if elements.tuple?.isEmpty ?? true { elements.all = rest } else { elements.additional = rest }
        } else {
            if object["items"]?.array != nil {
                elements.tuple = try schemas("items", &loader)
            } else {
                elements.all = try schema("items", &loader)
            }
            elements.additional = try schema("additionalItems", &loader)
        }
        if elements.all != nil || elements.tuple != nil || elements.additional != nil { append(.elements(elements)) }
        guard draft >= .draft6, let node = try schema("contains", &loader) else { return }
        let counts = draft >= .draft2019
        append(
            .contains(
                node, least: counts ? try count("minContains", loader) : nil,
                most: counts ? try count("maxContains", loader) : nil))
    }

    mutating func readObjects(_ loader: inout SchemaLoader) throws(SchemaError) {
        if let count = try self.count("minProperties", loader) { append(.minProperties(count)) }
        if let count = try self.count("maxProperties", loader) { append(.maxProperties(count)) }
        if let value = object["required"] { append(.required(try names("required", value, loader))) }
        var members = MemberRules()
        for (name, node) in try namedSchemas("properties", &loader) ?? [] {
            members.named[name] = node
            members.names.append(name)
        }
        for (text, node) in try namedSchemas("patternProperties", &loader) ?? [] {
            members.patterns.append((try pattern("patternProperties", text, loader), node))
        }
        members.additional = try schema("additionalProperties", &loader)
        if object["properties"] != nil || object["patternProperties"] != nil || members.additional != nil {
            append(.members(members))
        }
        if draft >= .draft6, let node = try schema("propertyNames", &loader) { append(.propertyNames(node)) }
        if draft <= .draft7 {
            try readDependencies(&loader)
        } else {
            try readDependents(&loader)
        }
    }

    /// What up to draft 7 stands in `dependencies`: lists of names and schemas.
    private mutating func readDependencies(_ loader: inout SchemaLoader) throws(SchemaError) {
        guard let value = object["dependencies"] else { return }
        guard let dependencies = value.object else {
            throw failure("dependencies", "an object of schemas and lists of names", loader)
        }
        let map = loader.places.child(of: place, "dependencies", value)
        var required: [String: [String]] = [:]
        var schemas: [String: SchemaNodeID] = [:]
        for member in dependencies {
            if member.value.array != nil {
                required[member.name] = try names("dependencies", member.value, loader)
            } else {
                schemas[member.name] = try loader.node(at: loader.places.child(of: map, member.name, member.value))
            }
        }
        // Draft 7's registry looks at the keyword even where it has nothing.
        append(.dependentRequired(required))
        if !schemas.isEmpty { append(.dependentSchemas(schemas)) }
    }

    private mutating func readDependents(_ loader: inout SchemaLoader) throws(SchemaError) {
        if let value = object["dependentRequired"] {
            guard let lists = value.object else { throw failure("dependentRequired", "an object of lists", loader) }
            var required: [String: [String]] = [:]
            for list in lists { required[list.name] = try names("dependentRequired", list.value, loader) }
            append(.dependentRequired(required))
        }
        if let named = try namedSchemas("dependentSchemas", &loader) {
            append(.dependentSchemas(Dictionary(named.map { ($0.name, $0.node) }) { first, _ in first }))
        }
        // What nothing refers to is read in later drafts as well, and refused if it is none.
        _ = try namedSchemas("$defs", &loader)
    }
}
