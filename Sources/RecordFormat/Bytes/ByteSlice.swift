/// Immutable bytes that share their storage: a slice costs a reference, never a copy.
///
/// A slice keeps the object alive that owns its memory, be it an array's, a network buffer's or a file mapping's. Safe
/// to use from any thread: nothing writes to the bytes once a slice of them exists. The one exception is
/// ``withUnsafeMutableBytes(_:)``, which its caller may use only on bytes that no one else can see yet.
@safe public struct ByteSlice: @unchecked Sendable {
    // Sendable because the owner is only retained and released, and the memory behind `base` is not written to.
    @usableFromInline let owner: AnyObject?
    @usableFromInline let base: UnsafeRawPointer?
    /// The number of bytes.
    public let count: Int

    /// The slice without bytes.
    public static let empty = unsafe ByteSlice(owner: nil, base: nil, count: 0)

    @inlinable init(owner: AnyObject?, base: UnsafeRawPointer?, count: Int) {
        self.owner = owner
        unsafe self.base = base
        self.count = count
    }

    /// Creates a view of memory that `owner` keeps alive and unchanged.
    ///
    /// - Parameters:
    ///   - owner: Retained as long as the slice or any part of it lives.
    ///   - bytes: Memory that is valid as long as `owner` lives and not written to after this call.
    @inlinable public init(owner: AnyObject, unsafeBytes bytes: UnsafeRawBufferPointer) {
        unsafe self.init(owner: owner, base: bytes.baseAddress, count: bytes.count)
    }

    /// Creates a copy of `bytes`.
    public init(copying bytes: RawSpan) {
        let (owner, memory) = unsafe ByteStorage.make(capacity: bytes.byteCount)
        unsafe bytes.withUnsafeBytes { unsafe memory.copyMemory(from: $0) }
        unsafe self.init(owner: owner, unsafeBytes: UnsafeRawBufferPointer(memory))
    }

    /// Creates a copy of `bytes`.
    public init(_ bytes: [UInt8]) { unsafe self.init(copying: bytes.span.bytes) }

    /// Creates a copy of a string's UTF-8 bytes.
    public init(_ string: String) {
        var string = string
        self = string.withUTF8 { utf8 in
            let (owner, memory) = unsafe ByteStorage.make(capacity: utf8.count)
            unsafe memory.copyMemory(from: UnsafeRawBufferPointer(utf8))
            return unsafe ByteSlice(owner: owner, unsafeBytes: UnsafeRawBufferPointer(memory))
        }
    }

    /// Creates new bytes by letting `body` fill them; it returns how many it wrote.
    public init<Failure: Error>(
        unsafeCapacity capacity: Int, initializingWith body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        let (owner, memory) = unsafe ByteStorage.make(capacity: capacity)
        let count = unsafe try body(memory)
        precondition(count >= 0 && count <= capacity, "more bytes written than there is room for")
        unsafe self.init(owner: owner, base: UnsafeRawPointer(memory.baseAddress), count: count)
    }

    /// Whether there are no bytes.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The bytes, for as long as the slice is borrowed.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        @inlinable get {
            let span = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: base, count: count))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Calls `body` with the bytes, which must not leave it.
    @inlinable public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Calls `body` with the bytes for writing in place.
    ///
    /// The append path stamps base offset and leader epoch into a batch this way, before any reader can have it.
    ///
    /// - Precondition: No other thread reads these bytes now, and whoever else holds them expects the change.
    @inlinable public func withUnsafeMutableBytes<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe try body(UnsafeMutableRawBufferPointer(mutating: UnsafeRawBufferPointer(start: base, count: count)))
    }

    /// The part of the bytes in `range`, sharing the storage.
    ///
    /// - Precondition: `range` lies within `0..<count`.
    @inlinable public subscript(range: Range<Int>) -> ByteSlice {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside of the bytes")
        return unsafe ByteSlice(owner: owner, base: base.map { unsafe $0 + range.lowerBound }, count: range.count)
    }

    /// The byte at `index`.
    ///
    /// - Precondition: `index` lies within `0..<count`.
    @inlinable public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "index outside of the bytes")
        return unsafe base!.load(fromByteOffset: index, as: UInt8.self)
    }

    /// The bytes as an array of their own.
    public var array: [UInt8] { unsafe withUnsafeBytes { unsafe [UInt8]($0) } }

    /// The bytes as text, with each part that is not UTF-8 replaced by U+FFFD.
    public var string: String { unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) } }

    /// Whether the bytes are UTF-8, so that ``string`` replaces nothing.
    public var isUTF8: Bool {
        unsafe withUnsafeBytes { bytes in
            let elements = unsafe Span(_unsafeElements: bytes.bindMemory(to: UInt8.self))
            return (try? UTF8Span(validating: elements)) != nil
        }
    }

    /// The bytes as text, or `nil` when they are not UTF-8.
    public var validatedString: String? { unsafe withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) } }
}

extension ByteSlice: Hashable {
    /// Whether both hold the same.
    public static func == (left: ByteSlice, right: ByteSlice) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.withUnsafeBytes { a in unsafe right.withUnsafeBytes { b in unsafe a.elementsEqual(b) } }
    }

    /// Feeds the value to a hasher.
    public func hash(into hasher: inout Hasher) { unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) } }
}

/// Heap memory with one owner, freed with it.
@usableFromInline @safe final class ByteStorage: @unchecked Sendable {
    // Sendable because no byte is written once a slice has it.
    @usableFromInline let memory: UnsafeMutableRawBufferPointer

    @usableFromInline init(capacity: Int) {
        // 64: a cache line, so that CRC and copies start aligned. What is small starts where malloc has it, which is four
        // times as fast as asking it for a place of that kind, and costs a small batch more than its checksum.
        unsafe memory = .allocate(byteCount: capacity, alignment: capacity < Self.pieceLimit ? 16 : 64)
    }

    deinit { unsafe memory.deallocate() }

    /// What is smaller need not begin at a cache line, and is one piece of memory with its owner where it never grows.
    private static let pieceLimit = 4096

    /// Memory, and what keeps it: a small value costs one allocation instead of two.
    static func make(capacity: Int) -> (owner: AnyObject, memory: UnsafeMutableRawBufferPointer) {
        guard capacity < pieceLimit else {
            let storage = ByteStorage(capacity: capacity)
            return unsafe (storage, storage.memory)
        }
        let piece = ManagedBuffer<Void, UInt8>.create(minimumCapacity: capacity) { _ in }
        // The elements of such a buffer stay where they are as long as it lives.
        let start = unsafe piece.withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
        return unsafe (piece, UnsafeMutableRawBufferPointer(start: start, count: capacity))
    }
}
