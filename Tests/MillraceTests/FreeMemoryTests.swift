import Testing

@testable import millrace

@Suite struct FreeMemoryTests {
    @Test func memoryIsGivenBackWhereTheProcessHasGrown() {
        let (small, large) = (20 << 20, 400 << 20)
        var memory = FreeMemory()
        #expect(!memory.isDue(filled: small))
        #expect(!memory.isDue(filled: small + FreeMemory.leastGrowth - 1))
        #expect(memory.isDue(filled: small + FreeMemory.leastGrowth))
        // Still due until it was done; then what is left counts.
        #expect(memory.isDue(filled: small + FreeMemory.leastGrowth))
        memory.noteGivenBack(filled: large)
        #expect(!memory.isDue(filled: large + FreeMemory.leastGrowth))
        #expect(memory.isDue(filled: large + large / 4))
        // One that has become smaller by itself grows from there.
        #expect(!memory.isDue(filled: small))
        #expect(memory.isDue(filled: small + FreeMemory.leastGrowth))
    }

    @Test func theSystemIsUnderstood() {
        let status = "Name:\tmillrace\nVmRSS:\t   90000 kB\nRssAnon:\t   12345 kB\nRssFile:\t 1 kB\n"
        #expect(FreeMemory.filledBytes(status: status) == 12345 * 1024)
        #expect(FreeMemory.filledBytes(status: "VmRSS: 1 kB\n") == nil)
        #expect(FreeMemory.filledBytes(status: "RssAnon:\t many\n") == nil)
    }
}
