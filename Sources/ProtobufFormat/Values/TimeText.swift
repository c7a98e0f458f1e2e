/// Timestamps and durations as text.
enum TimeText {
    private static let nanosPerSecond: Int64 = 1_000_000_000
    /// The first second of the year 1 and the last of 9999.
    private static let timestamps: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
    /// Ten thousand years either way.
    private static let durations: ClosedRange<Int64> = -315_576_000_000...315_576_000_000

    // MARK: Timestamps

    /// RFC 3339 in UTC, with as many digits of the fraction as are needed: none, three, six or nine.
    static func timestamp(seconds: Int64, nanos: Int64) -> String? {
        guard timestamps.contains(seconds), (0..<nanosPerSecond).contains(nanos) else { return nil }
        let day = (seconds - modulo(seconds, 86400)) / 86400
        let second = modulo(seconds, 86400)
        let (year, month, dayOfMonth) = date(day)
        let time = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T\(time)\(fraction(nanos))Z"
    }

    /// Seconds and nanoseconds of a text in RFC 3339; `nil` where it is none.
    static func timestamp(_ text: String) -> (seconds: Int64, nanos: Int64)? {
        var rest = Substring(text)
        guard let year = number(&rest, 4), take("-", &rest), let month = number(&rest, 2), take("-", &rest),
            let day = number(&rest, 2), take("T", &rest) || take("t", &rest), let hour = number(&rest, 2),
            take(":", &rest), let minute = number(&rest, 2), take(":", &rest), let second = number(&rest, 2),
            (1...12).contains(month), day >= 1, day <= days(in: month, of: year), hour < 24, minute < 60, second < 60,
            let nanos = nanos(&rest), let offset = offset(&rest), rest.isEmpty
        else { return nil }
        let seconds = dayNumber(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
        return timestamps.contains(seconds) ? (seconds, nanos) : nil
    }

    private static func offset(_ rest: inout Substring) -> Int64? {
        if take("Z", &rest) || take("z", &rest) { return 0 }
        let sign: Int64
        if take("+", &rest) { sign = 1 } else if take("-", &rest) { sign = -1 } else { return nil }
        guard let hour = number(&rest, 2), take(":", &rest), let minute = number(&rest, 2), hour < 24, minute < 60
        else {
            return nil
        }
        return sign * (hour * 3600 + minute * 60)
    }

    // MARK: Durations

    /// Seconds with an `s`.
    static func duration(seconds: Int64, nanos: Int64) -> String? {
        guard durations.contains(seconds), abs(nanos) < nanosPerSecond,
            seconds == 0 || nanos == 0
                || (seconds < 0) == (nanos < 0)
        else { return nil }
        let sign = seconds < 0 || nanos < 0 ? "-" : ""
        return "\(sign)\(abs(seconds))\(fraction(abs(nanos)))s"
    }

    /// Seconds and nanoseconds of a text; `nil` where it is none.
    static func duration(_ text: String) -> (seconds: Int64, nanos: Int64)? {
        var rest = Substring(text)
        let sign: Int64 = take("-", &rest) ? -1 : 1
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let seconds = Int64(digits), durations.contains(seconds) else { return nil }
        rest = rest.dropFirst(digits.count)
        guard let nanos = nanos(&rest), take("s", &rest), rest.isEmpty else { return nil }
        return (sign * seconds, sign * nanos)
    }

    // MARK: Pieces

    private static func fraction(_ nanos: Int64) -> String {
        if nanos == 0 { return "" }
        if nanos % 1_000_000 == 0 { return "." + padded(nanos / 1_000_000, 3) }
        if nanos % 1000 == 0 { return "." + padded(nanos / 1000, 6) }
        return "." + padded(nanos, 9)
    }

    /// A fraction of up to nine digits, 0 where there is none.
    private static func nanos(_ rest: inout Substring) -> Int64? {
        guard take(".", &rest) else { return 0 }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return Int64(digits + String(repeating: "0", count: 9 - digits.count))
    }

    private static func number(_ rest: inout Substring, _ count: Int) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.utf8.count == count, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest = rest.dropFirst(count)
        return Int64(digits)
    }

    private static func take(_ character: Character, _ rest: inout Substring) -> Bool {
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func padded(_ value: Int64, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    private static func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }

    // MARK: The calendar, in which a year begins in March so that the leap day is its last

    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted - modulo(shifted, 400)) / 400
        let yearOfEra = modulo(shifted, 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func date(_ dayNumber: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = dayNumber + 719_468
        let era = (days - modulo(days, 146_097)) / 146_097
        let dayOfEra = modulo(days, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }
}
