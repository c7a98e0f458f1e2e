import ConnectAPI
import Testing

@testable import ConnectRuntime

@Suite struct VersionRequirementTests {
    @Test(arguments: [
        ("latest", "", "0.1 1.0 2.0 undefined"), ("1.0", "0.9 1.0.1 2", "1.0 1 1.0.0"), ("[1.0]", "0.9 1.0.1", "1.0"),
        (" [1.0, 2.0) ", "0.9 2.0 2.1", "1.0 1.5 2.0-rc1"), ("(1.0,2.0]", "1.0 2.0.1", "1.0.1 2.0"),
        ("(,2.0]", "2.1", "0.1 2.0 undefined"), ("[1.0,)", "0.9 1.0-SNAPSHOT", "1.0 99"), ("(,)", "", "1 undefined"),
        ("(,1.0],[1.2,)", "1.1", "1.0 1.2"), ("[1.0] , [2.0]", "1.5", "1.0 2.0"), ("1.0-beta", "1.0", "1-BETA"),
    ]) func aRequirementAdmitsWhatItSays(text: String, refused: String, admitted: String) throws {
        let requirement = try VersionRequirement(text)
        for version in refused.split(separator: " ") { #expect(!requirement.admits(PluginVersion(String(version)))) }
        for version in admitted.split(separator: " ") { #expect(requirement.admits(PluginVersion(String(version)))) }
    }

    @Test(arguments: [
        ("latest", "latest"), (" 1.0 ", "[1.0]"), ("[1.0 , 2.0)", "[1.0,2.0)"), ("(,2.0]", "(,2.0]"),
        ("[1],[2]", "[1],[2]"),
    ]) func errorsShowItInBrackets(text: String, shown: String) throws {
        #expect(try VersionRequirement(text).description == shown)
    }

    @Test(arguments: [
        ("[1.0,2.0", "Unbounded range: [1.0,2.0"), ("(1.0]", "Single version must be surrounded by []: (1.0]"),
        ("[2.0,1.0]", "Range defies version ordering: [2.0,1.0]"),
        ("[1.0,1.0)", "Range defies version ordering: [1.0,1.0)"), ("[1,3],[2,4]", "Ranges overlap: [1,3],[2,4]"),
        ("[1,2],x", "Only fully-qualified sets allowed in multiple set scenario: [1,2],x"),
    ]) func wrongRangesAreRefusedInMavensWords(text: String, message: String) {
        let error = #expect(throws: ConnectError.self) { try VersionRequirement(text) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message == message)
    }

    @Test(arguments: ["", " ", "[]", "1.0,2.0", "1.0 2.0", "1.0]", "[1,2,3]", "[[1.0]"])
    func whatIsNoVersionIsRefusedWithAnExample(text: String) {
        let error = #expect(throws: ConnectError.self) { try VersionRequirement(text) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.hasSuffix("a version is written as 1.0 or [1.0], a range of them as [1.0,2.0)") == true)
    }
}
