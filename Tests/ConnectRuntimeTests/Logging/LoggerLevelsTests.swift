import Logging
import Synchronization
import Testing

@testable import ConnectRuntime

@Suite struct LoggerLevelsTests {
    private let lines = Lines()
    private let levels: LoggerLevels

    init() {
        let lines = lines
        levels = LoggerLevels(level: .info, now: { 7 }) { label in lines.handler(label) }
    }

    @Test func aChangeCountsFromTheNextLineOn() {
        let task = levels.logger("org.apache.kafka.connect.runtime.WorkerTask")
        task.debug("unheard")
        task.info("one")
        #expect(levels.set("org.apache.kafka.connect.runtime", to: .debug) != nil)
        task.debug("two")
        task.trace("unheard")
        #expect(levels.set("org.apache.kafka.connect.runtime.WorkerTask", to: .error) != nil)
        task.warning("unheard")
        task.error("three")
        #expect(levels.set("root", to: .off) != nil)
        task.critical("unheard")
        let later = levels.logger("later")
        later.critical("unheard")
        #expect(levels.set("root", to: .trace) != nil)
        task.trace("four")
        later.trace("five")
        #expect(
            lines.all == [
                "org.apache.kafka.connect.runtime.WorkerTask one", "org.apache.kafka.connect.runtime.WorkerTask two",
                "org.apache.kafka.connect.runtime.WorkerTask three", "org.apache.kafka.connect.runtime.WorkerTask four",
                "later five",
            ])
    }

    @Test func namesInheritByTheirDots() {
        #expect(levels.setting(of: "root") == .init(level: .info))
        #expect(levels.setting(of: "ROOT") == .init(level: .info))
        #expect(levels.setting(of: "a.b") == nil, "nothing has that name")
        #expect(levels.setting(of: "org.apache.kafka.connect.whatever")?.level == .info)
        #expect(levels.set("a.b", to: .warn) == ["a.b"])
        #expect(levels.setting(of: "a.b") == .init(level: .warn, lastModified: 7))
        _ = levels.logger("a.b.c")
        _ = levels.logger("a.bc")
        #expect(levels.setting(of: "a.b.c") == .init(level: .warn))
        #expect(levels.setting(of: "a.bc") == .init(level: .info))
        #expect(levels.setting(of: "a") == nil)
        #expect(levels.set("a", to: .debug) == ["a", "a.b", "a.b.c", "a.bc"])
        #expect(levels.setting(of: "a.b.c")?.level == .debug)
    }

    @Test func onlyWhatIsSetIsListedAndWhatChangesNothingKeepsItsTime() {
        _ = levels.logger("a")
        #expect(levels.all == ["root": .init(level: .info)])
        #expect(levels.set("root", to: .info) == ["a", "root"])
        #expect(levels.all == ["root": .init(level: .info)])
        #expect(levels.set("a", to: .debug) == ["a"])
        #expect(levels.all == ["root": .init(level: .info), "a": .init(level: .debug, lastModified: 7)])
    }

    @Test func namesFromOutsideAreBounded() {
        #expect(levels.set(String(repeating: "x", count: 256), to: .info) == nil)
        for number in 0..<1000 { #expect(levels.set("n\(number)", to: .debug) != nil) }
        #expect(levels.set("one-more", to: .debug) == nil)
        #expect(levels.setting(of: "one-more") == nil)
        #expect(levels.set("n7", to: .warn) == ["n7"])
        #expect(levels.set("root", to: .warn)?.count == 1001)
    }

    @Test func aLoggerOfAnotherKindIsWrapped() {
        var logger = Logger(label: "app") { [lines] in lines.handler($0) }
        logger.logLevel = .warning
        let levels = LoggerLevels.governing(logger)
        #expect(levels.all == ["root": .init(level: .warn)])
        let part = levels.logger(.herder)
        part.info("unheard")
        part.warning("heard")
        #expect(lines.all == ["app heard"])
        #expect(LoggerLevels.governing(part) === levels)
    }

    @Test func aProgramsOwnLevelForOneLoggerWins() {
        var one = levels.logger("x")
        let other = levels.logger("x")
        one.logLevel = .error
        one.warning("unheard")
        other.warning("heard")
        #expect(lines.all == ["x heard"])
        #expect(one.logLevel == .error && other.logLevel == .info)
    }

    @Test(arguments: [
        ("debug", KafkaLogLevel.debug), ("OFF", .off), ("Fatal", .fatal), ("NOTICE", nil), ("", nil),
    ])
    func levelsAreKafkasWords(text: String, level: KafkaLogLevel?) { #expect(KafkaLogLevel(parsing: text) == level) }
}

/// What was logged, each line with its logger's label.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func handler(_ label: String) -> Handler { Handler(label: label, lines: self) }

    struct Handler: LogHandler {
        let label: String
        let lines: Lines
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.lines.withLock { $0.append("\(label) \(event.message)") } }
    }
}
