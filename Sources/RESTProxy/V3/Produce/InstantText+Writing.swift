import RecordFormat

extension InstantText {
    /// The text of a moment in UTC, such as `2026-11-22T10:00:00.250Z`; without a fraction where there is none. Years of more than
    /// four digits, and those before 0, have a sign, and are written only.
    static func text(of time: Timestamp) -> String {
        let days = floorDivide(time.milliseconds, 86_400_000)
        let (year, month, day) = date(ofDay: days)
        // Not by taking the days away: the first and the last of them are not whole.
        let milliseconds = (time.milliseconds % 86_400_000 + 86_400_000) % 86_400_000
        let seconds = milliseconds / 1000
        let fraction = milliseconds % 1000
        // Most years have four digits; others have a sign, and as many as they need.
        let digits = max(4, String(year.magnitude).utf8.count)
        return String(unsafeUninitializedCapacity: digits + 21) { bytes in
            var end = 0
            let sign: Unicode.Scalar? = year < 0 ? "-" : year > 9999 ? "+" : nil
            write(sign, abs(year), digits: digits, to: bytes, &end)
            write("-", month, digits: 2, to: bytes, &end)
            write("-", day, digits: 2, to: bytes, &end)
            write("T", seconds / 3600, digits: 2, to: bytes, &end)
            write(":", seconds / 60 % 60, digits: 2, to: bytes, &end)
            write(":", seconds % 60, digits: 2, to: bytes, &end)
            if fraction != 0 { write(".", fraction, digits: 3, to: bytes, &end) }
            bytes[end] = UInt8(ascii: "Z")
            return end + 1
        }
    }

    /// Writes a mark, if there is one, and a number with as many digits as are asked for.
    private static func write(
        _ mark: Unicode.Scalar?, _ number: Int64, digits: Int, to bytes: UnsafeMutableBufferPointer<UInt8>,
        _ end: inout Int
    ) {
        if let mark {
            bytes[end] = UInt8(ascii: mark)
            end += 1
        }
        var number = number
        for place in (end..<end + digits).reversed() {
            bytes[place] = UInt8(ascii: "0") + UInt8(number % 10)
            number /= 10
        }
        end += digits
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
}
