import Foundation
import LogCore
import RecordFormat
import Testing

/// Directories that a crash left in the middle of a swap, kept as they were: what was released once has to go on
/// opening.
///
/// Segments at offsets 0, 3 and 6, the last one active and empty; compaction makes one of the first two. Apache Kafka's
/// names, steps and batch format, so that a directory of its own looks the same.
@Suite struct GoldenSwapTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/compaction")

    private static let old = "0:a=1 1:b=1 2:c=1 3:a=2 4:b 5:c=2"
    private static let new = "3:a=2 4:b 5:c=2"

    @Test(
        arguments: [
            ("cleaned", old), ("cleaned-and-swap", old), ("swap", new), ("swap-and-deleted", new),
            ("swap-of-an-index", new), ("deleted", new),
        ]
    )
    func opensToTheOldOrTheNew(name: String, expected: String) throws {
        let directory = try TestDirectory()
        let source = Self.fixtures.appending(path: name).path()
        try FileManager.default.createDirectory(atPath: directory.log, withIntermediateDirectories: true)
        for file in try FileManager.default.contentsOfDirectory(atPath: source) {
            try FileManager.default.copyItem(atPath: source + "/" + file, toPath: directory.log + "/" + file)
        }
        let observer = RecordingObserver()
        let log = try PartitionLog.open(
            directory.log, configuration: CompactedLog.configuration,
            known: .init(recoveryPoint: LogOffset(6), highWatermark: LogOffset(6)), observer: observer)
        #expect(try log.text() == expected)
        #expect(log.watermarks.logEndOffset == LogOffset(6) && observer.damage.isEmpty)
        #expect(
            try directory.names().allSatisfy { name in
                ![FileNames.Suffix.cleaned, FileNames.Suffix.swap, FileNames.Suffix.deleted].contains {
                    name.hasSuffix($0)
                }
            })
        // The tombstone has its delete horizon, and nothing else of it is different.
        #expect(try log.records(from: .zero).allSatisfy { $0.timestamp == CompactedLog.now })
        try log.append(keyed: "d=1")
        try log.rollNow()
        log.advanceHighWatermark(to: log.watermarks.logEndOffset)
        try log.compactAll()
        #expect(try log.text() == Self.new + " 6:d=1")
        try log.close()
    }
}
