/// A JSON number with the digits it was written with.
///
/// `1.50` stays `1.50` and an integer of forty digits keeps them all. Two numbers are equal when their text is.
public struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
    /// The number as the document has it; always valid JSON.
    public let text: String

    /// Creates a number from text that the parser has checked.
    init(validated text: String) { self.text = text }

    /// Creates a number from an integer.
    public init(_ value: Int64) { text = String(value) }

    /// Creates a number from a floating-point value, written as Java writes it.
    ///
    /// - Returns: `nil` for NaN and the infinities, which JSON cannot carry.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.javaDescription
    }

    /// Creates a number from a 32-bit floating-point value, written as Java writes it.
    ///
    /// - Returns: `nil` for NaN and the infinities, which JSON cannot carry.
    public init?(_ value: Float) {
        guard value.isFinite else { return nil }
        text = value.javaDescription
    }

    /// Creates a number from text.
    ///
    /// - Returns: `nil` when the text is not one complete JSON number.
    public init?(parsing text: String) {
        guard case .number(let number) = try? JSONParser.parse(Array(text.utf8)), number.text == text else { return nil }
        self = number
    }

    /// Whether the number was written without fraction and exponent.
    public var isInteger: Bool { !text.utf8.contains { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 } }

    /// The value when it is an integer of 64 bits.
    public var int64: Int64? { isInteger ? Int64(text) : nil }

    /// The nearest floating-point value.
    public var double: Double { Double(text) ?? (text.hasPrefix("-") ? -.infinity : .infinity) }

    public var description: String { text }
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
