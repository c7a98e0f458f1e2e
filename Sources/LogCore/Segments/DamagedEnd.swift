internal import RecordFormat

/// Damage behind the last good batch of a segment, where records were that someone was promised.
///
/// The bytes stay in the file for a person to look at, and are no part of the segment's ``LogSegment/size``, which ends
/// with a good batch. Who asks for the offsets that they held is told, and not led past them.
///
/// - SeeAlso: docs/decisions/0060-damage-at-a-segments-end-is-met-by-readers.md
struct DamagedEnd: Sendable {
    /// The first offset that is lost; so are all behind it, up to the next segment's base.
    var firstOffset: LogOffset
    /// What there is to say of it, with file and position.
    var error: LogError
}

extension LogSegment {
    /// - Throws: ``LogError`` with code `.corruptBatch` if damage at the segment's end took offsets below `bound`.
    func checkEnd(below bound: LogOffset) throws(LogError) {
        guard let end = damagedEnd, end.firstOffset < bound else { return }
        throw end.error
    }
}
