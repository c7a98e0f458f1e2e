import RecordFormat

/// A moment as a calendar in UTC shows it.
struct CivilTime: Sendable, Hashable {
    static let millisecondsPerDay: Int64 = 86_400_000

    var year: Int64
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    var second = 0
    var millisecond = 0

    /// Days since 1970-01-01, by the Gregorian calendar, also before there was one.
    private(set) var daysSinceEpoch: Int64

    /// The calendar's view of a moment in milliseconds since 1970.
    init(_ milliseconds: Int64) {
        let (days, rest) = milliseconds.flooredDivision(by: Self.millisecondsPerDay)
        daysSinceEpoch = days
        (year, month, day) = Self.date(ofDay: days)
        hour = Int(rest / 3_600_000)
        minute = Int(rest / 60_000 % 60)
        second = Int(rest / 1_000 % 60)
        millisecond = Int(rest % 1_000)
    }

    /// From Sunday, 0, to Saturday, 6.
    var weekday: Int { Int((daysSinceEpoch + 4).flooredDivision(by: 7).rest) }

    /// From 1.
    var dayOfYear: Int { Int(daysSinceEpoch - Self.days(toYear: year, month: 1, day: 1)) + 1 }

    /// Days from 1970-01-01 to a date; months and days beyond their ranges count on, as Java's lenient calendars do.
    static func days(toYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let (years, monthIndex) = (month - 1).flooredDivision(by: 12)
        // Years begin in March here, so that the leap day is a year's last.
        let shifted = monthIndex < 2
        let year = year + years - (shifted ? 1 : 0)
        let monthFromMarch = shifted ? monthIndex + 10 : monthIndex - 2
        let (era, yearOfEra) = year.flooredDivision(by: 400)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(ofDay days: Int64) -> (year: Int64, month: Int, day: Int) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), Int(month), Int(day))
    }
}

extension Int64 {
    /// Quotient towards minus infinity, and the rest, which is never negative.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
