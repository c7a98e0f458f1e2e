import DequeModule
import KafkaProtocol

/// The requests of one connection that have no answer yet, oldest first: a single one, or several that may be under way
/// together; what memory they take, and how they ended.
///
/// Bound to the connection's event loop.
struct RequestSlots {
    /// How a request ended.
    enum Outcome {
        case answer(EncodedFrame)
        /// The protocol wants no answer (produce with acks=0).
        case silence
        /// No answer can be given; the connection ends once those before it are sent.
        case failure(any Error)
    }

    private struct Slot {
        /// Bytes of the request.
        var size: Int
        var isPipelined: Bool
        var outcome: Outcome?
        /// The wait to end when the connection does.
        var waiter: (any Abandonable)?
        /// Room that its memory takes, given back once it is handled.
        var room: RequestMemory.Room?
        /// Whether its memory is kept until it is answered.
        var isKept = false
    }

    private let memory: RequestMemory
    private var slots: Deque<Slot> = []
    /// The number of the oldest; each request has one more than that before it.
    private var first: UInt64 = 0
    /// Bytes of the requests.
    private(set) var byteCount = 0
    /// Bytes of requests whose memory is kept until they are answered.
    private(set) var keptByteCount = 0

    init(memory: RequestMemory) { self.memory = memory }

    var count: Int { slots.count }
    var isEmpty: Bool { slots.isEmpty }

    /// Whether those under way may have others beside them.
    var arePipelined: Bool { slots.first?.isPipelined ?? true }

    /// Begins a request; returns its number.
    mutating func begin(size: Int, isPipelined: Bool, room: RequestMemory.Room?) -> UInt64 {
        byteCount += size
        slots.append(Slot(size: size, isPipelined: isPipelined, room: room))
        return first + UInt64(slots.count - 1)
    }

    /// The place of the request with this number, if it is not answered.
    private func index(of number: UInt64) -> Int? {
        guard number >= first, number - first < slots.count else { return nil }
        return Int(number - first)
    }

    // MARK: - Waiting

    /// Names what waits for the answer, to be told if there will be none; at once if nobody waits for it any more.
    mutating func hold(_ waiter: any Abandonable, for number: UInt64) {
        guard let index = index(of: number) else { return waiter.abandon() }
        slots[index].waiter = waiter
    }

    /// Has the memory of a request counted until it is answered.
    mutating func keepMemory(of number: UInt64) {
        guard let index = index(of: number), !slots[index].isKept else { return }
        slots[index].isKept = true
        keptByteCount += slots[index].size
        if slots[index].room == nil { memory.add(slots[index].size) }
    }

    /// Notes that a request is decoded into objects or appended; what it waits for takes none of its memory, unless that is
    /// kept.
    mutating func didStart(_ number: UInt64) {
        guard let index = index(of: number), !slots[index].isKept, slots[index].room != nil else { return }
        giveBackMemory(at: index)
    }

    private mutating func giveBackMemory(at index: Int) {
        if let room = slots[index].room.take() {
            memory.release(room)
        } else if slots[index].isKept {
            memory.subtract(slots[index].size)
        }
        if slots[index].isKept { keptByteCount -= slots[index].size }
        slots[index].isKept = false
    }

    // MARK: - The end

    /// Notes how a request ended.
    ///
    /// - Returns: Whether no earlier one holds its answer back.
    mutating func complete(_ number: UInt64, _ outcome: Outcome) -> Bool {
        guard let index = index(of: number) else { return false }
        slots[index].outcome = outcome
        slots[index].waiter = nil
        return index == 0
    }

    /// Takes out the oldest request if it has ended.
    mutating func popEnded() -> Outcome? {
        guard let outcome = slots.first?.outcome else { return nil }
        giveBackMemory(at: 0)
        byteCount -= slots.removeFirst().size
        first += 1
        return outcome
    }

    /// Ends all without an answer, and whoever comes with one later: the connection has ended.
    mutating func abandonAll() {
        for index in slots.indices {
            slots[index].waiter?.abandon()
            giveBackMemory(at: index)
        }
        first += UInt64(slots.count)
        slots.removeAll()
        byteCount = 0
    }
}
