import RecordFormat

extension InstantText {
    /// The text of a moment in UTC, such as `2026-11-22T10:00:00.250Z`; without a fraction where there is none.
    static func text(of time: Timestamp) -> String {
        let days = floorDivide(time.milliseconds, 86_400_000)
        let (year, month, day) = date(ofDay: days)
        let milliseconds = time.milliseconds - days * 86_400_000
        let seconds = milliseconds / 1000
        let fraction = milliseconds % 1000
        let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        let rest = fraction == 0 ? "" : "." + String(String(fraction + 1000).dropFirst())
        return "\(four(year))-\(two(month))-\(two(day))T\(clock)\(rest)Z"
    }

    // MARK: The calendar

    /// The date of a day counted from 1970-01-01, in years that begin with March: their leap days come last.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }

    private static func four(_ number: Int64) -> String {
        guard number >= 0 else { return String(number) }
        return String(repeating: "0", count: max(0, 4 - String(number).count)) + String(number)
    }
}
