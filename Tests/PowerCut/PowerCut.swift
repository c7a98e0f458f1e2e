import EventStore
import LogCore
import RecordFormat

/// The program on the file system that is cut off: one run writes until it is killed, the next one checks what is left.
@main
enum PowerCut {
    /// The partitions that are written at the same time.
    static let partitions: [Int32] = [0, 1]
    static let codecs: [CompressionCodec] = [.none, .none, .lz4, .zstd]
    static let now = Timestamp(milliseconds: 1_700_000_000_000)
    private static let topic = TopicID(high: 0x506F_7765, low: 0x4375_7421)

    static let usage = """
        power-cut write DIRECTORY SEED ROUND flushed|unflushed   writes until it is killed, a journal on standard output
        power-cut check DIRECTORY SEED JOURNAL close|leave       prints what is lost or wrong as one line of JSON
        """

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().map { $0 }
        guard arguments.count == 5, let seed = UInt64(arguments[2]) else { throw UsageError(usage) }
        switch (arguments[0], Int(arguments[3]), arguments[4]) {
        case ("write", let round?, "flushed"), ("write", let round?, "unflushed"):
            let isFlushing = arguments[4] == "flushed"
            try Writer(directory: arguments[1], seed: seed, round: round, isFlushing: isFlushing).run()
        case ("check", _, "close"), ("check", _, "leave"):
            var checker = Checker(journal: try Journal(path: arguments[3]), seed: seed)
            checker.run(arguments[1], closes: arguments[4] == "close")
            let problems = checker.problems.prefix(20).map { $0.debugDescription }.joined(separator: ", ")
            print(#"{"records": \#(checker.records), "lost": \#(checker.lost), "problems": [\#(problems)]}"#)
        default:
            throw UsageError(usage)
        }
    }

    /// Everything happens often: a checkpoint several times a second, a segment full after a few hundred batches.
    static func options(_ directory: String) -> EventStore.Options {
        EventStore.Options(
            directory: directory, checkpointInterval: .milliseconds(100), retentionInterval: .seconds(3600),
            now: { now })
    }

    /// Opens one partition's log.
    static func open(_ partition: Int32, in store: EventStore) throws -> StoredLog {
        var configuration = LogConfiguration()
        configuration.segmentBytes = 128 << 10
        configuration.indexIntervalBytes = 1024
        return try store.open(TopicPartition("cut", partition), topicID: topic, configuration: configuration)
    }
}

/// Wrong arguments, or a journal that no writer wrote.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
