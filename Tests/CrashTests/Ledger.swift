/// What one producer sent to its topic over all rounds, and what a reader has found there so far.
struct Ledger {
    /// Whether the producer may send a batch again after a lost answer.
    enum Mode: String {
        /// It may, and the server drops the second one: everything sent is there once.
        case idempotent
        /// It never does: what was not acknowledged is there once or not at all.
        case plain
    }

    let mode: Mode
    /// The number that the next record gets.
    private(set) var nextNumber = 0
    /// The offset that the next reading starts at.
    private(set) var nextOffset = 0
    private(set) var acknowledged = 0
    private(set) var lost = 0
    /// What was wrong, in words; empty when all is well.
    private(set) var problems: [String] = []
    private var lastNumber = -1

    init(_ mode: Mode) {
        self.mode = mode
    }

    var topic: String { "crash-\(mode.rawValue)" }

    /// Takes in one round: what was sent and acknowledged in it, and what a reader then found from ``nextOffset`` on.
    ///
    /// - Parameters:
    ///   - sent: How many records the producer handed over.
    ///   - acknowledgements: Number and offset of every acknowledged record.
    ///   - found: Offset and number of every record found, in the order of reading.
    mutating func takeIn(
        round: Int, sent: Int, acknowledgements: [(number: Int, offset: Int)], found: [(offset: Int, number: Int)]
    ) {
        let place = Dictionary(found.map { ($0.number, $0.offset) }) { first, _ in first }
        for (offset, number) in found {
            if number <= lastNumber { problems.append("round \(round): record \(number) after \(lastNumber)") }
            if number >= nextNumber + sent { problems.append("round \(round): record \(number) was never sent") }
            if offset != nextOffset { problems.append("round \(round): offset \(offset) instead of \(nextOffset)") }
            lastNumber = number
            nextOffset = offset + 1
        }
        for (number, offset) in acknowledgements where place[number] != offset {
            lost += place[number] == nil ? 1 : 0
            let seen = place[number].map { "found at \($0)" } ?? "not found"
            problems.append("round \(round): record \(number) acknowledged at \(offset), \(seen)")
        }
        if mode == .idempotent, found.count != sent || acknowledgements.count != sent {
            problems.append(
                "round \(round): \(sent) sent, \(acknowledgements.count) acknowledged, \(found.count) found")
        }
        nextNumber += sent
        acknowledged += acknowledgements.count
    }
}
