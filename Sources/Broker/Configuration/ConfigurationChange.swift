/// A change to the settings of one resource: one operation for each key (KIP-339).
struct ConfigurationChange: Sendable, Hashable {
    /// What is done with a key.
    enum Operation: Sendable, Hashable {
        case set(String)
        /// Back to the default.
        case delete
        /// Adds to a list what is not in it.
        case append(String)
        /// Takes out of a list.
        case subtract(String)

        /// The operation by its number in the protocol; `nil` if there is none of it.
        init?(number: Int8, value: String) {
            switch number {
            case 0: self = .set(value)
            case 1: self = .delete
            case 2: self = .append(value)
            case 3: self = .subtract(value)
            default: return nil
            }
        }
    }

    /// What is done, by key.
    var operations: [String: Operation] = [:]
    /// Whether what is not named goes back to its default, as AlterConfigs has it.
    var replacesAll = false

    /// The settings after the change.
    ///
    /// - Parameters:
    ///   - settings: What the resource has now.
    ///   - key: Finds what is known of a name.
    /// - Throws: ``ConfigurationError`` for adding to what is no list, or taking out of it.
    func applied(
        to settings: [String: String], key: (String) -> ConfigurationKey?
    ) throws(ConfigurationError) -> [String: String] {
        var result = replacesAll ? [:] : settings
        for (name, operation) in operations.sorted(by: { $0.key < $1.key }) {
            switch operation {
            case .set(let value): result[name] = value
            case .delete: result[name] = nil
            case .append(let value):
                var parts = try Self.parts(of: name, settings, key(name), "APPEND")
                for part in Self.split(value) where !parts.contains(part) { parts.append(part) }
                result[name] = parts.joined(separator: ",")
            case .subtract(let value):
                let less = Set(Self.split(value))
                let parts = try Self.parts(of: name, settings, key(name), "SUBTRACT")
                result[name] = parts.filter { !less.contains($0) }.joined(separator: ",")
            }
        }
        return result
    }

    /// The parts of the list that a key has, or has by default.
    private static func parts(
        of name: String, _ settings: [String: String], _ key: ConfigurationKey?, _ operation: String
    ) throws(ConfigurationError) -> [String] {
        guard let key, key.kind == .list else {
            throw ConfigurationError("Can't \(operation) to key \(name) because its type is not LIST.")
        }
        return split(settings[name] ?? key.defaultValue ?? "")
    }

    private static func split(_ list: String) -> [String] { list.split(separator: ",").map(\.trimmed) }
}
