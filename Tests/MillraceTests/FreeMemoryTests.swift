import Testing

@testable import millrace

@Suite struct FreeMemoryTests {
    /// Whether memory is due at each of these, one after the other.
    private func due(_ memory: inout FreeMemory, _ filled: [Int]) -> [Bool] {
        filled.map { memory.isDue(filled: $0) }
    }

    @Test func memoryIsGivenBackWhereTheProcessHasGrown() {
        let (small, large, growth) = (20 << 20, 400 << 20, FreeMemory.leastGrowth)
        var memory = FreeMemory()
        // Due until it was done; then what is left counts.
        let first = due(&memory, [small, small + growth - 1, small + growth, small + growth])
        #expect(first == [false, false, true, true])
        memory.noteGivenBack(filled: large)
        // One that has become smaller by itself grows from there.
        let second = due(&memory, [large + growth, large + large / 4, small, small + growth])
        #expect(second == [false, true, false, true])
    }

    @Test func theSystemIsUnderstood() {
        let status = "Name:\tmillrace\nVmRSS:\t   90000 kB\nRssAnon:\t   12345 kB\nRssFile:\t 1 kB\n"
        #expect(FreeMemory.filledBytes(status: status) == 12345 * 1024)
        #expect(FreeMemory.filledBytes(status: "VmRSS: 1 kB\n") == nil)
        #expect(FreeMemory.filledBytes(status: "RssAnon:\t many\n") == nil)
    }
}
