/// Small pieces of bytes, copied one after the other into larger ones that they share.
///
/// A slice costs a reference instead of memory of its own, which another thread would have to give back. Each keeps the
/// larger piece alive that it is part of, so this is for bytes that are let go of soon and together, such as those of
/// records on their way into a batch. One owner, one thread; its slices may go to any.
@safe package struct ByteSlab: ~Copyable {
    private static let pieceSize = 8192
    /// What is larger has memory of its own: it would leave too much of a piece empty.
    private static let copyLimit = pieceSize / 4

    private var piece: ByteStorage?
    private var used = 0

    /// Creates one without memory.
    package init() {}

    /// Makes a slice that is a copy of `bytes`.
    package mutating func copy(_ bytes: RawSpan) -> ByteSlice {
        let count = bytes.byteCount
        guard count > 0 else { return .empty }
        guard count <= Self.copyLimit else { return ByteSlice(copying: bytes) }
        let piece = pieceWithRoom(count)
        // What other slices have of the piece lies before this, and is not written to again.
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: piece.memory[used..<used + count])
        unsafe bytes.withUnsafeBytes { unsafe room.copyMemory(from: $0) }
        used += count
        return unsafe ByteSlice(owner: piece, unsafeBytes: UnsafeRawBufferPointer(room))
    }

    private mutating func pieceWithRoom(_ count: Int) -> ByteStorage {
        if let piece, used + count <= Self.pieceSize { return piece }
        let next = ByteStorage(capacity: Self.pieceSize)
        piece = next
        used = 0
        return next
    }
}
