internal import Synchronization

/// What a pool asks of those whose room it may need.
protocol ResidencePoolMember: AnyObject, Sendable {
    /// Its place in the pool, -1 while it has none; for the pool alone, under its lock.
    var seat: Int { get set }

    /// Whether it holds something that it may give back.
    var canGiveBack: Bool { get }

    /// Gives back what it holds unless that was used since it was asked the last time.
    ///
    /// - Parameter mayWait: Whether it may sync unwritten changes for that, or keeps what has any.
    func giveBack(mayWait: Bool) -> ResidenceAnswer
}

/// What became of a request to give back.
enum ResidenceAnswer {
    /// It was given back.
    case givenBack
    /// It is in use, or was not long ago.
    case kept
    /// It has not been used for long, but has changes that would have to be synced first.
    case unsynced
    /// There is nothing to be had.
    case nothing
}

/// One kind of resource that a process has a limited number of, and those who hold one without using it.
///
/// A clock: members stand in a ring, a hand goes round; who was used since it came by last is passed over once more.
///
/// Thread rule: any thread. No member is asked while the pool's lock is held, and a member asks the pool while it holds
/// none of its own.
final class ResidencePool: Sendable {
    private struct Ring {
        var members: [any ResidencePoolMember] = []
        var hand = 0
    }

    /// Members that are looked at for one without unwritten changes, before one with changes is made to sync them.
    private static let cleanSearch = 64
    /// Members that are made to give back for one that wants in. What they gave may still be in use elsewhere: going on
    /// until there is room would send all of them away.
    private static let evictionsPerRequest = 4

    private let limit: Int
    private let taken = Atomic(0)
    private let evictions = Atomic(0)
    private let ring = Mutex(Ring())

    init(limit: Int) { self.limit = limit }

    /// The number of resources that exist.
    var count: Int { taken.load(ordering: .relaxed) }
    /// The number that members have been made to give back.
    var evictionCount: Int { evictions.load(ordering: .relaxed) }

    /// Counts a resource that is about to be taken, and has others given back if there are too many.
    ///
    /// Where all others are in use, the limit is passed: it is half of what the system grants.
    func take() {
        guard taken.add(1, ordering: .relaxed).newValue > limit else { return }
        for _ in 0..<Self.evictionsPerRequest where count > limit { guard makeRoom() else { return } }
    }

    /// Opens a file for which there is room now; counted until ``release()``.
    ///
    /// - Throws: ``LogError`` for what `call` answers; before the process's own limit is an error, others give back.
    func opening(_ path: String, _ call: () -> Int32) throws(LogError) -> Int32 {
        take()
        do throws(LogError) {
            do throws(LogError) { return try LogError.checking("open", path: path, call) } catch {
                guard error.code == .tooManyOpenFiles, makeRoom() else { throw error }
                return try LogError.checking("open", path: path, call)
            }
        } catch {
            release()
            throw error
        }
    }

    /// Counts a resource as gone.
    func release() { taken.subtract(1, ordering: .relaxed) }

    /// Has one member give back what it holds, though the limit is not reached: the system has said that there is no
    /// more.
    ///
    /// - Returns: Whether one did.
    func makeRoom() -> Bool {
        var steps = 0
        var unsynced = 0
        while let (member, count) = next(), steps < 3 * count {
            steps += 1
            switch member.giveBack(mayWait: unsynced >= Self.cleanSearch || steps > 2 * count) {
            case .givenBack:
                dismiss(member)
                evictions.add(1, ordering: .relaxed)
                return true
            case .unsynced: unsynced += 1
            case .nothing: dismiss(member)
            case .kept: continue
            }
        }
        return false
    }

    /// Removes a member that holds nothing; one that has taken something again meanwhile comes back.
    private func dismiss(_ member: any ResidencePoolMember) {
        leave(member)
        if member.canGiveBack { enter(member) }
    }

    /// The member at the hand, which moves on, and how many there are.
    private func next() -> (member: any ResidencePoolMember, count: Int)? {
        ring.withLock { ring in
            guard !ring.members.isEmpty else { return nil }
            if ring.hand >= ring.members.count { ring.hand = 0 }
            defer { ring.hand += 1 }
            return (ring.members[ring.hand], ring.members.count)
        }
    }

    /// Adds a member that holds something now.
    func enter(_ member: any ResidencePoolMember) {
        ring.withLock { ring in
            guard member.seat < 0 else { return }
            member.seat = ring.members.count
            ring.members.append(member)
        }
    }

    /// Removes a member.
    func leave(_ member: any ResidencePoolMember) {
        ring.withLock { ring in
            let seat = member.seat
            guard seat >= 0 else { return }
            let last = ring.members.removeLast()
            if seat < ring.members.count {
                ring.members[seat] = last
                last.seat = seat
            }
            member.seat = -1
        }
    }
}
