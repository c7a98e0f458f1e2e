import Foundation
import ServerHarness
import Testing

@testable import millrace_bench

struct ProgramSearchTests {
    @Test func theFirstThatCanBeStartedIsFound() throws {
        let directory = try TemporaryDirectory()
        let (program, text) = (directory.path("program"), directory.path("text"))
        for path in [program, text] { try Data().write(to: URL(filePath: path)) }
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: text)
        #expect(ProgramSearch.find([text, program]) == program)
        #expect(ProgramSearch.find([text, directory.path("none")]) == nil)
        // By the path, as a shell does.
        #expect(ProgramSearch.find(["no-such-program", "sh"])?.hasSuffix("/sh") == true)
        #expect(ProgramSearch.find(["no-such-program"]) == nil)
    }
}
