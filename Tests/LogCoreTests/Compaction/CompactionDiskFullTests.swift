import Foundation
import LogCore
import RecordFormat
import Testing

@Suite(.serialized) struct CompactionDiskFullTests {
    @Test(.enabled(if: StorageFailureTests.canMount, "needs the right to mount a tmpfs"))
    func aDiskWithoutRoomForTheNewSegmentKeepsTheOldOnes() throws {
        let disk = try #require(try StorageFailureTests.SmallDisk())
        var configuration = CompactedLog.configuration
        configuration.segmentBytes = 200_000
        let path = disk.path + "/events-0"
        let log = try PartitionLog.open(path, configuration: configuration)
        let filler = String(repeating: "x", count: 9_000)
        // Different keys, all of which have to stay, and one that need not.
        for index in 0..<40 { try log.append(keyed: "k\(index)=\(index)\(filler)") }
        try log.append(keyed: "k39=\(filler)")
        try log.rollNow()
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        let before = try log.text()
        let ballast = disk.path + "/ballast"
        #expect(throws: (any Error).self) {
            try Data(repeating: 1, count: 1 << 20).write(to: URL(fileURLWithPath: ballast))
        }
        try Data().write(to: URL(fileURLWithPath: ballast))
        let file = try #require(FileHandle(forWritingAtPath: ballast))
        while (try? file.write(contentsOf: Data(repeating: 1, count: 4096))) != nil {}
        try file.close()

        let error = #expect(throws: LogError.self) { try log.compactAll() }
        #expect(error?.code == .storageFull && error?.isRetriable == true && log.failure == nil)
        #expect(try log.text() == before)
        let leftovers = try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { $0.hasSuffix(FileNames.Suffix.cleaned) || $0.hasSuffix(FileNames.Suffix.swap) }
        #expect(leftovers.isEmpty)

        try FileManager.default.removeItem(atPath: ballast)
        #expect(try log.compactAll()?.recordsKept == 40)
        #expect(try log.records(from: .zero).count == 40)
        try log.close()
    }
}
