import Foundation
import LogCore
import RecordFormat
import StorageHarness
import Testing

/// Every system call of every operation fails once: whatever becomes of the operation, nothing that was promised is
/// lost, neither to the process that comes next nor to a power cut.
@Suite struct PartitionLogFailureTests {
    enum Operation: CaseIterable {
        case append, appendNewEpoch, appendAndRoll, flush, truncate, truncateSegments, delete, snapshot, close
    }

    /// A log of several segments, flushed but for its last batches.
    private struct Subject {
        let files: CrashFileSystem
        let log: PartitionLog
        var history = LogHistory()

        /// - Parameter isMapped: Whether small batches are copied into the mapped tail from the first on.
        init(_ residency: LogResidency, isMapped: Bool) throws {
            files = CrashFileSystem(seed: 1)
            var configuration = PartitionLogCrashTests.configuration()
            if isMapped { configuration.tailMapping.leastAhead = 0 }
            (log, _) = try PartitionLogCrashTests.open(files, history, configuration, residency: residency)
            for index in 0..<24 {
                try history.append(1 + index % 3, length: 60, to: log)
                if index % 5 == 2 { try history.flush(log) }
            }
            history.note(log)
            for _ in 0..<3 { try history.append(2, length: 60, to: log) }
            try #require(log.segmentBaseOffsets.count > 3)
        }

        mutating func perform(_ operation: Operation) throws {
            switch operation {
            case .append: try history.append(1, length: 10, to: log)
            case .appendNewEpoch:
                for _ in 0..<10 { try history.append(1, length: 1, to: log) }
            case .appendAndRoll:
                try log.rollNow()
                try history.append(1, length: 10, to: log)
            case .flush: try history.flush(log)
            case .truncate: try history.truncate(log, to: history.end - 3)
            case .truncateSegments: try history.truncate(log, to: log.segmentBaseOffsets[1].rawValue + 2)
            case .delete: try history.deleteOldSegments(log)
            case .snapshot: try log.snapshotProducers()
            case .close:
                defer { history.note(log) }
                try log.close()
            }
        }

        /// What the next process finds, after a power cut or without.
        func checkReopening(afterPowerCut: UInt64?) throws {
            var left = files
            if let seed = afterPowerCut {
                var generator = SeededGenerator(seed: seed)
                left = files.crashed(&generator)
            }
            var history = history
            let (reopened, report) = try PartitionLogCrashTests.open(left, history)
            try history.check(reopened, report)
            try history.append(1, length: 10, to: reopened)
            try history.flush(reopened)
            let (again, second) = try PartitionLogCrashTests.open(left, history)
            try history.check(again, second)
        }
    }

    @Test(arguments: Operation.allCases, [EIO, ENOSPC, EMFILE])
    func noFailingCallCostsWhatWasPromised(operation: Operation, errno: Int32) throws {
        try failEachCall(of: operation, errno, isMapped: false)
        try failEachCall(of: operation, errno, isMapped: true)
    }

    private func failEachCall(of operation: Operation, _ errno: Int32, isMapped: Bool) throws {
        for count in 0..<1_000 {
            // Where files are opened all the time there is more that can fail, and one kind of failure is enough.
            var subject = try Subject(errno == EIO ? .tight : .shared, isMapped: isMapped)
            subject.files.fail(after: count, with: errno)
            var thrown: LogError?
            do { try subject.perform(operation) } catch let error as LogError { thrown = error }
            guard let call = subject.files.stopFailing() else {
                try #require(thrown == nil)
                return
            }
            let note =
                "\(operation), mapped \(isMapped), call \(count), \(call): \(thrown.map { "\($0)" } ?? "went on")"
            do {
                if let thrown, thrown.isRetriable, operation != .close {
                    // The caller is told that it may try again: then it must work now.
                    try #require(subject.log.failure == nil)
                    try subject.perform(operation)
                }
                for seed in 0..<3 { try subject.checkReopening(afterPowerCut: UInt64(count * 3 + seed)) }
                try subject.checkReopening(afterPowerCut: nil)
            } catch {
                print("failed: \(note)")
                throw error
            }
        }
        Issue.record("more calls than can be")
    }

    @Test(arguments: Operation.allCases) func noInterruptedCallIsNoticed(operation: Operation) throws {
        for count in 0..<1_000 {
            // Where files are opened all the time there is more that can fail, and one kind of failure is enough.
            var subject = try Subject(errno == EIO ? .tight : .shared, isMapped: count % 2 == 0)
            subject.files.fail(after: count / 2, with: EINTR)
            try subject.perform(operation)
            try #require(subject.log.failure == nil)
            guard subject.files.stopFailing() != nil || count % 2 == 0 else { return }
        }
        Issue.record("more calls than can be")
    }

    @Test(arguments: [EIO, ENOSPC, EMFILE, EINTR], [false, true])
    func noFailingCallOfAStartCostsWhatWasPromised(errno: Int32, afterPowerCut: Bool) throws {
        var generator = SeededGenerator(seed: 7)
        for count in 0..<1_000 {
            // Where files are opened all the time there is more that can fail, and one kind of failure is enough.
            var subject = try Subject(errno == EIO ? .tight : .shared, isMapped: afterPowerCut)
            let files = afterPowerCut ? subject.files.crashed(&generator) : subject.files
            files.fail(after: count, with: errno)
            let opened = try? PartitionLogCrashTests.open(files, subject.history)
            let failed = files.stopFailing()
            if failed == nil || errno == EINTR { try #require(opened != nil) }
            if let opened { try subject.history.check(opened.log, opened.report) }
            // A power cut right after, and a start that is made again.
            for next in [files.crashed(&generator), files] {
                var history = subject.history
                let (log, report) = try PartitionLogCrashTests.open(next, history)
                try history.check(log, report)
            }
            if failed == nil { return }
        }
        Issue.record("more calls than can be")
    }
}
