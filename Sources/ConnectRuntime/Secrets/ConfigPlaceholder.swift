/// A value that a configuration names instead of holding it: `${provider:[path:]key}` (KIP-297).
struct ConfigPlaceholder: Sendable, Hashable {
    /// The name that the worker's `config.providers` gives the provider.
    var provider: String
    /// Where the provider is to look; empty if the text has no path.
    var path: String
    /// What to look for.
    var key: String
    /// The placeholder as it was written.
    var text: String

    /// A part of a value.
    enum Part: Sendable, Hashable {
        case text(Substring)
        case placeholder(ConfigPlaceholder)
    }

    /// Takes a value apart, as Kafka's expression does: up to the first `}`, and with a colon at least.
    static func parts(of value: String) -> [Part] {
        var parts: [Part] = []
        var rest = value[...]
        var literal = rest.startIndex
        while let start = rest.firstRange(of: "${")?.lowerBound {
            let content = rest[start...].dropFirst(2)
            guard let end = content.firstIndex(of: "}") else { break }
            let after = value.index(after: end)
            let fields = content[..<end].split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count > 1 else {
                // Such as ${topic}, which is somebody else's. Without a colon up to the brace there is none behind a
                // later beginning either.
                rest = value[after...]
                continue
            }
            if literal < start { parts.append(.text(value[literal..<start])) }
            parts.append(
                .placeholder(
                    ConfigPlaceholder(
                        provider: String(fields[0]), path: fields.count == 3 ? String(fields[1]) : "",
                        key: String(fields[fields.count - 1]), text: String(value[start..<after]))))
            rest = value[after...]
            literal = after
        }
        if literal < value.endIndex { parts.append(.text(value[literal...])) }
        return parts
    }

    /// Whether a value is one placeholder of one of these providers, and nothing else.
    static func isWhole(_ value: String, of providers: Set<String>) -> Bool {
        let parts = parts(of: value)
        guard parts.count == 1, case .placeholder(let placeholder) = parts[0] else { return false }
        return providers.contains(placeholder.provider)
    }

    /// The placeholders in a value.
    static func all(in value: String) -> [ConfigPlaceholder] {
        guard value.contains("${") else { return [] }
        return parts(of: value).compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } }
    }
}
