import RecordFormat

extension ConnectValue: CustomStringConvertible {
    /// The value as Java's `toString` shows it, which is what connectors that write text write.
    public var description: String {
        switch self {
        case .null: "null"
        case .int8(let value): String(value)
        case .int16(let value): String(value)
        case .int32(let value): String(value)
        case .int64(let value): String(value)
        case .float32(let value): value.javaDescription
        case .float64(let value): value.javaDescription
        case .boolean(let value): String(value)
        case .string(let text): text
        // Java shows an array's identity here, which helps nobody; the text of the bytes does.
        case .bytes(let bytes): bytes.string
        case .array(let elements): "[" + elements.map(\.description).joined(separator: ", ") + "]"
        case .map(let map):
            "{" + map.map { "\($0.key.description)=\($0.value.description)" }.joined(separator: ", ") + "}"
        case .structure(let structure):
            "Struct{"
                + structure.schema.fields.enumerated().compactMap { index, field in
                    structure[index].isNull ? nil : "\(field.name)=\(structure[index].description)"
                }.joined(separator: ",") + "}"
        }
    }
}

extension BinaryFloatingPoint where Self: LosslessStringConvertible {
    /// The shortest digits that give the value back, laid out as Java's `toString` does: `1.0E10` from ten million on.
    ///
    /// Records that a Kafka Connect worker wrote before and the ones written here then carry the same text.
    public var javaDescription: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
        if self == 0 { return sign == .minus ? "-0.0" : "0.0" }
        let (digits, exponent) = shortestDigits
        let sign = self < 0 ? "-" : ""
        // Java writes plain decimals from 10^-3 up to below 10^7 and computerised scientific notation elsewhere.
        if exponent < -3 || exponent >= 7 {
            let fraction = digits.count > 1 ? String(digits.dropFirst()) : "0"
            return "\(sign)\(digits.prefix(1)).\(fraction)E\(exponent)"
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let padding = String(repeating: "0", count: exponent + 1 - whole.count)
        let fraction = digits.dropFirst(exponent + 1)
        return sign + whole + padding + "." + (fraction.isEmpty ? "0" : fraction)
    }

    /// The significant digits without trailing zeros, and the power of ten of the first one.
    private var shortestDigits: (digits: String, exponent: Int) {
        let parts = magnitude.description.split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1)
        let whole = mantissa[0]
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - 1
        var digits = Substring(String(whole) + String(fraction))
        while digits.count > 1, digits.first == "0" {
            digits = digits.dropFirst()
            exponent -= 1
        }
        while digits.count > 1, digits.last == "0" { digits = digits.dropLast() }
        return (String(digits), exponent)
    }
}
