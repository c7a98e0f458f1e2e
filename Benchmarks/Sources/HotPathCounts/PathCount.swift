import Foundation

/// What was counted on one path.
struct PathCount {
    /// The path's name.
    var path: String
    /// For each time that it was taken.
    var each: Double

    /// A line of a table.
    ///
    /// - Parameter decimals: Digits behind the point.
    func line(decimals: Int) -> String {
        path.padding(toLength: 36, withPad: " ", startingAt: 0) + Self.text(each, decimals: decimals, width: 14)
    }

    /// A number at the right of a column.
    static func text(_ number: Double, decimals: Int, width: Int = 0) -> String {
        let text = String(format: "%.\(decimals)f", number)
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
