import EventStore
import Foundation
import LogCore
import RecordFormat
import ServerHarness
import Testing

/// A process that uses the store is killed; what it was promised is there.
@Suite struct StoreCrashTests {
    /// What a run of the writer has said.
    private struct Promises {
        var appends: [(partition: Int32, offset: Int64, value: String)] = []
        var committed: Int64 = 0

        init(_ text: String) {
            // A line that the kill has cut is none.
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                let words = line.split(separator: " ")
                if words.first == "c", let offset = words.last.flatMap({ Int64($0) }) {
                    committed = max(committed, offset)
                } else if words.count == 4, let partition = Int32(words[1]), let offset = Int64(words[2]) {
                    appends.append((partition, offset, String(words[3])))
                }
            }
        }
    }

    @Test func everythingPromisedOutlivesKills() async throws {
        let directory = try TestDirectory()
        let outputs = try TestDirectory()
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "StoreWriter").path()
        var promised: [(partition: Int32, offset: Int64, value: String)] = []
        for run in 0..<5 {
            let output = outputs.path + "/\(run)"
            let writer = try await ChildProcess.start(
                program, [directory.path + "/data", "\(run)"], output: .file(output))
            // Another number of lines each time, so that the kill meets another state.
            try await wait(for: "\(200 * (run + 1)) promises", within: .seconds(60)) {
                if writer.hasEnded { throw TestFailure(description: "the writer has ended by itself") }
                return (try? Data(contentsOf: URL(filePath: output)))?.count { $0 == 10 } ?? 0 >= 200 * (run + 1)
            }
            writer.signal(SIGKILL)
            _ = try await writer.result(within: .seconds(30))
            let promises = Promises(try String(contentsOfFile: output, encoding: .utf8))
            promised += promises.appends

            let observer = RecordingObserver()
            let store = try EventStore(.init(directory: directory.path + "/data"), observer: observer)
            #expect(!store.wasCleanlyClosed)
            let topic = try store.topic("events")
            let kept = try (0..<Int32(3)).map { partition in
                Dictionary(
                    uniqueKeysWithValues: try topic.records(of: partition).map {
                        ($0.offset.rawValue, $0.value?.string ?? "null")
                    })
            }
            for promise in promised {
                #expect(kept[Int(promise.partition)][promise.offset] == promise.value, "run \(run)")
            }
            let offset = try store.offsets(group: "readers").committed(TopicPartition("events", 0))?.offset.rawValue
            #expect(try #require(offset) >= promises.committed)
            #expect(observer.damage.isEmpty && observer.findings.isEmpty)
            // The next run finds it as a kill has left it, or closed.
            if run % 2 == 0 { try store.close() }
        }
        #expect(promised.count > 1000)
    }
}
