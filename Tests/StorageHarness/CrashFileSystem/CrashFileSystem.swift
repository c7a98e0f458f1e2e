import Foundation
package import LogCore
import Synchronization

/// A file system in memory that keeps apart what processes see and what the device has, loses what was not synced, and
/// fails on demand.
///
/// A power cut is ``crashed(_:tearsSectors:)``: another file system, with what the device might hold at this moment. A
/// process that is killed leaves this one as it is; whoever opens the files next sees all that was written.
package final class CrashFileSystem: LogFileSystem {
    /// The calls that can be made to fail.
    package enum Call: CaseIterable, Sendable {
        case openDirectory, makeDirectory, removeDirectory, list, access, rename, unlink, syncDirectory
        case open, write, read, syncData, syncAllData, allocate, truncate, size, nextData, map, populate, copy
    }

    private struct Failure {
        /// `nil` for a call of any kind.
        var call: Call?
        /// The number of calls that succeed before.
        var countdown: Int
        var errno: Int32
        /// Whether all calls behind that one fail, too.
        var isLasting: Bool
    }

    private struct State {
        var root: CrashDirectory
        var files: [Int32: CrashFile] = [:]
        var directories: [Int32: CrashDirectory] = [:]
        var generator: SeededGenerator
        var failure: Failure?
        /// The error that the next write answers, after one that took only a part.
        var pendingWriteError: Int32?
        var failed: Call?
        var counts: [Call: Int] = [:]
        var isAllocationSupported = true
        var isFull = false
        var largestRead = 0
    }

    // `CrashFile` and `CrashDirectory` are no Sendable types: they are reached through this lock only.
    private let state: Mutex<State>
    /// Something for the descriptors of directories to be: they must not be those of files.
    private let placeholder: Int32

    /// Creates an empty file system.
    package convenience init(seed: UInt64 = 0) {
        self.init(root: CrashDirectory(parent: nil), generator: SeededGenerator(seed: seed))
    }

    private init(root: sending CrashDirectory, generator: SeededGenerator) {
        state = Mutex(State(root: root, generator: generator))
        placeholder = Foundation.open("/dev/null", O_RDONLY | O_CLOEXEC)
    }

    deinit { _ = Foundation.close(placeholder) }

    // MARK: - Crashes and failures

    /// What the device has after a power cut at this moment: any of what was written since it was last synced.
    ///
    /// This file system stays as it is; what still holds files in it does no harm to the other.
    ///
    /// - Parameter tearsSectors: Whether the cut may fall into a sector; devices promise that it does not.
    package func crashed(_ generator: inout SeededGenerator, tearsSectors: Bool = false) -> CrashFileSystem {
        let next = SeededGenerator(seed: generator.next())
        let root = state.withLock { state in
            nonisolated(unsafe) let root = state.root.afterCrash(
                parent: nil, &generator, tearsSectors: tearsSectors)
            return root
        }
        return CrashFileSystem(root: root, generator: next)
    }

    /// A copy of what a process that is killed now leaves: all that it has written.
    package func killed() -> CrashFileSystem {
        state.withLock { state in
            nonisolated(unsafe) let root = state.root.copied(parent: nil)
            return CrashFileSystem(root: root, generator: SeededGenerator(seed: state.generator.next()))
        }
    }

    /// Lets the call fail, of that kind or of any, that comes after `count` others; only once, unless it `isLasting`.
    ///
    /// A write that fails has taken a part of its bytes first. A sync of data that fails has written some sectors, and
    /// counts the others as clean. One of all files does so with each; the next sync of each of them fails, too.
    package func fail(_ call: Call? = nil, after count: Int, with number: Int32 = EIO, isLasting: Bool = false) {
        state.withLock {
            $0.failure = Failure(call: call, countdown: count, errno: number, isLasting: isLasting)
            $0.failed = nil
        }
    }

    /// Lets every call succeed from here on; answers the call that failed, if one did.
    @discardableResult
    package func stopFailing() -> Call? {
        state.withLock { state in
            state.failure = nil
            state.pendingWriteError = nil
            defer { state.failed = nil }
            return state.failed
        }
    }

    /// Forgets what no sync has told yet, as the kernel does once nobody has the files open.
    package func forgetErrors() { state.withLock { state in state.root.forEachFile { _ = $0.takeError() } } }

    /// How often a call was made.
    package func count(of call: Call) -> Int { state.withLock { $0.counts[call, default: 0] } }

    /// The most bytes that a read asked for.
    package var largestRead: Int { state.withLock { $0.largestRead } }

    /// Makes this a file system that cannot reserve room, such as NFS.
    package func refuseAllocation() { state.withLock { $0.isAllocationSupported = false } }

    /// Whether the disk has no room to reserve any more.
    package var isFull: Bool {
        get { state.withLock { $0.isFull } }
        set { state.withLock { $0.isFull = newValue } }
    }

    /// The content of the file at `path` as processes see it, `nil` if there is none.
    package func content(_ path: String) -> [UInt8]? {
        state.withLock { state in
            guard case .file(let file) = Self.node(path, in: LogDirectory.root, state) else { return nil }
            return file.cached
        }
    }

    /// The names in the directory at `path`, sorted.
    package func names(_ path: String) -> [String] {
        state.withLock { state in
            guard case .directory(let directory) = Self.node(path, in: LogDirectory.root, state) else { return [] }
            return directory.names.keys.sorted()
        }
    }

    /// Replaces the content of the file at `path`, on the device too: damage, or what another process left.
    package func replace(_ path: String, with bytes: [UInt8]) {
        let (folder, name) = Self.split(path)
        state.withLock { state in
            guard case .directory(let directory) = Self.node(folder, in: LogDirectory.root, state) else { return }
            directory.link(name, .file(CrashFile(content: bytes)))
            directory.sync()
        }
    }

    // MARK: - Looking up

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[...slash]), String(path[path.index(after: slash)...]))
    }

    private static func node(_ path: String, in directory: Int32, _ state: State) -> CrashDirectory.Node? {
        var current = directory == LogDirectory.root ? state.root : state.directories[directory]!
        let parts = path.split(separator: "/").map(String.init)
        for (index, part) in parts.enumerated() {
            if part == "." { continue }
            if part == ".." {
                current = current.parent ?? current
                continue
            }
            switch current.names[part] {
            case nil: return nil
            case .directory(let next): current = next
            case .file(let file): return index == parts.count - 1 ? .file(file) : nil
            }
        }
        return .directory(current)
    }

    /// The directory that holds `path`'s last part, and that part.
    private static func place(_ path: String, in directory: Int32, _ state: State) -> (CrashDirectory, String)? {
        let (folder, name) = split(path)
        guard case .directory(let holder) = node(folder, in: directory, state) else { return nil }
        return (holder, name)
    }

    /// Counts the call, and runs `body` unless it is the one that has to fail.
    private func perform<Answer: FixedWidthInteger & SignedInteger & Sendable>(
        _ call: Call, failing: (inout State) -> Void = { _ in }, _ body: (inout State) -> Answer
    ) -> Answer {
        state.withLock { state in
            state.counts[call, default: 0] += 1
            guard let errno = Self.takeFailure(of: call, &state) else { return body(&state) }
            // An interrupted call has done nothing.
            if errno != EINTR { failing(&state) }
            return -Answer(errno)
        }
    }

    private static func takeFailure(of call: Call, _ state: inout State) -> Int32? {
        guard let failure = state.failure, failure.call == nil || failure.call == call else { return nil }
        // No signal interrupts a mapping, or a store.
        if [.map, .populate, .copy].contains(call), failure.errno == EINTR { return nil }
        if failure.countdown > 0 {
            state.failure!.countdown -= 1
            return nil
        }
        if !failure.isLasting { state.failure = nil }
        state.failed = call
        return failure.errno
    }

    // MARK: - Directories

    package func openDirectory(_ name: String, in directory: Int32) -> Int32 {
        perform(.openDirectory) { state in
            guard let node = Self.node(name, in: directory, state) else { return -ENOENT }
            guard case .directory(let found) = node else { return -ENOTDIR }
            let descriptor = dup(placeholder)
            state.directories[descriptor] = found
            return descriptor
        }
    }

    package func makeDirectory(_ name: String, in directory: Int32) -> Int32 {
        perform(.makeDirectory) { state in
            guard let (holder, name) = Self.place(name, in: directory, state) else { return -ENOENT }
            guard holder.names[name] == nil else { return -EEXIST }
            holder.link(name, .directory(CrashDirectory(parent: holder)))
            return 0
        }
    }

    package func removeDirectory(_ name: String, in directory: Int32) -> Int32 {
        perform(.removeDirectory) { state in
            guard let (holder, name) = Self.place(name, in: directory, state) else { return -ENOENT }
            guard case .directory(let doomed) = holder.names[name] else { return -ENOENT }
            guard doomed.names.isEmpty else { return -ENOTEMPTY }
            holder.unlink(name)
            return 0
        }
    }

    package func list(_ directory: Int32, into names: inout [String]) -> Int32 {
        var found: [String] = []
        let answer = perform(.list) { state -> Int32 in
            found = state.directories[directory]!.names.keys.shuffled(using: &state.generator)
            return 0
        }
        names += found
        return answer
    }

    package func access(_ name: String, in directory: Int32) -> Int32 {
        perform(.access) { state in Self.node(name, in: directory, state) == nil ? -ENOENT : 0 }
    }

    package func rename(_ name: String, to new: String, in directory: Int32) -> Int32 {
        perform(.rename) { state in
            let holder = state.directories[directory]!
            guard holder.names[name] != nil else { return -ENOENT }
            holder.rename(name, to: new)
            return 0
        }
    }

    package func unlink(_ name: String, in directory: Int32) -> Int32 {
        perform(.unlink) { state in
            let holder = state.directories[directory]!
            guard holder.names[name] != nil else { return -ENOENT }
            holder.unlink(name)
            return 0
        }
    }

    package func syncDirectory(_ directory: Int32) -> Int32 {
        perform(.syncDirectory) { state in
            state.directories[directory]!.sync()
            return 0
        }
    }

    // MARK: - Files

    package func open(_ name: String, in directory: Int32, _ mode: LogFile.Mode) -> Int32 {
        perform(.open) { state in
            guard let (holder, name) = Self.place(name, in: directory, state) else { return -ENOENT }
            let file: CrashFile
            switch holder.names[name] {
            case .file(let found): file = found
            case .directory: return -EISDIR
            case nil:
                guard mode == .create else { return -ENOENT }
                file = CrashFile()
                holder.link(name, .file(file))
            }
            let descriptor = dup(file.descriptor)
            state.files[descriptor] = file
            return descriptor
        }
    }

    package func close(_ descriptor: Int32) {
        state.withLock { state in
            state.files[descriptor] = nil
            state.directories[descriptor] = nil
            // Under the lock: the number may be given out again at once.
            _ = Foundation.close(descriptor)
        }
    }

    package func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at position: Int) -> Int {
        state.withLock { state in
            state.counts[.write, default: 0] += 1
            if let number = state.pendingWriteError.take() { return -Int(number) }
            var count = bytes.count
            if let errno = Self.takeFailure(of: .write, &state) {
                count = Int.random(in: 0..<bytes.count, using: &state.generator)
                guard count > 0 else { return -Int(errno) }
                state.pendingWriteError = errno
            }
            let taken = pwrite(descriptor, bytes.baseAddress, count, off_t(position))
            guard taken >= 0 else { return -Int(errno) }
            state.files[descriptor]!.noteWrite(position..<position + taken)
            return taken
        }
    }

    package func read(_ descriptor: Int32, into target: UnsafeMutableRawBufferPointer, at position: Int) -> Int {
        perform(.read) { state in
            state.largestRead = max(state.largestRead, target.count)
            return pread(descriptor, target.baseAddress, target.count, off_t(position))
        }
    }

    package func syncData(_ descriptor: Int32) -> Int32 {
        perform(
            .syncData,
            failing: { state in
                var generator = state.generator
                state.files[descriptor]!.failToSync(&generator)
                state.generator = generator
            }
        ) { state in
            let file = state.files[descriptor]!
            if let number = file.takeError() { return -number }
            file.sync()
            return 0
        }
    }

    package func syncAllData(_ descriptor: Int32) -> Int32 {
        perform(
            .syncAllData,
            failing: { state in
                var generator = state.generator
                state.root.forEachFile { $0.failToSyncInBackground(&generator) }
                state.generator = generator
            }
        ) { state in
            state.root.syncAll()
            return 0
        }
    }

    package func device(_ descriptor: Int32) -> Int { 1 }

    package func allocate(_ descriptor: Int32, at position: Int, length: Int) -> Int32 {
        perform(.allocate) { state in
            guard state.isAllocationSupported else { return -EOPNOTSUPP }
            let file = state.files[descriptor]!
            if state.isFull { return -ENOSPC }
            // Longer, and zero there: what `fallocate` promises.
            if file.size < position + length { _ = ftruncate(descriptor, off_t(position + length)) }
            file.noteSize()
            return 0
        }
    }

    package func truncate(_ descriptor: Int32, to size: Int) -> Int32 {
        perform(.truncate) { state in
            let answer = ftruncate(descriptor, off_t(size))
            state.files[descriptor]!.noteSize()
            return answer
        }
    }

    package func size(_ descriptor: Int32) -> Int { perform(.size) { $0.files[descriptor]!.size } }

    package func nextData(_ descriptor: Int32, from position: Int) -> Int {
        perform(.nextData) { state in position < state.files[descriptor]!.size ? position : Int.max }
    }

    package func nextHole(_ descriptor: Int32, from position: Int) -> Int {
        perform(.nextData) { state in max(position, state.files[descriptor]!.size) }
    }

    package func isCached(_ descriptor: Int32, at position: Int) -> Int32 { 1 }

    /// It has no clock: every file is as old as can be.
    package func modificationTime(_ descriptor: Int32) -> Int { 0 }

    package func lock(_ descriptor: Int32) -> Int32 { 0 }

    package func map(
        _ descriptor: Int32, from position: Int, size: Int, isWritable: Bool, at address: inout UnsafeMutableRawPointer?
    ) -> Int32 {
        var memory: UnsafeMutableRawPointer?
        let answer = perform(.map) { _ -> Int32 in
            let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
            memory = mmap(nil, size, protection, MAP_SHARED, descriptor, off_t(position))
            return memory == MAP_FAILED ? -errno : 0
        }
        if answer == 0 { address = memory }
        return answer
    }

    package func populate(_ pages: UnsafeMutableRawBufferPointer) -> Int32 { perform(.populate) { _ in 0 } }

    /// Stores into the page cache's side, as a write does; which sectors are dirty is told by their content.
    ///
    /// One that fails has copied a part of the bytes first: as when a page was lost, or the process was killed.
    package func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int32 {
        state.withLock { state in
            state.counts[.copy, default: 0] += 1
            let failure = Self.takeFailure(of: .copy, &state)
            let count = failure == nil ? bytes.count : Int.random(in: 0..<bytes.count, using: &state.generator)
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            return failure.map { -$0 } ?? 0
        }
    }
}
