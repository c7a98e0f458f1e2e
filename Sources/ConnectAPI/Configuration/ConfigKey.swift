/// One configuration key: its type, default, checks and how a form shows it.
public struct ConfigKey: Sendable {
    /// The types that a value is parsed to.
    public enum Kind: String, Sendable, Hashable {
        case boolean = "BOOLEAN", string = "STRING", int = "INT", short = "SHORT", long = "LONG", double = "DOUBLE"
        case list = "LIST", `class` = "CLASS", password = "PASSWORD"
    }

    /// How much a user needs to care.
    public enum Importance: String, Sendable, Hashable {
        case high = "HIGH", medium = "MEDIUM", low = "LOW"
    }

    /// How wide a form's field should be.
    public enum Width: String, Sendable, Hashable {
        case none = "NONE", short = "SHORT", medium = "MEDIUM", long = "LONG"
    }

    /// What stands for a key that is not given.
    public enum Default: Sendable, Hashable {
        /// The key has to be given.
        case required
        /// The key may be missing and then has no value.
        case none
        /// The key has this value.
        case value(String)
    }

    /// The key's name.
    public var name: String
    /// The type of its value.
    public var kind: Kind
    /// What stands for it when it is not given.
    public var defaultValue: Default
    /// How much a user needs to care.
    public var importance: Importance
    /// What it is for.
    public var documentation: String
    /// The heading it stands under, if any.
    public var group: String?
    /// Its place under the heading, from 1.
    public var order: Int
    /// How wide a form's field should be.
    public var width: Width
    /// What a form calls it.
    public var displayName: String
    /// Keys whose valid values depend on this one.
    public var dependents: [String]
    /// Checks a given value beyond its type.
    public var validator: ConfigValidator?
    /// The values that a form should offer.
    public var recommendedValues: [String]
    /// Values that are taken, in whatever case, though they do not have the form of ``kind``.
    public var furtherValues: [String]

    /// Creates a key.
    public init(
        _ name: String, _ kind: Kind, default defaultValue: Default, importance: Importance, documentation: String,
        validator: ConfigValidator? = nil, group: String? = nil, order: Int = -1, width: Width = .none,
        displayName: String? = nil, dependents: [String] = [], recommendedValues: [String] = [],
        furtherValues: [String] = []
    ) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.importance = importance
        self.documentation = documentation
        self.validator = validator
        self.group = group
        self.order = order
        self.width = width
        self.displayName = displayName ?? name
        self.dependents = dependents
        self.recommendedValues = recommendedValues
        self.furtherValues = furtherValues
    }
}

/// A check of one value.
public struct ConfigValidator: Sendable {
    /// Returns what is wrong with the value, or `nil`. The value has its type's form and no surrounding space.
    let problem: @Sendable (String) -> String?

    /// Creates a check from a closure that returns what is wrong, or `nil`.
    public init(_ problem: @escaping @Sendable (String) -> String?) { self.problem = problem }

    /// Accepts any text but an empty one.
    public static let nonEmpty = ConfigValidator { $0.isEmpty ? "String must be non-empty" : nil }

    /// Accepts text that is not empty and has no control characters.
    public static let nonEmptyWithoutControlCharacters = ConfigValidator { text in
        if text.isEmpty { return "String may not be empty" }
        let isClean = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        return isClean
            ? nil
            : "String may not contain control sequences but had the following ASCII chars: "
                + text.unicodeScalars.filter { $0.value < 0x20 || $0.value == 0x7F }
                .map { "\($0.value)" }.joined(separator: ", ")
    }

    /// Accepts numbers from `minimum` on.
    public static func atLeast(_ minimum: Int64) -> ConfigValidator {
        ConfigValidator { text in
            guard let value = Int64(text), value < minimum else { return nil }
            return "Value must be at least \(minimum)"
        }
    }

    /// Accepts one of these texts.
    public static func oneOf(_ values: [String], ignoringCase: Bool = false) -> ConfigValidator {
        ConfigValidator { text in
            let matches = values.contains { ignoringCase ? $0.lowercased() == text.lowercased() : $0 == text }
            return matches
                ? nil
                : "String must be one of"
                    + (ignoringCase ? " (case insensitive): " : ": ") + values.joined(separator: ", ")
        }
    }
}
