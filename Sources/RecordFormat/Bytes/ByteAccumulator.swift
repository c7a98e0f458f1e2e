/// Bytes being written: owned memory that grows by doubling and becomes a ``ByteSlice`` without a copy.
///
/// One owner, one thread.
@safe public struct ByteAccumulator: ~Copyable {
    @usableFromInline var storage: ByteStorage
    @usableFromInline var memory: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    /// The number of bytes written so far.
    public private(set) var count = 0

    /// Creates an empty accumulator with room for `capacity` bytes.
    public init(capacity: Int) {
        self.capacity = max(capacity, 64)
        storage = ByteStorage(capacity: self.capacity)
        unsafe memory = storage.memory.baseAddress!
    }

    /// Makes sure that `additional` bytes fit without growing again.
    @inlinable public mutating func reserve(_ additional: Int) {
        if capacity - count < additional { grow(by: additional) }
    }

    @usableFromInline mutating func grow(by additional: Int) {
        let larger = max(capacity * 2, count + additional)
        let next = ByteStorage(capacity: larger)
        unsafe next.memory.copyMemory(from: UnsafeRawBufferPointer(start: memory, count: count))
        storage = next
        unsafe memory = next.memory.baseAddress!
        capacity = larger
    }

    /// Appends a copy of `bytes`.
    public mutating func append(_ bytes: RawSpan) {
        reserve(bytes.byteCount)
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (memory + count).copyMemory(from: start, byteCount: source.count)
        }
        count += bytes.byteCount
    }

    /// Appends an integer in big-endian order.
    public mutating func append<Integer: FixedWidthInteger & BitwiseCopyable>(bigEndian value: Integer) {
        let size = MemoryLayout<Integer>.size
        reserve(size)
        unsafe memory.storeBytes(of: value.bigEndian, toByteOffset: count, as: Integer.self)
        count += size
    }

    /// Lets `body` write at most `room` bytes behind those already there; it returns how many it wrote.
    public mutating func appendUninitialized<Failure: Error>(
        room: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        reserve(room)
        let written = unsafe try body(UnsafeMutableRawBufferPointer(start: memory + count, count: room))
        precondition(written >= 0 && written <= room, "more bytes written than there is room for")
        count += written
    }

    /// Calls `body` with everything written so far, for patching lengths and checksums in.
    public mutating func withUnsafeMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        unsafe body(UnsafeMutableRawBufferPointer(start: memory, count: count))
    }

    /// The bytes written.
    public consuming func finish() -> ByteSlice {
        unsafe ByteSlice(owner: storage, unsafeBytes: UnsafeRawBufferPointer(start: memory, count: count))
    }
}
