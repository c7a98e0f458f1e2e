/// The right to write, as records of ours carry it in a header.
///
/// A writer claims it with a NOOP whose claim is above every one that it has read; records whose claim is below one that was
/// read before them count for nothing, so that what an earlier writer still has on its way does no harm. Records without
/// one, which others write, always count.
///
/// Of two that claim the same epoch the one with the greater name wins, whatever their order in the topic: compaction keeps
/// the last NOOP alone, and what counts must be the same before and after.
struct WriterClaim: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Counts the claims.
    var epoch: Int64
    /// Who claims: a number made up for each claim.
    var writer: UInt64

    /// The header's name.
    static let header = "millrace.writer"

    init(epoch: Int64, writer: UInt64) {
        self.epoch = epoch
        self.writer = writer
    }

    /// Reads a header's value; `nil` for anything else.
    init?(parsing text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let epoch = Int64(parts[0]), epoch >= 0, let writer = UInt64(parts[1], radix: 16) else {
            return nil
        }
        self.init(epoch: epoch, writer: writer)
    }

    static func < (left: WriterClaim, right: WriterClaim) -> Bool {
        (left.epoch, left.writer) < (right.epoch, right.writer)
    }

    /// The header's value.
    var description: String { "\(epoch):\(String(writer, radix: 16))" }
}
