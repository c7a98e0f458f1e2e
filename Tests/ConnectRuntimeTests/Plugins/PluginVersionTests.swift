import Testing

@testable import ConnectRuntime

@Suite struct PluginVersionTests {
    /// Each is older than the next.
    private static let ascending = [
        "undefined", "0.9", "1-alpha1", "1-alpha2", "1.0-beta-1", "1-m1", "1.0-rc1", "1.0-RC2", "1-SNAPSHOT", "1.0",
        "1-sp",
        "1-abc", "1-xyz", "1-1", "1-2", "1.0.1", "1.0.1.1", "1.1-alpha", "1.1", "1.2", "1.10",
        "1.99999999999999999999998", "1.99999999999999999999999", "2", "10",
    ]

    @Test func versionsAreOrderedAsMavenOrdersThem() {
        let versions = Self.ascending.map(PluginVersion.init)
        for (index, version) in versions.enumerated() {
            for (other, next) in versions.enumerated() {
                let name = Comment(rawValue: "\(Self.ascending[index]) and \(Self.ascending[other])")
                #expect((version < next) == (index < other), name)
                #expect((version == next) == (index == other), name)
            }
        }
    }

    @Test(arguments: [
        ("1", "1.0.0"), ("1", "1."), ("1", "1-"), ("1", "1.0-0.0"), ("1", "1.ga"), ("1", "1-FINAL"), ("1", "1.release"),
        ("1.0-rc1", "1.0.CR1"), ("1a1", "1-alpha-1"), ("1.0b2", "1-beta-2"), ("1m3", "1-MILESTONE-3"),
        ("1.0.0.x", "1-x"),
        ("01.002", "1.2"), ("1..2", "1.0.2"), ("", "0"),
    ]) func whatMakesNoDifferenceIsEqual(first: String, second: String) {
        let (first, second) = (PluginVersion(first), PluginVersion(second))
        #expect(first == second && !(first < second) && !(second < first))
        #expect(first.hashValue == second.hashValue)
    }

    @Test func lettersStandForPhasesOnlyBeforeANumber() {
        #expect(PluginVersion("1-a") != PluginVersion("1-alpha"))
        #expect(PluginVersion("1-a") > PluginVersion("1"))
        #expect(PluginVersion("1-a1") < PluginVersion("1"))
    }
}
