/// What checking one key found.
public struct ConfigValue: Sendable, Hashable {
    /// The key.
    public var name: String
    /// The value in use, or `nil` when there is none or it has the wrong form.
    public var value: String?
    /// The values that a form should offer.
    public var recommendedValues: [String]
    /// What is wrong, in sentences.
    public var errors: [String]
    /// Whether a form should show the key.
    public var isVisible: Bool

    /// Creates a finding.
    public init(
        name: String, value: String?, recommendedValues: [String] = [], errors: [String] = [], isVisible: Bool = true
    ) {
        self.name = name
        self.value = value
        self.recommendedValues = recommendedValues
        self.errors = errors
        self.isVisible = isVisible
    }
}

/// A valid configuration with its defaults filled in.
public struct ParsedConfiguration: Sendable {
    private let definition: ConfigDefinition
    /// Only of keys that have one: of many, as of a client's settings, hardly any has.
    private let values: [String: String]

    init(_ definition: ConfigDefinition, _ values: [String: String]) {
        self.definition = definition
        self.values = values
    }

    /// The text of a key, or `nil` when it has none.
    ///
    /// - Precondition: The key is defined.
    public func string(_ name: String) -> String? { value(name) }

    /// The number of a key whose type is INT, SHORT or LONG, or `nil` when it has none.
    public func integer(_ name: String) -> Int? { value(name).flatMap { Int($0) } }

    /// The value of a key whose type is BOOLEAN, or `nil` when it has none.
    public func boolean(_ name: String) -> Bool? { value(name).map { $0.lowercased() == "true" } }

    /// The elements of a key whose type is LIST.
    public func list(_ name: String) -> [String] {
        (value(name) ?? "").split(separator: ",").map { String($0).trimmingSpace }
    }

    private func value(_ name: String) -> String? {
        let value = values[name]
        precondition(value != nil || definition[name] != nil, "Unknown configuration '\(name)'")
        return value
    }
}
