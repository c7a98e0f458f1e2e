internal import Synchronization

/// Something that takes one of the process's limited resources as long as it exists.
protocol ResidentResource: AnyObject, Sendable {
    /// Whether it has changes that may not be on the device.
    var isDirty: Bool { get }
    /// Makes changes durable; returns whether they are.
    func clean() -> Bool
}

extension ResidentResource {
    var isDirty: Bool { false }
    func clean() -> Bool { true }
}

/// Someone who keeps a reference of its own to a resource, to be spared the way through its ``Resident``.
protocol ResidentHolder: AnyObject, Sendable {
    /// Drops that reference and runs `body`, unless it was used since it was asked the last time.
    ///
    /// - Returns: What `body` answers; `nil` if it was not run.
    func letGo(_ body: () -> ResidenceAnswer) -> ResidenceAnswer?
}

/// A file or mapping that is opened when it is used, and may be closed again when others need the room.
///
/// Users get a reference of their own: what is given back here lives until the last of them is done.
///
/// A file with unsynced changes is synced before it is closed. Closed without, a device error that comes later could be
/// forgotten by the kernel along with the file, and a sync through the next descriptor would report success:
///
/// 1. records are written, the file is closed, and the kernel fails to write its pages, which count as clean then;
/// 2. memory is short, and the kernel drops what it knows of the file, that error included;
/// 3. a flush opens the file and syncs it: there is nothing to do, and the recovery point passes records that are lost.
///
/// Thread rule: any thread.
final class Resident<Resource: ResidentResource>: ResidencePoolMember {
    private struct State {
        var resource: Resource?
        var isRetired = false
        weak var holder: (any ResidentHolder)?
    }

    private let pool: ResidencePool
    private let open: @Sendable () throws(LogError) -> Resource
    private let state: Mutex<State>
    private let wasUsed = Atomic(true)
    private let seatNumber = Atomic(-1)

    /// Creates one that holds nothing yet.
    ///
    /// - Parameter open: Opens the resource, again and again; must not keep the owner alive, which ends with
    ///   ``close()``.
    init(in pool: ResidencePool, open: @escaping @Sendable () throws(LogError) -> Resource) {
        self.pool = pool
        self.open = open
        state = Mutex(State())
    }

    var seat: Int {
        get { seatNumber.load(ordering: .relaxed) }
        set { seatNumber.store(newValue, ordering: .relaxed) }
    }

    /// The resource, which is opened if need be.
    ///
    /// - Throws: ``LogError`` with code `.cancelled` if it was retired while it was closed; what opening throws.
    func use() throws(LogError) -> Resource {
        if !wasUsed.load(ordering: .relaxed) { wasUsed.store(true, ordering: .relaxed) }
        if let resource = try present() { return resource }
        // Not under the lock: opening has others give back, who may be opening something that needs this one.
        let opened: Resource
        do throws(LogError) { opened = try open() } catch {
            // Retired meanwhile, it has no name any more.
            if let other = try present() { return other }
            throw error
        }
        return try install(opened)
    }

    /// The resource if it is open.
    var current: Resource? { state.withLock { $0.resource } }
    var canGiveBack: Bool { state.withLock { $0.resource != nil && !$0.isRetired } }

    /// Takes over what the owner has opened itself.
    func adopt(_ resource: Resource) {
        state.withLock { $0.resource = resource }
        pool.enter(self)
    }

    private func present() throws(LogError) -> Resource? {
        try state.withLock { state throws(LogError) in try Self.present(in: state) }
    }

    private static func present(in state: State) throws(LogError) -> Resource? {
        if let resource = state.resource { return resource }
        guard state.isRetired else { return nil }
        throw LogError(.cancelled, "a file was asked for that is no longer the log's")
    }

    private func install(_ opened: Resource) throws(LogError) -> Resource {
        // Another thread may have been faster; or the name is another file's by now, if this one was retired meanwhile.
        let installed = try state.withLock { state throws(LogError) in
            if let other = try Self.present(in: state) { return other }
            state.resource = opened
            return opened
        }
        if installed === opened { pool.enter(self) }
        return installed
    }

    /// Names who keeps a reference of its own from here on.
    func setHolder(_ holder: any ResidentHolder) { state.withLock { $0.holder = holder } }

    func giveBack(mayWait: Bool) -> ResidenceAnswer {
        guard !wasUsed.exchange(false, ordering: .relaxed) else { return .kept }
        let (resource, holder, isRetired) = state.withLock { ($0.resource, $0.holder, $0.isRetired) }
        guard let resource, !isRetired else { return .nothing }
        if resource.isDirty {
            guard mayWait else { return .unsynced }
            // What cannot be synced stays open, so that the flush that asks for it gets the error.
            guard resource.clean() else { return .kept }
        }
        guard let holder else { return drop(resource) }
        return holder.letGo { drop(resource) } ?? .kept
    }

    private func drop(_ resource: Resource) -> ResidenceAnswer {
        state.withLock { state in
            guard !state.isRetired, state.resource === resource else { return .nothing }
            // Written to since it was synced: so it is in use.
            guard !resource.isDirty else { return .kept }
            state.resource = nil
            return .givenBack
        }
    }

    /// Says that the name is about to be another's, or no one's: what is open stays open for those who read it, and
    /// nothing is opened any more.
    func retire() {
        state.withLock { $0.isRetired = true }
        pool.leave(self)
    }

    /// Whether its name is no longer the log's.
    var isRetired: Bool { state.withLock { $0.isRetired } }

    /// As ``retire()``, for what others go on asking for: it stays open until the owner ends.
    ///
    /// - Parameter resource: What ``use()`` gave; it may have been given back since, and is lost to no one here.
    func retire(keeping resource: Resource) {
        state.withLock { state in
            state.resource = state.resource ?? resource
            state.isRetired = true
        }
        pool.leave(self)
    }

    /// Drops the resource for good.
    func close() {
        let resource = state.withLock { state in
            state.isRetired = true
            return state.resource.take()
        }
        pool.leave(self)
        // Closed here, without the lock.
        _ = consume resource
    }
}
