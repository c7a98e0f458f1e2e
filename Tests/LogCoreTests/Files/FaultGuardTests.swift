import Foundation
import RecordFormat
import StorageHarness
import Synchronization
import Testing

import struct ServerHarness.ChildProcess
import struct ServerHarness.HarnessError

@testable import LogCore

/// Mapped files that lose pages under a running process.
@Suite struct FaultGuardTests {
    private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// A file of `pages` pages, each full of its own number plus one, and its mapping's owner.
    private static func file(_ name: String, pages: Int, in directory: TestDirectory) throws -> LogFile {
        let files = try LogDirectory.open(directory.path, in: KernelFileSystem())
        let file = try files.open(name, .create)
        for page in 0..<pages {
            let bytes = [UInt8](repeating: UInt8(page % 255 + 1), count: pageSize)
            try bytes.withUnsafeBytes { try file.write($0, at: page * pageSize) }
        }
        return file
    }

    @Test func aPageThatIsGoneReadsAsZerosAndIsNoted() throws {
        let directory = try TestDirectory()
        let file = try Self.file("file", pages: 8, in: directory)
        let map = try MappedFile(file, size: 8 * Self.pageSize, isWritable: true)
        let other = try MappedFile(file, size: 3 * Self.pageSize, isWritable: false)
        try file.truncate(to: 3 * Self.pageSize)
        func look(at page: Int) -> (byte: UInt8, hasFaulted: Bool) {
            (map.bigEndian(at: page * Self.pageSize, as: UInt8.self), map.hasFaulted)
        }
        #expect(look(at: 2) == (3, false))
        #expect(look(at: 5) == (0, true))
        // Stores go nowhere, and what is still there stays.
        map.memory.storeBigEndian(UInt64.max, at: 6 * Self.pageSize)
        #expect(look(at: 2) == (3, true))
        let (value, hasFaulted) = (other.bigEndian(at: 2 * Self.pageSize, as: UInt8.self), other.hasFaulted)
        #expect(value == 3 && !hasFaulted)
        #expect(try file.size() == 3 * Self.pageSize)
    }

    @Test func aStoreBehindTheEndOfTheFileIsNoted() throws {
        let directory = try TestDirectory()
        let file = try Self.file("file", pages: 2, in: directory)
        let map = try MappedFile(file, size: 2 * Self.pageSize, isWritable: true)
        try file.truncate(to: 0)
        let isNotedBefore = map.hasFaulted
        map.memory.storeBigEndian(UInt64.max, at: Self.pageSize)
        let isNoted = map.hasFaulted
        #expect(!isNotedBefore && isNoted)
    }

    /// Mappings come, lose pages and go on several threads at once; each notes its own faults and no other's.
    @Test func faultsAreToldApart() throws {
        let directory = try TestDirectory(inMemory: true)
        var seeds = SeededGenerator.printingSeed("faultsAreToldApart")
        let seed = seeds.next()
        let faults = Atomic(0)
        try onThreads(
            (0..<4).map { thread in
                { @Sendable in
                    var generator = SeededGenerator(seed: seed &+ UInt64(thread))
                    var maps: [(file: LogFile, map: Box, left: Int)] = []
                    for round in 0..<400 {
                        if maps.isEmpty || generator.isOne(in: 3) {
                            let pages = Int.random(in: 1...6, using: &generator)
                            let file = try Self.file("\(thread)-\(round)", pages: pages, in: directory)
                            let map = try MappedFile(file, size: pages * Self.pageSize, isWritable: true)
                            maps.append((file, Box(map), pages))
                        }
                        let index = Int.random(in: 0..<maps.count, using: &generator)
                        let (file, box, left) = maps[index]
                        if generator.isOne(in: 3) {
                            maps[index].left = Int.random(in: 0...left, using: &generator)
                            try file.truncate(to: maps[index].left * Self.pageSize)
                        }
                        let page = Int.random(in: 0..<box.map.memory.count / Self.pageSize, using: &generator)
                        let hadFaulted = box.map.hasFaulted
                        let isThere = page < maps[index].left
                        let value = box.map.bigEndian(at: page * Self.pageSize, as: UInt8.self)
                        let expected = isThere && !hadFaulted ? UInt8(page + 1) : 0
                        // Zeros took the place of all behind the first lost page, also of what is still in the file.
                        guard value == expected || isThere && value == UInt8(page + 1),
                            box.map.hasFaulted == (hadFaulted || !isThere)
                        else { throw HarnessError("seed \(seed), thread \(thread), round \(round)") }
                        if !isThere { faults.add(1, ordering: .relaxed) }
                        if generator.isOne(in: 4) { maps.remove(at: index) }
                    }
                }
            })
        #expect(faults.load(ordering: .relaxed) > 100)
    }

    private final class Box: Sendable {
        let map: MappedFile
        init(_ map: consuming MappedFile) { self.map = map }
    }

    // MARK: - Under a log

    enum Index: String, CaseIterable { case offset = ".index", time = ".timeindex" }

    private static func open(_ directory: TestDirectory, _ observer: RecordingObserver) throws -> PartitionLog {
        var configuration = LogConfiguration()
        configuration.indexIntervalBytes = 0
        return try PartitionLog.open(directory.log, configuration: configuration, observer: observer)
    }

    /// The value of the one record in the batch at `offset`.
    private static func value(at offset: Int64, in log: PartitionLog) throws -> String? {
        let read = try log.read(from: LogOffset(offset), upTo: .logEnd, limit: 1, mustProgress: true)
        var batches = RecordBatchSequence(try read.slice?.readBytes() ?? .empty)
        return try batches.next()?.records().first { $0.offset.rawValue == offset }?.value?.string
    }

    /// Cuts an index off that a log has mapped; everything goes on, and the next start has it whole again.
    @Test(arguments: Index.allCases, [0, 4096])
    func aLogOutlivesItsIndex(index: Index, size: Int) throws {
        let directory = try TestDirectory()
        let observer = RecordingObserver()
        let log = try Self.open(directory, observer)
        var expected: [String] = []
        func append() throws {
            let value = "value \(expected.count)"
            let batch = try Batches.make([value], timestamp: 1_000 + Int64(expected.count))
            _ = try log.append(batch, from: .producer(LeaderEpoch(1)), now: PartitionLog.now)
            expected.append(value)
        }
        for _ in 0..<2_000 { try append() }
        let path = directory.log + "/" + FileNames.segment(.zero, index.rawValue)
        #expect(truncate(path, off_t(size)) == 0)
        for offset in [0, 3, 900, 1_500] {
            #expect(try Self.value(at: Int64(offset), in: log) == "value \(offset)")
            let found = try log.offset(for: Timestamp(milliseconds: 1_000 + Int64(offset)), upTo: .logEnd)
            #expect(found?.offset.rawValue == Int64(offset))
        }
        for _ in 0..<10 { try append() }
        // The faulted segment was left behind.
        #expect(log.segmentBaseOffsets.count == 2)
        #expect(observer.damage.map(\.code) == [.corruptIndex] && observer.failures.isEmpty)
        #expect(try log.records(from: .zero).map { $0.value?.string } == expected)
        try log.close()

        let again = RecordingObserver()
        let reopened = try Self.open(directory, again)
        #expect(again.report.findings.contains { $0.contains(index.rawValue) })
        #expect(try reopened.records(from: .zero).map { $0.value?.string } == expected)
        #expect(try reopened.offset(for: Timestamp(milliseconds: 2_500), upTo: .logEnd)?.offset.rawValue == 1_500)
        #expect(again.damage.isEmpty)
        try reopened.close()
        #expect(try directory.bytes(FileNames.segment(.zero, index.rawValue)).count > 8_000)
    }

    /// Cuts the index of a log while it is appended to and read.
    @Test func aLogOutlivesItsIndexWhileItIsUsed() throws {
        let directory = try TestDirectory()
        let log = try Self.open(directory, RecordingObserver())
        let isDone = Atomic(false)
        try onThreads([
            {
                defer { isDone.store(true, ordering: .releasing) }
                for number in 0..<4_000 {
                    try log.append(["\(number)"])
                    if number % 500 == 499, let base = log.segmentBaseOffsets.last {
                        let path = directory.log + "/" + FileNames.segment(base, FileNames.Suffix.offsetIndex)
                        truncate(path, 0)
                    }
                }
            },
            {
                var generator = SeededGenerator.printingSeed("aLogOutlivesItsIndexWhileItIsUsed")
                while !isDone.load(ordering: .acquiring) {
                    let end = log.watermarks.logEndOffset.rawValue
                    guard end > 0 else { continue }
                    let offset = Int64.random(in: 0..<end, using: &generator)
                    guard try Self.value(at: offset, in: log) == "\(offset)" else {
                        throw HarnessError("offset \(offset)")
                    }
                }
            },
        ])
        #expect(log.segmentBaseOffsets.count > 4)
        try log.close()
    }

    // MARK: - Other faults

    @Test(arguments: [("handled", 3), ("default", -SIGBUS), ("sent", -SIGBUS)] as [(String, Int32)])
    func aFaultElsewhereIsHandledAsBefore(kind: String, status: Int32) async throws {
        let directory = try TestDirectory()
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "BusError").path()
        // Swift's own handler and a sanitizer's, where they are turned on, pass for the one before.
        let process = try await ChildProcess.start(
            "env", ["SWIFT_BACKTRACE=enable=no", "TSAN_OPTIONS=handle_sigbus=0", program, directory.log, kind])
        let result = try await process.result(within: .seconds(60))
        #expect(result.status == status)
        let lines = result.output.split(separator: "\n")
        #expect(lines == ["survived, 1001 records"] + (kind == "handled" ? ["former handler"] : []))
    }
}
