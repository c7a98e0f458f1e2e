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

    /// Creates a number with the shortest digits that give the floating-point value back.
    ///
    /// - Returns: `nil` for NaN and the infinities, which JSON cannot carry.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// Creates a number with the shortest digits that give the floating-point value back.
    ///
    /// - Returns: `nil` for NaN and the infinities, which JSON cannot carry.
    public init?(_ value: Float) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// Creates a number from text.
    ///
    /// - Returns: `nil` when the text is not one complete JSON number.
    public init?(parsing text: String) {
        guard case .number(let number) = try? JSONParser.parse(Array(text.utf8)), number.text == text else {
            return nil
        }
        self = number
    }

    /// Whether the number was written without fraction and exponent.
    public var isInteger: Bool { !text.utf8.contains { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 } }

    /// The value when it is an integer of 64 bits.
    public var int64: Int64? { isInteger ? Int64(text) : nil }

    /// The nearest floating-point value.
    public var double: Double { Double(text) ?? (text.hasPrefix("-") ? -.infinity : .infinity) }

    /// The value as text, for logs and messages.
    public var description: String { text }
}
