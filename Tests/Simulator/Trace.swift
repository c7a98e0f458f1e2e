/// What happened, as a hash of everything and as the last events in words.
struct Trace {
    /// One thing that happened: a word and its numbers, so that nothing is put into text unless someone reads it.
    struct Entry {
        let time: Int
        let word: StaticString
        let node: Int
        let numbers: (Int, Int, Int)
    }

    /// How many of the last events are kept.
    let kept: Int

    /// A hash of all events (FNV-1a over the moments of all and the numbers of those noted).
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private var last: [Entry] = []
    private var oldest = 0

    init(keeping kept: Int) { self.kept = kept }

    /// Notes an event.
    mutating func note(
        _ word: StaticString, at time: Int, node: Int = -1, _ first: Int = 0, _ second: Int = 0, _ third: Int = 0
    ) {
        for number in [word.utf8CodeUnitCount, node, first, second, third] { mix(number) }
        let entry = Entry(time: time, word: word, node: node, numbers: (first, second, third))
        if last.count < kept {
            last.append(entry)
        } else {
            last[oldest] = entry
            oldest = (oldest + 1) % kept
        }
    }

    /// Takes a number into the hash, such as the moment of a step.
    mutating func mix(_ number: Int) { hash = (hash ^ UInt64(bitPattern: Int64(number))) &* 0x100_0000_01B3 }

    /// The last events, oldest first, one a line.
    var text: String {
        (last[oldest...] + last[..<oldest]).map { entry in
            let (first, second, third) = entry.numbers
            return "  \(entry.time) µs  node \(entry.node)  \(entry.word) \(first) \(second) \(third)"
        }.joined(separator: "\n")
    }
}
