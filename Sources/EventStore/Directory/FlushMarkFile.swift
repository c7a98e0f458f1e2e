internal import LogCore
internal import RecordFormat
internal import Synchronization

/// The file in which each flush leaves how far it came, so that a start after a crash knows it to the batch.
///
/// The checkpoints say the same, each minute. This is a slot for each partition, written after each flush and not synced:
/// a slot that a power cut takes back to an older state is behind then, and still right. What moves a recovery point
/// back clears the slot first, durably.
///
/// Safe to use from any thread.
///
/// - SeeAlso: docs/format/flush-marks.md
final class FlushMarkFile: Sendable {
    static let name = "flush-marks"

    /// As many slots as no process opens; a longer file is none of ours, and is not read to find that out.
    static let slotLimit = 1 << 20

    private struct Slots {
        /// `nil` until there is something to write.
        var file: LogFile?
        /// The marks that the last process has left, until their logs are opened.
        var left: [FlushMarkSlot.Key: (index: Int, mark: FlushMark)] = [:]
        /// Slots that hold nothing, on the device too.
        var free: [Int] = []
        /// Slots that the file has.
        var count = 0
        var hasHeader = false
    }

    private let directory: LogDirectory
    private let slots: Mutex<Slots>
    private let report: @Sendable (LogError) -> Void

    /// Reads the file, if there is one.
    ///
    /// - Parameters:
    ///   - names: The names in the data directory: slots of partitions that are not among them are cleared.
    ///   - report: Told of a file of another format, which counts as empty, and of a slot that cannot be written:
    ///     starts read more then, and nothing else.
    /// - Throws: ``LogError`` with code `.io`.
    init(
        directory: LogDirectory, names: [String], reporting report: @escaping @Sendable (LogError) -> Void
    ) throws(LogError) {
        self.directory = directory
        self.report = report
        var slots = Slots()
        if names.contains(Self.name) {
            let file = try directory.open(Self.name, .readWrite)
            try Self.load(file, Set(names.map(FlushMarkSlot.nameChecksum)), into: &slots, report)
            slots.file = file
        }
        self.slots = Mutex(slots)
    }

    private static func load(
        _ file: LogFile, _ known: Set<UInt32>, into slots: inout Slots, _ report: (LogError) -> Void
    ) throws(LogError) {
        let size = try file.size()
        let isTooLong = size > (slotLimit + 1) * FlushMarkSlot.size
        let bytes = try file.read(at: 0, count: isTooLong ? FlushMarkSlot.size : size)
        guard !isTooLong, FlushMarkSlot.isHeader(bytes) else {
            guard !bytes.isEmpty else { return }
            // After a power cut the header may be missing.
            if isTooLong || !FlushMarkSlot.isBlank(bytes[0..<min(FlushMarkSlot.size, bytes.count)]) {
                report(LogError(.unsupportedFormat, "\(file.path) is none of this version's: it is made anew"))
            }
            // A header promises that what stands behind it is this format's.
            try file.truncate(to: 0)
            return try file.sync()
        }
        slots.hasHeader = true
        slots.count = bytes.count / FlushMarkSlot.size - 1
        var orphans: [Int] = []
        for index in 0..<slots.count {
            let slot = bytes[FlushMarkSlot.range(of: index)]
            if let (key, mark) = FlushMarkSlot.decode(slot), known.contains(key.nameChecksum), slots.left[key] == nil {
                slots.left[key] = (index, mark)
            } else {
                slots.free.append(index)
                if !FlushMarkSlot.isBlank(slot) { orphans.append(index) }
            }
        }
        // What a slot held must not come back once another has it: the partition might, too.
        guard !orphans.isEmpty else { return }
        for index in orphans { try Self.clear(index, in: file) }
        try file.sync()
    }

    /// The slot of a partition, with the mark that it has.
    ///
    /// - Parameter isNew: Whether the partition's directory is: a mark that is left from another one of its name and
    ///   topic is cleared, durably.
    /// - Throws: ``LogError`` with code `.io` if that fails.
    func slot(for key: FlushMarkSlot.Key, isNew: Bool) throws(LogError) -> (slot: FlushMarkSlot, mark: FlushMark?) {
        let (index, mark) = slots.withLock { slots -> (Int, FlushMark?) in
            if let (index, mark) = slots.left.removeValue(forKey: key) { return (index, mark) }
            if let index = slots.free.popLast() { return (index, nil) }
            defer { slots.count += 1 }
            return (slots.count, nil)
        }
        let slot = FlushMarkSlot(key: key, index: index, file: self)
        guard mark != nil, isNew else { return (slot, mark) }
        do throws(LogError) { try clear([index]) } catch {
            if let mark { slots.withLock { $0.left[key] = (index, mark) } }
            throw error
        }
        return (slot, nil)
    }

    /// Takes back a slot of a log that could not be opened.
    func restore(_ slot: FlushMarkSlot, _ mark: FlushMark?) {
        slots.withLock { slots in
            if let mark { slots.left[slot.key] = (slot.index, mark) } else { slots.free.append(slot.index) }
        }
    }

    /// Forgets partitions that are deleted: what their slots held is gone, on the device too, when this returns.
    ///
    /// - Parameters:
    ///   - open: The slots of those that were open, which are written no more.
    ///   - keys: All of them.
    /// - Throws: ``LogError`` with code `.io`.
    func forget(_ open: [FlushMarkSlot], _ keys: [FlushMarkSlot.Key]) throws(LogError) {
        let left = slots.withLock { slots in keys.compactMap { slots.left.removeValue(forKey: $0)?.index } }
        for slot in open { slot.retire() }
        let cleared = left + open.map(\.index)
        guard !cleared.isEmpty else { return }
        // After a failure they are given to no one: the next start clears them.
        try clear(cleared)
        slots.withLock { $0.free += cleared }
    }

    /// Empties slots, durably.
    ///
    /// - Throws: ``LogError`` with code `.io`; they may say what they said.
    func clear(_ indexes: [Int]) throws(LogError) {
        guard let file = slots.withLock({ $0.file }) else { return }
        for index in indexes { try Self.clear(index, in: file) }
        try file.sync()
    }

    /// Writes a slot without waiting for the device.
    ///
    /// - Returns: Whether it is worth trying again: not after a failure other than a full disk, which is reported.
    func write(_ bytes: ByteSlice, to index: Int) -> Bool {
        do throws(LogError) {
            let file = try slots.withLock { slots throws(LogError) -> LogFile in try made(&slots) }
            try Self.write(bytes, at: FlushMarkSlot.range(of: index).lowerBound, to: file)
            return true
        } catch {
            if error.code != .storageFull { report(error) }
            return error.code == .storageFull
        }
    }

    /// The file with its header, made if need be.
    private func made(_ slots: inout Slots) throws(LogError) -> LogFile {
        let file = if let file = slots.file { file } else { try directory.open(Self.name, .create) }
        slots.file = file
        if !slots.hasHeader {
            try Self.write(FlushMarkSlot.header, at: 0, to: file)
            slots.hasHeader = true
        }
        return file
    }

    private static func clear(_ index: Int, in file: LogFile) throws(LogError) {
        let range = FlushMarkSlot.range(of: index)
        // One that was never written needs nothing, and must not make the file longer than its header says.
        guard try file.size() > range.lowerBound else { return }
        try write(ByteSlice([UInt8](repeating: 0, count: range.count)), at: range.lowerBound, to: file)
    }

    private static func write(_ bytes: ByteSlice, at position: Int, to file: LogFile) throws(LogError) {
        try bytes.withUnsafeBytes { content throws(LogError) in try file.write(content, at: position) }
    }
}
