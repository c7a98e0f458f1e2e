import ConnectAPI
import RecordFormat
import Testing

@testable import ConnectPlugins

@Suite struct DatePatternTests {
    static let time = Records.time

    @Test(arguments: [
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2017-01-03T06:30:01.864Z"), ("yyyyMMdd", "20170103"), ("yy/M/d", "17/1/3"),
        ("EEE, d MMM yyyy HH:mm:ss Z", "Tue, 3 Jan 2017 06:30:01 +0000"), ("EEEE MMMM", "Tuesday January"),
        ("h:mm a", "6:30 AM"), ("K kk D u G z", "6 06 3 2 AD UTC"), ("''yyyy''", "'2017'"),
        ("'o''clock' HH", "o'clock 06"),
        ("SSSSSS", "000864"), ("yyyyy", "02017"), ("MMM", "Jan"),
    ])
    func momentsAreWrittenAsByJava(pattern: String, text: String) throws {
        #expect(try DatePattern(pattern).string(from: Self.time) == text)
    }

    @Test(arguments: [
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2017-01-03T07:30:01.864+01:00", Records.time),
        ("yyyyMMddHHmmssSSS", "20170103063001864", Records.time), ("yyyy-MM-dd", "1970-01-01 and more", 0),
        ("yyyy-MM-dd", "2024-02-30", 1_709_251_200_000), ("yyyy-MM-dd", "1969-12-31", -86_400_000),
        ("d MMMM yyyy", "29 February 2000", 951_782_400_000),
        ("dd MMM yyyy hh:mm a z", "03 jan 2017 12:15 am GMT-02:00", 1_483_409_700_000),
        ("HH:mm", "25:61", 93_660_000), ("yy", "17", 1_483_228_800_000), ("D yyyy", "60 2024", 1_709_164_800_000),
        ("G y", "BC 1", -62_167_219_200_000), ("s", "1", 1_000), ("EEE d.M.y", "Tue 3.1.2017", 1_483_401_600_000),
    ])
    func momentsAreReadAsByJava(pattern: String, text: String, expected: Int64) throws {
        let now = Timestamp(milliseconds: 1_763_800_000_000)
        #expect(try DatePattern(pattern, now: now).milliseconds(from: text) == expected)
    }

    @Test(arguments: [
        ("yyyy-MM-dd", "2017/01/03"), ("yyyy", "x"), ("MMM", "Foo"), ("X", "east"), ("HH:mm", "12"),
        ("yyyyMMdd", "2017x103"),
    ])
    func whatIsNotOfThePatternIsNoMoment(pattern: String, text: String) throws {
        #expect(try DatePattern(pattern).milliseconds(from: text) == nil)
    }

    @Test(arguments: ["yyyy-bb", "'open", "XXXX", "YYYY"]) func patternsWithoutMeaningAreRefused(pattern: String) {
        #expect(throws: ConnectError.self) { try DatePattern(pattern) }
    }

    /// Every day of 800 years, there and back.
    @Test func daysAreTheCalendars() {
        var expected = (year: Int64(1600), month: 1, day: 1)
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var days = CivilTime.days(toYear: 1600, month: 1, day: 1)
        while expected.year < 2400 {
            let time = CivilTime(days * CivilTime.millisecondsPerDay)
            guard time.year == expected.year, time.month == expected.month, time.day == expected.day,
                CivilTime.days(toYear: time.year, month: Int64(time.month), day: Int64(time.day)) == days
            else {
                Issue.record("day \(days) is \(time), not \(expected)")
                return
            }
            let isLeap = expected.year % 4 == 0 && (expected.year % 100 != 0 || expected.year % 400 == 0)
            let length = lengths[expected.month - 1] + (expected.month == 2 && isLeap ? 1 : 0)
            days += 1
            expected.day += 1
            if expected.day > length { (expected.month, expected.day) = (expected.month + 1, 1) }
            if expected.month > 12 { (expected.year, expected.month) = (expected.year + 1, 1) }
        }
        #expect(CivilTime(0).weekday == 4, "a Thursday")
    }
}
