internal import RecordFormat

/// Batches that recovery found good above the recovery point, and that the device may not have.
///
/// They have to be written again before a sync can vouch for them: after a sync that failed, in this process or the one
/// before, the kernel counts pages as clean that it never wrote.
///
/// - SeeAlso: docs/decisions/0020-recovery-trusts-the-device-only.md
struct UnpromisedBytes {
    /// The segment that they lie in.
    var segment: LogSegment
    /// Where in its log file.
    let range: Range<Int>

    /// What is left of them in a log whose last segment, at `base`, is cut to `size` bytes; `nil` if nothing is.
    ///
    /// What is appended there afterwards is another's: writing again what was read before would undo it.
    func clamped(to size: Int, of base: LogOffset) -> UnpromisedBytes? {
        guard segment.baseOffset <= base else { return nil }
        guard segment.baseOffset == base else { return self }
        let rest = range.clamped(to: 0..<size)
        return rest.isEmpty ? nil : UnpromisedBytes(segment: segment, range: rest)
    }
}
