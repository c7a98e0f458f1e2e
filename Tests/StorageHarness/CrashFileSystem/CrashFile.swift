import Foundation

/// A file of a ``CrashFileSystem``: what the processes on the machine see of it, and what the device holds.
///
/// The first lives in a real file without a name, so that it can be mapped and handed to the kernel; the second in
/// memory. Which sectors are dirty is told by comparing the two, and so holds for stores into a mapping too.
///
/// Thread rule: under the lock of its file system.
final class CrashFile {
    /// What a device writes as a whole.
    static let sectorSize = 512

    /// The descriptor of the page cache's side.
    let descriptor: Int32
    /// The device's side.
    private(set) var durable: [UInt8]
    /// Sizes that the file had since it was last synced: a crash may keep any.
    private var sizes: [Int] = []
    /// Sectors that a failed sync left clean but unwritten, with what they held then: until they are written to again,
    /// no sync will write them.
    private var lost: [Int: [UInt8]] = [:]
    /// What no sync has told yet.
    private var error: Int32?

    init(content: [UInt8] = []) {
        durable = content
        let folder = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        var template = Array((folder + "/millrace-crash-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        precondition(descriptor >= 0, "no temporary file in \(folder): errno \(errno)")
        unlink(template)
        let written = content.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        precondition(written == content.count, "no room in \(folder)")
    }

    deinit { close(descriptor) }

    /// What the page cache holds.
    var cached: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { room, count in
            count = max(0, pread(descriptor, room.baseAddress, room.count, 0))
        }
    }

    var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Notes that the bytes in `range` were written: their sectors are dirty again.
    func noteWrite(_ range: Range<Int>) {
        sizes.append(size)
        guard !lost.isEmpty, !range.isEmpty else { return }
        for sector in range.lowerBound / Self.sectorSize...(range.upperBound - 1) / Self.sectorSize {
            lost[sector] = nil
        }
    }

    /// Notes that the size changed.
    func noteSize() { sizes.append(size) }

    /// Writes everything dirty to the device.
    func sync() {
        let content = cached
        let old = durable
        durable = content
        for (sector, bytes) in lost {
            let range = Self.range(of: sector, in: content.count)
            guard Array(content[range]) == bytes else {
                lost[sector] = nil
                continue
            }
            for index in range { durable[index] = index < old.count ? old[index] : 0 }
        }
        sizes.removeAll()
    }

    /// Writes some of what is dirty and counts the rest as clean, as the kernel does when the device fails.
    func failToSync(_ generator: inout SeededGenerator) {
        let content = cached
        var result = durable + [UInt8](repeating: 0, count: max(0, content.count - durable.count))
        for sector in 0..<(content.count + Self.sectorSize - 1) / Self.sectorSize {
            let range = Self.range(of: sector, in: content.count)
            guard content[range] != result[range] else { continue }
            if generator.isOne(in: 2) {
                result.replaceSubrange(range, with: content[range])
            } else {
                lost[sector] = Array(content[range])
            }
        }
        durable = result
    }

    /// As ``failToSync(_:)``, of which nobody was told who has the file open.
    func failToSyncInBackground(_ generator: inout SeededGenerator) {
        failToSync(&generator)
        if !lost.isEmpty { error = EIO }
    }

    /// The error that the next sync has to tell of.
    func takeError() -> Int32? {
        defer { error = nil }
        return error
    }

    /// What a power cut leaves: of each dirty sector the old or the new, of the sizes any.
    ///
    /// - Parameter tearsSectors: Whether a sector may also be new up to some byte and old behind.
    func afterCrash(_ generator: inout SeededGenerator, tearsSectors: Bool) -> [UInt8] {
        let content = cached
        let size = ([content.count, content.count, durable.count, durable.count] + sizes)
            .randomElement(using: &generator)!
        var result = [UInt8](repeating: 0, count: size)
        // How much the kernel had written by itself: nothing, all, or something in between.
        let share = [0, 0.1, 0.5, 0.9, 1].randomElement(using: &generator)!
        for sector in 0..<(size + Self.sectorSize - 1) / Self.sectorSize {
            let range = Self.range(of: sector, in: size)
            let new = Self.bytes(of: content, in: range)
            let old = Self.bytes(of: durable, in: range)
            let isClean = lost[sector].map { new.starts(with: $0) } ?? false
            var chosen = old
            if !isClean, new != old, Double.random(in: 0..<1, using: &generator) < share { chosen = new }
            if !isClean, new != old, tearsSectors, generator.isOne(in: 4) {
                let cut = Int.random(in: 0...new.count, using: &generator)
                chosen = Array(new[..<cut] + old[cut...])
            }
            result.replaceSubrange(range, with: chosen)
        }
        return result
    }

    private static func range(of sector: Int, in size: Int) -> Range<Int> {
        min(sector * sectorSize, size)..<min((sector + 1) * sectorSize, size)
    }

    /// The bytes in `range`, zeros where there are none.
    private static func bytes(of content: [UInt8], in range: Range<Int>) -> [UInt8] {
        let there = Array(content[range.clamped(to: 0..<content.count)])
        return there + [UInt8](repeating: 0, count: range.count - there.count)
    }
}
