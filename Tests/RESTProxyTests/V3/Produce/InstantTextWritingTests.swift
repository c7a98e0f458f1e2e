import RecordFormat
import Testing

@testable import RESTProxy

@Suite struct InstantTextWritingTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.001Z"), (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_612_552_482_250, "2021-02-05T19:14:42.250Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func momentsHaveATextAndBack(milliseconds: Int64, text: String) {
        #expect(InstantText.text(of: Timestamp(milliseconds: milliseconds)) == text)
        #expect(InstantText.milliseconds(of: text) == milliseconds)
    }

    @Test(
        arguments: [
            ("2021-02-05T20:14:42+01:00", 1_612_552_482_000), ("2021-02-05T14:44:42-0430", 1_612_552_482_000),
            ("2021-02-05T19:14Z", 1_612_552_440_000), ("2021-02-05T19:14:42.123456Z", 1_612_552_482_123),
            ("2021-02-05t19:14:42.5z", 1_612_552_482_500), ("2021-02-05T21:14:42+02", 1_612_552_482_000),
        ] as [(String, Int64)])
    func othersFormsAreRead(text: String, milliseconds: Int64) {
        #expect(InstantText.milliseconds(of: text) == milliseconds)
    }

    /// Years before 0 and of more than four digits have a sign, as in ISO 8601; whatever a record has for its time has a text.
    @Test(
        arguments: [
            (253_402_300_800_000, "+10000-01-01T00:00:00Z"), (-62_167_219_200_001, "-0001-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00Z"), (.min, "-292275055-05-16T16:47:04.192Z"),
            (.max, "+292278994-08-17T07:12:55.807Z"),
        ] as [(Int64, String)])
    func farYearsHaveAText(milliseconds: Int64, text: String) {
        #expect(InstantText.text(of: Timestamp(milliseconds: milliseconds)) == text)
    }

    /// Every day of four centuries, against counting them.
    @Test func daysFollowEachOther() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var day: Int64 = 0
        for year in 1970..<2370 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for month in 1...12 {
                for date in 1...(lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)) {
                    let time = Timestamp(milliseconds: day * 86_400_000)
                    let text = InstantText.text(of: time)
                    let expected = "\(year)-\(month < 10 ? "0" : "")\(month)-\(date < 10 ? "0" : "")\(date)T00:00:00Z"
                    if text != expected || InstantText.milliseconds(of: expected) != time.milliseconds {
                        Issue.record("day \(day) is \(text), not \(expected)")
                        return
                    }
                    day += 1
                }
            }
        }
    }
}
