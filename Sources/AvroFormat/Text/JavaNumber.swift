import JSON

/// Numbers as Java writes them: `1.0E10`, where Swift has `1e+10`.
///
/// A schema that went through Java has them so, and its text has to stay as it is.
enum JavaNumber {
    /// The same value, with each number that is no integer as Java has it.
    static func written(in value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .string: return value
        case .number(let number): return .number(written(number))
        case .array(let elements): return .array(elements.map(written(in:)))
        case .object(let object):
            var changed = JSONObject()
            for member in object { changed[member.name] = written(in: member.value) }
            return .object(changed)
        }
    }

    private static func written(_ number: JSONNumber) -> JSONNumber {
        if number.isInteger { return number.text == "-0" ? JSONNumber(0) : number }
        guard number.double.isFinite else { return number }
        return JSONNumber(parsing: text(number.double)) ?? number
    }

    /// The text of a finite number, from the shortest digits that give it back.
    static func text(_ value: Double) -> String { text(ofShortest: value.description) }

    /// The text of a finite number, from the shortest digits that give it back.
    static func text(_ value: Float) -> String { text(ofShortest: value.description) }

    private static func text(ofShortest description: String) -> String {
        let isNegative = description.hasPrefix("-")
        let parts = description.drop { $0 == "-" }.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = mantissa.joined()
        // Where the point stands, counted from the first digit.
        var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        let leading = digits.prefix { $0 == "0" }.count
        digits.removeFirst(leading)
        point -= leading
        while digits.last == "0" { digits.removeLast() }
        let sign = isNegative ? "-" : ""
        guard !digits.isEmpty else { return sign + "0.0" }
        switch point {
        case -2...0: return "\(sign)0.\(String(repeating: "0", count: -point))\(digits)"
        case 1...7:
            let whole = digits.prefix(point)
            let fraction = digits.dropFirst(point)
            let zeros = String(repeating: "0", count: point - whole.count)
            return "\(sign)\(whole)\(zeros).\(fraction.isEmpty ? "0" : fraction)"
        default:
            let fraction = digits.dropFirst()
            return "\(sign)\(digits.prefix(1)).\(fraction.isEmpty ? "0" : fraction)E\(point - 1)"
        }
    }
}
