/// The numbers that JSON has no words for, as Java's JSON writer and reader have them.
enum AvroFloatText {
    /// The number that a text stands for; `nil` if it is no such number.
    static func value(of text: String) -> Double? {
        switch text {
        case "NaN": Double.nan
        case "Infinity", "INF": Double.infinity
        case "-Infinity", "-INF": -Double.infinity
        default: nil
        }
    }

    /// The text of a number that is not finite.
    static func text(isNaN: Bool, isNegative: Bool) -> String { isNaN ? "NaN" : isNegative ? "-Infinity" : "Infinity" }
}
