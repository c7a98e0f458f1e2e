import RecordFormat
import Testing

@Suite struct ByteSlabTests {
    /// Pieces of all sizes, as they come from a reused buffer: none changes when later ones are made.
    @Test func slicesAreWhatTheyWereCopiedFrom() {
        var slab = ByteSlab()

        var made: [(slice: ByteSlice, bytes: [UInt8])] = []
        for index in 0..<4000 {
            let count = index % 50 == 0 ? index * 31 % 10_000 : index % 97
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: count)
            made.append((slab.copy(bytes.span.bytes), bytes))
        }
        #expect(made.allSatisfy { $0.slice.array == $0.bytes })
    }

    @Test func nothingTakesNoMemory() {
        var slab = ByteSlab()
        #expect(slab.copy([UInt8]().span.bytes).isEmpty)
    }
}
