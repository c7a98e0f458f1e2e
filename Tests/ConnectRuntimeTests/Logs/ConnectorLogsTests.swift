import ConnectAPI
import LogHarness
import Logging
import ServerHarness
import Synchronization
import Testing

@testable import ConnectRuntime

@Suite(.timeLimit(.minutes(1))) struct ConnectorLogsTests {
    @Test func aLineGoesToTheServersLogAndToItsConnectors() {
        let server = LogLines(from: .warning)
        let logs = ConnectorLogs(server.logger)
        let task = logs.logger(for: "a", task: 3)
        task.warning("careful", metadata: ["task": "a-3", "error": "no luck"])
        task.forAuthors.info("at work", ["file": "f"])
        task.debug("nobody wants to know")
        logs.logger(for: "b").error("elsewhere")
        #expect(
            server.all == ["warning careful connector=a error=no luck task=a-3", "error elsewhere connector=b"])
        let entries = logs.log(of: "a").last(10, LogFilter())
        #expect(entries.map(\.message) == ["careful", "at work"])
        #expect(entries.map(\.task) == [3, 3])
        #expect(entries.map(\.fields) == [["error": "no luck"], ["file": "f"]])
        #expect(entries.allSatisfy { $0.time > 1_700_000_000_000 })
    }

    @Test func whoFollowsGetsEveryLineAndTheEnd() async throws {
        let logs = ConnectorLogs(Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let logger = logs.logger(for: "a")
        let log = logs.log(of: "a")
        logger.warning("0")
        let seen = Mutex<[String]>([])
        let following = Task {
            var number: Int64 = 0
            while let next = await log.next(after: number, LogFilter(level: .warning), patience: .seconds(60)) {
                number = next.number
                seen.withLock { $0 += next.entries.map(\.message) }
            }
        }
        for number in 1...50 {
            logger.info("not this one")
            logger.warning("\(number)")
        }
        try await wait(for: "every line") { seen.withLock { $0.count } == 51 }
        logs.remove("a")
        await following.value
        #expect(seen.withLock { $0 } == (0...50).map(String.init))
        #expect(logs.log(of: "a").lastNumber == 0)
    }

    @Test func noMoreFollowThanThereIsRoomFor() async throws {
        let logs = ConnectorLogs(Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let gate = Gate()
        let tasks = (0..<ConnectorLogs.followerLimit).map { _ in
            Task { try await logs.following { await gate.pass() } }
        }
        try await wait(for: "all of them") { !logs.hasRoom }
        await #expect(throws: ConnectError.self) { try await logs.following {} }
        gate.open()
        for task in tasks { try await task.value }
        #expect(logs.hasRoom)
    }
}
