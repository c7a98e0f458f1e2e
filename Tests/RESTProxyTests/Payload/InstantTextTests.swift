import Testing

@testable import RESTProxy

@Suite struct InstantTextTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-22T22:30:15Z", 1_795_386_615_000),
            ("2026-11-22T22:30:15.5Z", 1_795_386_615_500), ("2026-11-22T22:30:15.123456789Z", 1_795_386_615_123),
            ("2026-11-22T23:30:15+01:00", 1_795_386_615_000), ("2026-11-22T17:00:15-0530", 1_795_386_615_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("2000-03-01T00:00Z", 951_868_800_000),
            ("1969-12-31T23:59:59Z", -1000),
        ] as [(String, Int64)])
    func timesAreMilliseconds(text: String, expected: Int64) {
        #expect(InstantText.milliseconds(of: text) == expected)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx",
        "2026-1-1T00:00:00Z", "2026-01-01T00:00:00+25:00", "yesterday", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
    ])
    func whatIsNoTimeIsRefused(text: String) { #expect(InstantText.milliseconds(of: text) == nil) }
}
