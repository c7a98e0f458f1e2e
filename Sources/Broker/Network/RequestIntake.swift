import NIOCore

/// The requests of one connection as they come: cut from the stream, the large ones with room for them.
///
/// Bound to the connection's event loop.
final class RequestIntake {
    /// A whole request, and the room that it has.
    struct Request {
        var frame: ByteBuffer
        var room: RequestMemory.Room?
    }

    private let memory: RequestMemory
    private var frames: FrameStream
    private let loop: any EventLoop
    /// Room for the request that is coming, its own or waited for.
    private var room: RequestMemory.Room?
    /// Tells that request from those before it.
    private var roomNumber: UInt64 = 0
    private(set) var waitsForRoom = false
    /// Takes up what had to wait.
    private let proceed: () -> Void
    /// Ends the connection, whose client is too slow with a request.
    private let giveUp: (any Error) -> Void

    /// A large request that had not come whole when others had waited for its room for long.
    private struct TooSlow: Error, CustomStringConvertible {
        var byteCount: Int

        var description: String {
            "a request of \(byteCount) bytes was too slow in coming while others waited for memory "
                + "(queued.max.request.bytes)"
        }
    }

    init(
        memory: RequestMemory, maxFrameSize: Int, loop: any EventLoop, proceed: @escaping () -> Void,
        giveUp: @escaping (any Error) -> Void
    ) {
        self.memory = memory
        frames = FrameStream(maxSize: maxFrameSize)
        self.loop = loop
        self.proceed = proceed
        self.giveUp = giveUp
    }

    /// Takes in what arrived.
    func append(_ bytes: ByteBuffer) { frames.append(bytes) }

    /// Whether nothing waits to be cut or to be completed.
    var isEmpty: Bool { frames.isEmpty }

    /// Whether a large request is coming for which no memory may be used yet.
    var isHeldBack: Bool { frames.sizeHeldBack != nil }

    /// The next whole request, or `nil` until more bytes or room come.
    ///
    /// - Parameter mayTakeRoom: Whether a large request could be started when it is here. One that had to wait for those
    ///   before it would keep its room for as long as they like, a long poll for hours.
    func next(mayTakeRoom: Bool) throws -> Request? {
        while true {
            if let frame = try frames.next() {
                let room = self.room.take()
                if let room { memory.didArrive(room) }
                return Request(frame: frame, room: room)
            }
            guard let size = frames.sizeHeldBack, room == nil, mayTakeRoom, take(size) else { return nil }
            frames.admit()
        }
    }

    private func take(_ byteCount: Int) -> Bool {
        let bound = NIOLoopBound(self, eventLoop: loop)
        roomNumber += 1
        let number = roomNumber
        let room = RequestMemory.Room(byteCount: byteCount) { [loop] in
            loop.execute { bound.value.didGetRoom() }
        } revoked: { [loop] in
            loop.execute { bound.value.didLoseRoom(number) }
        }
        self.room = room
        if memory.take(room) { return true }
        waitsForRoom = true
        pressWhileWaiting()
        return false
    }

    private func didGetRoom() {
        // Unless the connection has ended meanwhile.
        guard waitsForRoom, room != nil else { return }
        waitsForRoom = false
        frames.admit()
        proceed()
    }

    private func didLoseRoom(_ number: UInt64) {
        // Unless the request has come whole meanwhile; there may be another one by now.
        guard number == roomNumber, let room else { return }
        giveUp(TooSlow(byteCount: room.byteCount))
    }

    /// Has the slowest of those that have room lose it, as long as this one waits.
    private func pressWhileWaiting() {
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.assumeIsolated().scheduleTask(in: memory.patience) {
            let intake = bound.value
            guard intake.waitsForRoom else { return }
            intake.memory.revokeSlowest()
            intake.pressWhileWaiting()
        }
    }

    /// Takes nothing more, and gives up what it has.
    func stop() {
        frames = FrameStream(maxSize: 0)
        waitsForRoom = false
        if let room = room.take() { memory.release(room) }
    }
}
