/// Writes options in the one way that all with their meaning have: names of extensions are complete, options stand in the
/// order of their names, and what several statements say about one message is said between one pair of braces.
struct OptionNormalizer {
    private let types: TypeTable
    private let package: [String]
    private let extensions: [String: FieldDescriptor]

    init(types: TypeTable, package: String?) {
        self.types = types
        self.package = (package ?? "").split(separator: ".").map(String.init)
        let all = types.messages.flatMap { $0.fields.filter(\.isExtension) }
        extensions = Dictionary(all.map { ($0.fullName, $0) }) { first, _ in first }
    }

    /// The normalized options of one element.
    func normalized(_ options: [OptionElement], in scope: [String]) -> [OptionElement] {
        let named = options.map { option in
            var option = option
            if option.isParenthesized, let name = resolved(option.name, in: scope) {
                option.name = name
                option.value = Self.asMap(option.value)
            }
            option.value = normalized(option.value, in: scope)
            return option
        }
        var merged: [OptionElement] = []
        // By name, and in the order of the file among those of one name.
        for (_, option) in named.enumerated().sorted(by: { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }
        ) {
            if let last = merged.last, last.name == option.name, let field = extensions[option.name],
                field.cardinality != .repeated
            {
                merged[merged.count - 1].value = merge(last.value, option.value, field)
            } else {
                merged.append(option)
            }
        }
        return merged.map { option in
            var option = option
            option.value = inOrder(option.value)
            return option
        }
    }

    /// The complete name of an extension, looked for from the innermost scope outwards.
    private func resolved(_ name: String, in scope: [String]) -> String? {
        if name.hasPrefix(".") { return extensions[String(name.dropFirst())].map(\.fullName) }
        var prefix = package + scope
        while true {
            let candidate = (prefix + [name]).joined(separator: ".")
            if extensions[candidate] != nil { return candidate }
            guard !prefix.isEmpty else { return nil }
            prefix.removeLast()
        }
    }

    /// `(option).field = value` as `(option) = { field: value }`.
    private static func asMap(_ value: OptionValue) -> OptionValue {
        guard case .option(let nested) = value else { return value }
        return .map([OptionValue.Member(key: nested.name, value: asMap(nested.value))])
    }

    private func normalized(_ value: OptionValue, in scope: [String]) -> OptionValue {
        switch value {
        case .string, .escaped, .word: return value
        case .number(let digits): return .number(Self.number(digits))
        case .list(let values): return .list(values.map { normalized($0, in: scope) })
        case .option(var nested):
            nested.value = normalized(nested.value, in: scope)
            return .option(nested)
        case .map(let members):
            return .map(
                members.map { member in
                    var key = member.key
                    if key.hasPrefix("["), key.hasSuffix("]"),
                        let name = resolved(String(key.dropFirst().dropLast()), in: scope)
                    {
                        key = "[\(name)]"
                    }
                    return OptionValue.Member(key: key, value: normalized(member.value, in: scope))
                })
        }
    }

    /// Fields in the order of their names, lists of one value as that value.
    private func inOrder(_ value: OptionValue) -> OptionValue {
        switch value {
        case .map(let members):
            return .map(
                members.filter { $0.value != .list([]) }
                    .sorted { $0.key < $1.key }
                    .map { OptionValue.Member(key: $0.key, value: inOrder($0.value)) })
        case .list(let values):
            return values.count == 1 ? inOrder(values[0]) : .list(values.map(inOrder))
        case .option(var nested):
            nested.value = inOrder(nested.value)
            return .option(nested)
        default: return value
        }
    }

    /// One value out of two of one field.
    private func merge(_ first: OptionValue, _ second: OptionValue, _ field: FieldDescriptor?) -> OptionValue {
        guard let field, field.cardinality != .repeated else {
            var known: Set<OptionValue> = []
            return .list((first.elements + second.elements).filter { known.insert($0).inserted })
        }
        guard case .map(let left) = first, case .map(let right) = second, let id = field.type.message else {
            return second
        }
        var members = left
        let places = Dictionary(left.enumerated().map { ($1.key, $0) }) { first, _ in first }
        for member in right {
            if let index = places[member.key] {
                members[index].value = merge(members[index].value, member.value, types[id].field(named: member.key))
            } else {
                members.append(member)
            }
        }
        return .map(members)
    }

    /// A number in the shortest form. Schema Registry keeps three digits behind the point here; we keep all that count.
    private static func number(_ digits: String) -> String {
        let isNegative = digits.hasPrefix("-")
        let plain = isNegative ? digits.dropFirst() : digits[...]
        let sign = isNegative ? "-" : ""
        if plain.hasPrefix("0x") || plain.hasPrefix("0X"), let value = UInt64(plain.dropFirst(2), radix: 16) {
            return sign + String(value)
        }
        if plain.count > 1, plain.hasPrefix("0"), let value = UInt64(plain, radix: 8) { return sign + String(value) }
        if UInt64(plain) != nil { return digits }
        guard let value = Double(String(digits)), value.isFinite else { return digits }
        if let integer = Int64(exactly: value) { return String(integer) }
        return value.description
    }
}
