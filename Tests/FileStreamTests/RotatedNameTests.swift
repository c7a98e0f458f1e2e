import Testing

@testable import FileStream

@Suite struct RotatedNameTests {
    @Test(arguments: [
        ("app.log.1", RotatedName.Mark.number(1)), ("app.log.0", .number(0)), ("app.log.000120", .number(120)),
        ("app.12.log", .number(12)),
        ("app.log-20261122", .time([2026, 11, 22])), ("app.log.20261122", .time([2026, 11, 22])),
        ("app.log_2026-11-22", .time([2026, 11, 22])),
        ("app.log-20261122-1763800000", .time([2026, 11, 22, 1_763_800_000])),
        ("app.log.2026-11-22", .time([2026, 11, 22])), ("app.log.2026-11-22_10-30", .time([2026, 11, 22, 10, 30])),
        ("app.log.20261122-101500", .time([2026, 11, 22, 101_500])), ("app.log-2026112210", .time([2026, 11, 22, 10])),
        ("app.log-1763800000", .time([1_763_800_000])), ("app.log.2026-11", .time([2026, 11])),
        ("app-2026-11-22.log", .time([2026, 11, 22])), ("app.2026-11-22.3.log", .time([2026, 11, 22, 3])),
        ("app-11-22-2026-1.log", .time([2026, 11, 22, 1])),
        ("app-2026-11-22T10-30-00.125.log", .time([2026, 11, 22, 10, 30, 0, 125])),
        ("app.log.2026-11-22T10:30:00Z", .time([2026, 11, 22, 10, 30, 0])),
    ])
    func namesOfOldFilesAreKnown(_ name: String, _ mark: RotatedName.Mark) throws {
        let rotated = try #require(RotatedName(name, of: "app.log"))
        #expect(rotated.mark == mark && !rotated.isCompressed && rotated.plain == name)
        for ending in [".gz", ".xz", ".bz2", ".zst"] {
            let compressed = try #require(RotatedName(name + ending, of: "app.log"))
            #expect(compressed.mark == mark && compressed.isCompressed)
            #expect(compressed.plain == name && compressed.name == name + ending)
        }
    }

    @Test(arguments: [
        "app.log", "app.log.gz", "app.log.bak", "app.log.1.bak", "app.log.1.2", "app.log1", "app.log-1", "app.log.",
        "app.log.-1", "app.log.1.", "app.log.1234567", "app-2.log", "app_3.log", "app1.log", "app..log", "app.1.txt",
        "app.old.log", "app-20261322.log", "app-20261132.log", "app-1763800000.log", "app.log.18991122", "other.log.1",
        "app.log.2026-11-22-1-2-3-4-5-6", "app.log.99999999999999999999", "app.log.１", "app.log-v2", "log.1", "",
        ".1.log",
    ])
    func otherNamesAreNotTaken(_ name: String) { #expect(RotatedName(name, of: "app.log") == nil) }

    @Test func aNameWithoutAnEndingIsFollowedByTheMark() {
        #expect(RotatedName("messages-20261122.xz", of: "messages")?.mark == .time([2026, 11, 22]))
        #expect(RotatedName(".log.1", of: ".log")?.mark == .number(1))
        #expect(RotatedName(".1.log", of: ".log") == nil)
        #expect(RotatedName("app-2026-11-22.1.log", of: "app-2026-11-22.log")?.mark == .number(1))
    }

    @Test func greaterNumbersAndEarlierTimesAreOlder() throws {
        let names = try ["app.log-20251231", "app-2026-11-22.log", "app-2026-11-22.1.log", "app.log.10", "app.log.9"]
            .map { try #require(RotatedName($0, of: "app.log")) }
        for (index, name) in names.enumerated() {
            for (other, its) in names.enumerated() { #expect(name.isOlder(than: its) == (index < other)) }
        }
    }
}
