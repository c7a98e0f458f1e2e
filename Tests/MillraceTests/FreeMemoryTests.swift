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
}
