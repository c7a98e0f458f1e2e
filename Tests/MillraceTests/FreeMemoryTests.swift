import Foundation
import Testing

@testable import millrace

@Suite struct FreeMemoryTests {
    @Test func smallProcessesAreLeftAlone() {
        func status(_ kilobytes: String) -> String {
            "Name:\tmillrace\nVmRSS:\t   90000 kB\nRssAnon:\t   \(kilobytes) kB\nRssFile:\t 1 kB\n"
        }
        let least = FreeMemory.leastFilled / 1024
        #expect(FreeMemory.isWorthwhile(status: status("\(least)")))
        #expect(!FreeMemory.isWorthwhile(status: status("\(least - 1)")))
        // What the system does not say is no reason.
        #expect(!FreeMemory.isWorthwhile(status: "VmRSS: 90000 kB\n"))
        #expect(!FreeMemory.isWorthwhile(status: status("many")))
        #expect(!FreeMemory.isWorthwhile(status: nil))
    }

    @Test func codeIsKeptWhereADebuggerLooks() {
        #expect(FreeMemory.mayLetGoOfCode(status: "Name:\tmillrace\nTracerPid:\t0\nUid:\t0\n"))
        #expect(!FreeMemory.mayLetGoOfCode(status: "Name:\tmillrace\nTracerPid:\t77\n"))
        #expect(!FreeMemory.mayLetGoOfCode(status: nil))
    }

    @Test func codeIsWhatIsExecutedOfTheProgramAlone() {
        let maps = """
            55e0a0000000-55e0a0001000 r--p 00000000 fe:00 77  /opt/my server/millrace
            55e0a0001000-55e0a3001000 r-xp 00001000 fe:00 77  /opt/my server/millrace
            55e0a3001000-55e0a3002000 rwxp 03001000 fe:00 77  /opt/my server/millrace
            55e0a4000000-55e0a4001000 rw-p 00000000 00:00 0   [heap]
            7f0000000000-7f0000001000 r-xp 00000000 fe:00 78  /usr/lib/libc.so.6
            7f0000002000-7f0000003000 r-xp 00000000 00:00 0
            nonsense r-xp 00000000 fe:00 77 /opt/my server/millrace
            """
        #expect(
            FreeMemory.codeParts(of: "/opt/my server/millrace", in: maps) == [0x55e0_a000_1000..<0x55e0_a300_1000])
    }

    #if os(Linux)
    /// The code of this very process goes, and comes back where it goes on.
    @Test func codeThatIsLetGoComesBack() throws {
        func fileMemory() throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
            return try #require(Int(line.split(whereSeparator: \.isWhitespace)[1]))
        }
        let before = try fileMemory()
        FreeMemory.letGoOfCode()
        #expect(try fileMemory() < before)
    }
    #endif
}
