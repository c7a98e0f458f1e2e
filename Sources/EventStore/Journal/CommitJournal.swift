internal import LogCore
internal import RecordFormat
internal import Synchronization

/// The journal of a data directory: a round over many small logs writes what is new in all of them here, and syncs this one
/// file in the place of theirs.
///
/// Two files take turns. While one takes frames, a thread settles the other: it syncs the file system, and the bytes are
/// in the logs' own files for good. Without a file that has room, rounds are left to other kinds of sync.
///
/// What a frame says must not come back once a log's bytes are others: who truncates, replaces or removes them voids it
/// first (``change(_:_:)``, ``forget(_:)``).
///
/// Safe to use from any thread. Locks: `settlement` before `state` before those of a log.
///
/// - SeeAlso: docs/decisions/0067-many-logs-share-a-journal.md
final class CommitJournal: Sendable {
    /// The bytes of each file.
    static let defaultSize = 64 << 20
    /// Rounds that could have used the journal before it is made: a store that had one need not have more.
    static let roundsBeforeUse = 16
    /// The bytes of a log, on average, up to which writing them twice costs less than a sync of its file.
    static let largestShare = 16 << 10

    private enum Condition {
        /// Not made; that many rounds could have used it.
        case unused(rounds: Int)
        /// The thread is to make it, or does.
        case wanted
        case ready
        /// Of no use until the store is opened anew.
        case refused
    }

    /// A file with frames, and whose they are.
    private struct Half {
        var file: JournalFile
        var logs: [JournalKey: StoredLog] = [:]
    }

    private struct State {
        var condition = Condition.unused(rounds: 0)
        /// Takes frames.
        var current: Half?
        /// Took frames before, and is to be settled.
        var full: Half?
        /// Holds nothing, and is the next to take frames.
        var spare: JournalFile?
        /// Whether a write or a sync of one of the files has failed: nothing is added to them any more.
        var hasFailed = false
        /// Whether a sync of the file system has failed: told once, so that the next that succeeds says nothing.
        var isFileSystemInDoubt = false
        /// The generation of the file that was voided last.
        var generation: UInt64 = 0

        mutating func nextGeneration() -> UInt64 {
            generation += 1
            return generation
        }

        /// Makes the spare file the one that takes frames; returns whether there was one.
        mutating func turn() -> Bool {
            guard full == nil, let next = spare.take() else { return false }
            full = current
            current = Half(file: next)
            return true
        }
    }

    /// What a flush came to that the journal has made durable.
    struct Flushed {
        var log: StoredLog
        var recordCount: Int
        /// What had been appended to the log when the flush began.
        var bytes: Int
    }

    private typealias Begun = (log: StoredLog, key: JournalKey, flush: SharedFlush, range: Range<Int>, bytes: Int)

    private struct Orders {
        var isWanted = false
        var isStopping = false
    }

    private let directory: LogDirectory
    private let fileSize: Int
    private let state = Mutex(State())
    /// Held while frames are settled.
    private let settlement = Mutex(())
    private let isOpen = Atomic(false)
    private let orders = Signal(Orders())
    private let thread: Mutex<OwnedThread?> = Mutex(nil)

    /// - Parameter fileSize: The bytes of each file; 0 for no journal.
    init(_ directory: LogDirectory, fileSize: Int) {
        self.directory = directory
        self.fileSize = fileSize
    }

    /// Starts the thread that makes and settles the files.
    ///
    /// - Parameter onFailure: Told why the journal is of no use any more.
    /// - Throws: ``LogError`` with code `.io` if the system has no thread left.
    func start(onFailure: @escaping @Sendable (LogError) -> Void) throws(LogError) {
        let started = try OwnedThread(name: "millrace-journal") { [self] in
            while true {
                let goesOn = orders.wait(timeout: nil) { orders, _ -> Bool? in
                    if orders.isStopping { return false }
                    guard orders.isWanted else { return nil }
                    orders.isWanted = false
                    return true
                }
                guard goesOn == true else { return }
                do throws(LogError) {
                    try makeIfWanted()
                    try settleFull()
                } catch {
                    refuse()
                    onFailure(error)
                }
            }
        }
        thread.withLock { $0 = started }
    }

    private func wakeThread() {
        orders.update { orders in
            orders.isWanted = true
            return true
        }
    }

    private func refuse() {
        isOpen.store(false, ordering: .releasing)
        state.withLock { $0.condition = .refused }
    }

    // MARK: - Rounds

    /// Whether a round may be offered to ``commit(_:with:)``.
    var takesRounds: Bool { isOpen.load(ordering: .acquiring) }

    /// Notes a round that the journal could have taken.
    func noteCandidate() {
        let isWanted = state.withLock { state in
            guard fileSize > 0, case .unused(let rounds) = state.condition else { return false }
            let isWanted = rounds + 1 >= Self.roundsBeforeUse
            state.condition = isWanted ? .wanted : .unused(rounds: rounds + 1)
            return isWanted
        }
        if isWanted { wakeThread() }
    }

    /// Makes durable what was appended to `logs`, of those that need no more than that.
    ///
    /// - Parameters:
    ///   - logs: The flush of each has begun.
    ///   - file: One in the data directory's file system.
    /// - Returns: What was reached, and the logs that are left: all of them where they are too few or their bytes too
    ///   many, or there is no room.
    /// - Throws: ``LogError`` if the journal cannot be written or synced; it takes no more, and all logs are left.
    func commit(
        _ logs: [StoredLog], with file: LogFile
    ) throws(LogError) -> (flushed: [Flushed], left: [StoredLog]) {
        var isFull = false
        defer { if isFull { wakeThread() } }
        return try state.withLock { state throws(LogError) in
            guard case .ready = state.condition, state.current != nil else { return ([], logs) }
            var begun: [Begun] = []
            var left: [StoredLog] = []
            var size = JournalFrame.headerSize
            for stored in logs {
                let bytes = stored.log.appendedBytes
                guard let flush = stored.log.beginSharedFlush(with: file), let range = flush.unsynced,
                    range.count <= fileSize
                else {
                    left.append(stored)
                    continue
                }
                let key = stored.journalKey
                begun.append((stored, key, flush, range, bytes))
                size += JournalFrame.size(of: key, byteCount: range.count)
            }
            guard begun.count >= SyncChoice.leastLogs, size <= begun.count * Self.largestShare else {
                return ([], logs)
            }
            if !(state.current?.file.hasRoom(for: size) ?? false) {
                isFull = state.turn()
                guard isFull, state.current?.file.hasRoom(for: size) ?? false else { return ([], logs) }
            }
            guard let frame = Self.frame(of: begun, capacity: size) else { return ([], logs) }
            // Before the write: what failed may be there.
            for (stored, key, _, _, _) in begun { state.current?.logs[key] = stored }
            do throws(LogError) { try state.current?.file.append(frame) } catch {
                state.hasFailed = true
                state.condition = .refused
                isOpen.store(false, ordering: .releasing)
                throw error
            }
            var flushed: [Flushed] = []
            for (stored, _, flush, _, bytes) in begun {
                if let recordCount = stored.log.endSharedFlush(flush) {
                    flushed.append(Flushed(log: stored, recordCount: recordCount, bytes: bytes))
                } else {
                    left.append(stored)
                }
            }
            return (flushed, left)
        }
    }

    /// The bytes that these flushes have to reach; `nil` where some of them cannot be read, as a flush by itself will tell.
    private static func frame(of begun: [Begun], capacity: Int) -> JournalFrame? {
        var frame = JournalFrame(capacity: capacity)
        for (_, key, flush, range, _) in begun {
            do throws(LogError) { try frame.add(key, flush, range) } catch { return nil }
        }
        return frame
    }

    // MARK: - Changes

    /// Makes durable in its own files what the journal says of a log, voids that, and runs `body` before anything new is
    /// said.
    ///
    /// - Throws: ``LogError`` if that cannot be done, and `body` was not run, or what `body` throws.
    /// - Complexity: for a log of which the journal says nothing, no more than that look; as a rule two `fdatasync`.
    func change<Result: Sendable>(
        _ stored: StoredLog, _ body: () throws(LogError) -> Result
    ) throws(LogError) -> Result {
        try void([stored.journalKey], syncing: true, body)
    }

    /// Voids what the journal says of logs that are closed and about to go, whoever had them.
    ///
    /// - Throws: ``LogError`` if that cannot be done: what is said of them would be put back by the next start.
    func forget(_ keys: [JournalKey]) throws(LogError) { try void(keys, syncing: false) {} }

    private func void<Result: Sendable>(
        _ keys: [JournalKey], syncing: Bool, _ body: () throws(LogError) -> Result
    ) throws(LogError) -> Result {
        while true {
            let result = try state.withLock { state throws(LogError) -> Result? in
                guard try Self.void(keys, syncing: syncing, in: &state) else { return nil }
                return try body()
            }
            if let result { return result }
            // No room, or a file that takes no more: all that it says has to be in the logs' own files then.
            try settleAll(but: syncing ? [] : Set(keys))
        }
    }

    /// Returns whether the journal says nothing more of the logs.
    private static func void(_ keys: [JournalKey], syncing: Bool, in state: inout State) throws(LogError) -> Bool {
        let concerned = keys.compactMap { key in
            (state.current?.logs[key] ?? state.full?.logs[key]).map { (key: key, stored: $0) }
        }
        guard !concerned.isEmpty else { return true }
        if syncing { for (_, stored) in concerned { try stored.log.syncShared() } }
        let size = concerned.reduce(JournalFrame.headerSize) { $0 + JournalFrame.size(of: $1.key) }
        guard !state.hasFailed, state.current?.file.hasRoom(for: size) ?? false else { return false }
        do throws(LogError) {
            var frame = JournalFrame(capacity: size)
            for (key, _) in concerned { frame.addVoid(key) }
            try state.current?.file.append(frame)
        } catch {
            state.hasFailed = true
            state.condition = .refused
            return false
        }
        for (key, _) in concerned {
            state.current?.logs[key] = nil
            state.full?.logs[key] = nil
        }
        return true
    }

    // MARK: - Settling

    private func makeIfWanted() throws(LogError) {
        let isWanted = state.withLock { state in
            if case .wanted = state.condition { true } else { false }
        }
        guard isWanted else { return }
        // Without the lock: a round need not wait for this.
        let first = try JournalFile.make(JournalFile.names[0], in: directory, size: fileSize, generation: 1)
        let second: JournalFile
        do throws(LogError) {
            second = try JournalFile.make(JournalFile.names[1], in: directory, size: fileSize, generation: 2)
            try directory.sync()
        } catch {
            for name in JournalFile.names { try? directory.removeFile(name) }
            throw error
        }
        state.withLock { state in
            state.generation = 2
            state.current = Half(file: first)
            state.spare = second
            state.condition = .ready
        }
        isOpen.store(true, ordering: .releasing)
    }

    /// Settles the file that is full.
    private func settleFull() throws(LogError) {
        try settlement.withLock { _ throws(LogError) in
            guard let file = state.withLock({ $0.full?.file }) else { return }
            // Without the lock: rounds go on in the other file.
            let isSynced: Bool
            do throws(LogError) { isSynced = try file.file.syncFileSystem() } catch {
                state.withLock { $0.isFileSystemInDoubt = true }
                throw error
            }
            let logs = state.withLock { $0.full.map { Array($0.logs.values) } ?? [] }
            if !isSynced { for stored in logs { try stored.log.syncShared() } }
            try state.withLock { state throws(LogError) in
                guard var half = state.full else { return }
                try Self.checkNoDoubt(half)
                try half.file.restart(generation: state.nextGeneration())
                state.spare = half.file
                state.full = nil
            }
        }
    }

    /// Settles all, each log by syncs of its own.
    ///
    /// - Parameter unwanted: Logs that are about to go, whose bytes need not be anywhere.
    /// - Throws: ``LogError`` if one of the others, or the journal, cannot be synced; what is said stays said, and nothing
    ///   is added.
    private func settleAll(but unwanted: Set<JournalKey>) throws(LogError) {
        try settlement.withLock { _ throws(LogError) in
            try state.withLock { state throws(LogError) in
                // Under the lock, here and below: the thread may be about to make it anew.
                isOpen.store(false, ordering: .releasing)
                let condition = state.condition
                state.condition = .refused
                for half in [state.full, state.current].compactMap(\.self) {
                    for (key, stored) in half.logs where !unwanted.contains(key) { try stored.log.syncShared() }
                }
                // One of its files may be gone when this fails: a frame must not go there.
                state.hasFailed = true
                try remove(&state)
                if case .ready = condition { (state.condition, state.hasFailed) = (.wanted, false) }
            }
        }
        wakeThread()
    }

    /// Settles all by a sync of the file system, where its word counts, and removes the files; no round comes any more.
    ///
    /// - Throws: ``LogError`` if that cannot be done, or the sync of one of the logs has failed before: the files stay, and
    ///   the next start reads them.
    func close() throws(LogError) {
        stop()
        try settlement.withLock { _ throws(LogError) in
            try state.withLock { state throws(LogError) in
                // Whatever comes of it, no reference to a log stays, each of which holds the data directory.
                defer { (state.full, state.current, state.condition) = (nil, nil, .refused) }
                for half in [state.full, state.current].compactMap(\.self) where !half.logs.isEmpty {
                    let isSynced = state.isFileSystemInDoubt ? false : try half.file.file.syncFileSystem()
                    if !isSynced { for stored in half.logs.values { try stored.log.syncShared() } }
                    try Self.checkNoDoubt(half)
                }
                try remove(&state)
            }
        }
    }

    /// Ends the thread after what it is doing now.
    private func stop() {
        isOpen.store(false, ordering: .releasing)
        orders.update { orders in
            orders.isStopping = true
            return true
        }
        thread.withLock { $0.take() }?.join()
    }

    /// - Throws: ``LogError`` with code `.io` if the sync of a log that `half` speaks of has failed.
    private static func checkNoDoubt(_ half: Half) throws(LogError) {
        guard let stored = half.logs.values.first(where: { $0.log.isInDoubt }) else { return }
        throw LogError(
            .io,
            "\(stored.log.directory) could not be synced: \(half.file.file.path) keeps what was acknowledged, for the next start"
        )
    }

    /// Removes the files, none of which says anything that is still wanted.
    private func remove(_ state: inout State) throws(LogError) {
        // The one that was written later alone would be read without what it takes back of the other.
        for file in [state.full?.file, state.current?.file, state.spare].compactMap(\.self).sorted(by: {
            $0.generation < $1.generation
        }) {
            try directory.removeFile(file.name)
            try directory.sync()
        }
        (state.full, state.current, state.spare) = (nil, nil, nil)
    }
}
