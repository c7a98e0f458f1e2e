import JSON

extension JSONValue {
    /// The same with numbers as Schema Registry writes them again: a number with a fraction or an exponent is a
    /// `BigDecimal` there, and `1e3` comes out as `1E+3`.
    var asJacksonWritesIt: JSONValue {
        switch self {
        case .null, .bool, .string: return self
        case .number(let number): return .number(number.asJacksonWritesIt)
        case .array(let elements): return .array(elements.map(\.asJacksonWritesIt))
        case .object(let object):
            var written = JSONObject()
            for member in object { written[member.name] = member.value.asJacksonWritesIt }
            return .object(written)
        }
    }

    /// The same with the members of every object in the order of their names' UTF-16, as Java sorts them.
    var withSortedMembers: JSONValue {
        switch self {
        case .null, .bool, .string, .number: return self
        case .array(let elements): return .array(elements.map(\.withSortedMembers))
        case .object(let object):
            var sorted = JSONObject()
            for member in object.members.sorted(by: { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }) {
                sorted[member.name] = member.value.withSortedMembers
            }
            return .object(sorted)
        }
    }
}

extension JSONNumber {
    fileprivate var asJacksonWritesIt: JSONNumber {
        if isInteger { return text == "-0" ? JSONNumber(0) : self }
        return JSONNumber(parsing: bigDecimalText ?? text) ?? self
    }

    /// What `BigDecimal.toString` makes of it; `nil` if the exponent is beyond those that it has.
    private var bigDecimalText: String? {
        let parts = text.split { $0 == "e" || $0 == "E" }
        guard let mantissa = parts.first, let exponent = parts.count > 1 ? Int32(parts[1]) : 0 else { return nil }
        let halves = mantissa.split(separator: ".")
        let fraction = halves.count > 1 ? halves[1] : ""
        var digits = (halves.first ?? "") + fraction
        let isNegative = digits.hasPrefix("-")
        if isNegative { digits.removeFirst() }
        digits = digits.drop { $0 == "0" }
        if digits.isEmpty { digits = "0" }
        let scale = fraction.utf8.count - Int(exponent)
        let adjusted = digits.utf8.count - 1 - scale
        let sign = isNegative && digits != "0" ? "-" : ""
        if scale >= 0, adjusted >= -6 {
            if scale == 0 { return "\(sign)\(digits)" }
            let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
            return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
        }
        let tail = digits.dropFirst()
        let fractionOfOne = tail.isEmpty ? "" : ".\(tail)"
        return "\(sign)\(digits.prefix(1))\(fractionOfOne)E\(adjusted > 0 ? "+" : "")\(adjusted)"
    }
}
