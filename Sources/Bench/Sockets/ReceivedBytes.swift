import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What came over a connection and was not taken yet, in one piece of memory.
///
/// The memory grows with what has come and never with what the other end announces, up to ``limit``. One owner, one thread.
struct ReceivedBytes: ~Copyable {
    /// Memory that is used again and again.
    private final class Room {
        let memory: UnsafeMutableRawBufferPointer

        init(capacity: Int) { memory = .allocate(byteCount: capacity, alignment: 64) }

        deinit { memory.deallocate() }
    }

    /// The most bytes that wait to be taken: nothing that the other end says at once may be longer.
    static let limit = 100 << 20
    /// Room that there is for each piece that comes.
    private static let spare = 256 << 10

    private var room: Room
    /// What was received and not taken yet.
    private var held = 0..<0

    /// - Parameter capacity: Bytes of memory to begin with: about as many are received at once.
    init(capacity: Int = 1 << 20) { room = Room(capacity: capacity) }

    /// How many bytes wait.
    var count: Int { held.count }

    /// The bytes that wait.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: room.memory[held]))
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// A stretch of the bytes that wait, to be used before the next are received.
    func slice(_ range: Range<Int>) -> ByteSlice {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes that have not come")
        let start = held.lowerBound + range.lowerBound
        return ByteSlice(
            owner: room, unsafeBytes: UnsafeRawBufferPointer(rebasing: room.memory[start..<start + range.count]))
    }

    /// Takes the first bytes away.
    mutating func drop(_ taken: Int) {
        precondition(taken >= 0 && taken <= held.count, "bytes that have not come")
        held = held.lowerBound + taken..<held.upperBound
        if held.isEmpty { held = 0..<0 }
    }

    /// Adds what a socket has.
    ///
    /// - Parameter flags: What `recv` is told.
    /// - Returns: What `recv` returned.
    /// - Throws: ``BenchFailure`` where ``limit`` bytes wait already.
    mutating func receive(from descriptor: Int32, flags: Int32 = 0) throws -> Int {
        try makeRoom(for: Self.spare)
        let count = recv(
            descriptor, room.memory.baseAddress! + held.upperBound, room.memory.count - held.upperBound, flags)
        if count > 0 { held = held.lowerBound..<held.upperBound + count }
        return count
    }

    /// Adds bytes, as if they had been received.
    mutating func append(_ bytes: [UInt8]) throws {
        try makeRoom(for: bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: room.memory[held.upperBound...]).copyBytes(from: bytes)
        held = held.lowerBound..<held.upperBound + bytes.count
    }

    /// Makes sure of room behind what is held: moves that to the front, or gets more memory.
    private mutating func makeRoom(for needed: Int) throws {
        guard room.memory.count - held.upperBound < needed else { return }
        guard held.count < Self.limit else {
            throw BenchFailure(description: "\(held.count) bytes have come that have no end")
        }
        var target = room
        if room.memory.count - held.count < needed || held.count > room.memory.count / 2 {
            target = Room(capacity: max(2 * room.memory.count, held.count + needed))
        }
        memmove(target.memory.baseAddress!, room.memory.baseAddress! + held.lowerBound, held.count)
        room = target
        held = 0..<held.count
    }
}
