/// One setting that Kafka documents: its type, default, and what it means here.
///
/// - SeeAlso: docs/configuration.md
struct ConfigurationKey: Sendable {
    /// How a value is read; the numbers are those of DescribeConfigs (KIP-569).
    enum Kind: Int8, Sendable {
        case boolean = 1
        case string = 2
        case int = 3
        case short = 4
        case long = 5
        case double = 6
        case list = 7
        case `class` = 8
        case password = 9
    }

    /// The name, as Kafka spells it.
    var name: String
    var kind: Kind
    /// The value in force when nobody sets one, as DescribeConfigs shows it; `nil` shows as null.
    var defaultValue: String?
    /// For a topic's key: the broker's key whose value it takes when the topic has none.
    var brokerKey: String?
    /// What it does here; for a key without effect, that it has none.
    var documentation: String
    /// The values allowed, for a key that takes one of few.
    var allowed: [String] = []
    /// The least value of a number.
    var minimum: Int64?
    /// The greatest value of a number.
    var maximum: Int64?

    init(
        _ name: String, _ kind: Kind, _ defaultValue: String?, broker brokerKey: String? = nil, minimum: Int64? = nil,
        maximum: Int64? = nil, allowed: [String] = [], _ documentation: String
    ) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.brokerKey = brokerKey
        self.minimum = minimum
        self.maximum = maximum
        self.allowed = allowed
        self.documentation = documentation
    }

    /// Whether the value is a secret, which no one is told.
    var isSensitive: Bool { kind == .password }

    /// Whether the value changes anything here; those that do not are accepted because Kafka's users set them.
    var hasEffect: Bool { !documentation.hasPrefix("No effect") }

    /// Checks that `value` can be this setting's.
    ///
    /// - Throws: ``ConfigurationError``, naming the key, the value and what would do.
    func validate(_ value: String) throws(ConfigurationError) {
        switch kind {
        case .boolean:
            guard ["true", "false"].contains(value.lowercased()) else { throw invalid(value, "must be true or false") }
        case .int, .short, .long:
            let range: ClosedRange<Int64> =
                switch kind {
                case .int: Int64(Int32.min)...Int64(Int32.max)
                case .short: Int64(Int16.min)...Int64(Int16.max)
                default: Int64.min...Int64.max
                }
            guard let number = Int64(value), range.contains(number) else {
                throw invalid(value, "must be a number of type \(kind)")
            }
            if let minimum, number < minimum { throw invalid(value, "must be at least \(minimum)") }
            if let maximum, number > maximum { throw invalid(value, "must be at most \(maximum)") }
            try checkAllowed(value)
        case .double:
            guard let number = Double(value), !number.isNaN else { throw invalid(value, "must be a number") }
            if let minimum, number < Double(minimum) { throw invalid(value, "must be at least \(minimum)") }
            if let maximum, number > Double(maximum) { throw invalid(value, "must be at most \(maximum)") }
        case .string, .list, .class, .password: try checkAllowed(value)
        }
    }

    private func checkAllowed(_ value: String) throws(ConfigurationError) {
        guard !allowed.isEmpty else { return }
        let parts = kind == .list ? value.split(separator: ",").map { $0.trimmed } : [value]
        guard !parts.isEmpty, parts.allSatisfy(allowed.contains) else {
            throw invalid(value, "must be one of \(allowed.joined(separator: ", "))")
        }
    }

    private func invalid(_ value: String, _ remedy: String) -> ConfigurationError {
        ConfigurationError("Invalid value \(value) for configuration \(name): \(remedy)")
    }
}

/// A setting that cannot be taken, with what would do instead.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// What is wrong and what to do, for a person.
    public var message: String

    /// Creates an error.
    public init(_ message: String) { self.message = message }

    /// The value as text, for logs and messages.
    public var description: String { message }
}

extension StringProtocol {
    /// The text without white space at both ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
