/// Numbers for people, the same in every locale.
extension Double {
    /// The number with so many digits behind the point at most, and no zeros at its end.
    ///
    /// - Precondition: Not negative, and below 2^63 when shifted by that many digits.
    func text(fractionDigits: Int) -> String {
        precondition(self >= 0, "numbers below 0 are not written")
        var scale = 1
        for _ in 0..<fractionDigits { scale *= 10 }
        var (whole, rest) = Int((self * Double(scale)).rounded()).quotientAndRemainder(dividingBy: scale)
        var text = "\(whole)" + (rest > 0 ? "." : "")
        while rest > 0 {
            scale /= 10
            (whole, rest) = rest.quotientAndRemainder(dividingBy: scale)
            text += "\(whole)"
        }
        return text
    }

    /// Three significant digits and the letter of the magnitude: 1,500,000 is `1.5M`.
    var magnitudeText: String { text(in: [("", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9)]) }

    /// A time in nanoseconds with three significant digits, in the unit that people would take.
    var durationText: String { text(in: [(" ns", 1), (" µs", 1e3), (" ms", 1e6), (" s", 1e9)]) }

    private func text(in units: [(name: String, size: Double)]) -> String {
        // What would be rounded to a thousand of a unit is one of the next.
        let unit = units.first { self / $0.size < 999.5 } ?? units[units.count - 1]
        let value = self / unit.size
        return value.text(fractionDigits: value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2) + unit.name
    }
}
