/// The memory that a writer fills and a frame's slices keep alive.
@safe final class FrameStorage: @unchecked Sendable {
    // Sendable because only the one writer that made it writes, and only before it hands out the first slice.
    let memory: UnsafeMutableRawBufferPointer

    init(capacity: Int) {
        unsafe memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { unsafe memory.deallocate() }
}
