/// The configuration keys of a connector, a converter or a transform, in the order in which they are shown.
public struct ConfigDefinition: Sendable {
    /// The keys in order.
    public private(set) var keys: [ConfigKey] = []

    private var places: [String: Int] = [:]

    /// Creates a definition.
    ///
    /// - Precondition: No two keys have the same name.
    public init(_ keys: [ConfigKey] = []) {
        for key in keys { define(key) }
    }

    /// Adds a key.
    ///
    /// - Precondition: There is no key of that name.
    public mutating func define(_ key: ConfigKey) {
        precondition(places[key.name] == nil, "Configuration \(key.name) is defined twice")
        places[key.name] = keys.count
        keys.append(key)
    }

    /// The key `name`, or `nil` when it is not defined.
    public subscript(name: String) -> ConfigKey? { places[name].map { keys[$0] } }

    /// The headings in the order of their first key.
    public var groups: [String] {
        var groups: [String] = []
        for case let group? in keys.map(\.group) where !groups.contains(group) { groups.append(group) }
        return groups
    }

    /// Checks every key by itself.
    ///
    /// - Returns: For each key its value and what is wrong with it, in order.
    public func validate(_ configuration: [String: String]) -> [ConfigValue] {
        keys.map { key in
            guard let given = configuration[key.name] else { return absentValue(of: key) }
            let value = key.kind == .password ? given : given.trimmingSpace
            var result = ConfigValue(name: key.name, value: value, recommendedValues: key.recommendedValues)
            if let problem = key.typeProblem(with: value)
                ?? key.validator?.problem(value).map({ problem in
                    "Invalid value \(key.shown(value)) for configuration \(key.name): \(problem)"
                })
            {
                result.errors.append(problem)
                // Kafka shows no value where it could not be parsed.
                if key.typeProblem(with: value) != nil { result.value = nil }
            }
            return result
        }
    }

    private func absentValue(of key: ConfigKey) -> ConfigValue {
        var result = ConfigValue(name: key.name, value: nil, recommendedValues: key.recommendedValues)
        switch key.defaultValue {
        case .required:
            result.errors.append("Missing required configuration \"\(key.name)\" which has no default value.")
        case .none: break
        case .value(let text): result.value = text
        }
        return result
    }

    /// Parses a configuration whose every key is valid.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` and the first problem.
    public func parse(_ configuration: [String: String]) throws -> ParsedConfiguration {
        let values = validate(configuration)
        if let problem = values.lazy.compactMap(\.errors.first).first {
            throw ConnectError(.invalidConfiguration, problem)
        }
        let present = values.lazy.compactMap { value in value.value.map { (value.name, $0) } }
        return ParsedConfiguration(self, Dictionary(uniqueKeysWithValues: present))
    }
}

extension ConfigKey {
    /// What is wrong with the value's form, or `nil`.
    func typeProblem(with value: String) -> String? {
        func invalid(_ reason: String) -> String {
            "Invalid value \(shown(value)) for configuration \(name): \(reason)"
        }
        if furtherValues.contains(value.lowercased()) { return nil }
        switch kind {
        case .boolean:
            let isBoolean = ["true", "false"].contains(value.lowercased())
            return isBoolean ? nil : invalid("Expected value to be either true or false")
        case .int: return Int32(value) == nil ? invalid("Not a number of type INT") : nil
        case .short: return Int16(value) == nil ? invalid("Not a number of type SHORT") : nil
        case .long: return Int64(value) == nil ? invalid("Not a number of type LONG") : nil
        case .double: return Double(value) == nil ? invalid("Not a number of type DOUBLE") : nil
        case .string, .list, .class, .password: return nil
        }
    }

    /// The value as messages may show it.
    func shown(_ value: String) -> String { kind == .password ? "[hidden]" : value }
}

extension String {
    /// The text without white space at either end.
    package var trimmingSpace: String {
        let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
        guard let first = unicodeScalars.firstIndex(where: { !isSpace($0) }),
            let last = unicodeScalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(unicodeScalars[first...last])
    }
}
