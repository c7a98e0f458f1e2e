import ConnectAPI

/// What the configuration of a ``FileStreamSourceConnector`` means.
struct FileStreamSourceSettings: Sendable {
    /// The keys beside those of every source connector.
    static let definition = ConfigDefinition([
        ConfigKey(
            "file", .string, default: .none, importance: .high,
            documentation: "The file to read: a name, a list of names with commas, or patterns such as"
                + " /var/log/*.log. Without one, standard input is read.", validator: .files),
        ConfigKey(
            "topic", .string, default: .required, importance: .high, documentation: "The topic to write the lines to.",
            validator: .nonEmpty),
        ConfigKey(
            "batch.size", .int, default: .value("2000"), importance: .low,
            documentation: "The most records that the task reads from the file at a time.", validator: .atLeast(1)),
        ConfigKey(
            "start.position", .string, default: .value("beginning"), importance: .medium,
            documentation: "Where reading begins in a file that exists when the task starts and that no offset is"
                + " stored of.", validator: .oneOf(["beginning", "end"]), recommendedValues: ["beginning", "end"]),
        ConfigKey(
            "multiline.pattern", .string, default: .none, importance: .medium,
            documentation: "A regular expression for lines that continue a record.", validator: .linePattern),
        ConfigKey(
            "multiline.negate", .boolean, default: .value("false"), importance: .low,
            documentation: "Whether it is the lines that do not match that continue a record."),
        ConfigKey(
            "multiline.match", .string, default: .value("after"), importance: .low,
            documentation: "Whether such a line belongs after the line before it, or before the line after it.",
            validator: .oneOf(["after", "before"]), recommendedValues: ["after", "before"]),
        ConfigKey(
            "multiline.max.lines", .int, default: .value("500"), importance: .low,
            documentation: "The most lines of a record; what follows is a record of its own.",
            validator: .between(1, 100_000)),
        ConfigKey(
            "multiline.max.bytes", .int, default: .value("1048576"), importance: .low,
            documentation: "The most bytes of a record of several lines; what follows is a record of its own.",
            validator: .between(1, 67_108_864)),
        ConfigKey(
            "multiline.timeout.ms", .long, default: .value("5000"), importance: .low,
            documentation: "How long a record waits for a further line.", validator: .between(1, 86_400_000)),
    ])

    /// The files; `nil` for standard input.
    let selection: FileSelection?
    /// Which of them the task has.
    let share: FileShare
    /// The topic that the lines go to.
    let topic: String
    /// The most records of one poll.
    let batchSize: Int
    /// Whether files that nothing is known of are read from their end.
    let startsAtEnd: Bool
    /// What makes records of several lines; `nil` when each line is one.
    let multiline: LineAssembler.Settings?
    /// Takes what the operator should know of the files.
    var logger = ConnectLogger.silent

    /// Reads a connector's or a task's configuration.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` and the first problem.
    init(_ configuration: [String: String]) throws {
        let parsed = try Self.definition.parse(configuration)
        selection = try parsed.string("file").flatMap { $0.isEmpty ? nil : try FileSelection($0) }
        share = FileShare(configuration)
        topic = parsed.string("topic") ?? ""
        batchSize = parsed.integer("batch.size") ?? 2000
        startsAtEnd = parsed.string("start.position") == "end"
        multiline = try parsed.string("multiline.pattern").map { pattern in
            LineAssembler.Settings(
                pattern: try LinePattern(pattern), isNegated: parsed.boolean("multiline.negate") ?? false,
                match: parsed.string("multiline.match").flatMap(LineAssembler.Match.init) ?? .after,
                maximumLines: parsed.integer("multiline.max.lines") ?? 500,
                maximumBytes: parsed.integer("multiline.max.bytes") ?? 1_048_576,
                timeout: .milliseconds(parsed.integer("multiline.timeout.ms") ?? 5000))
        }
    }

    /// Makes the reader of a file.
    ///
    /// - Parameters:
    ///   - path: The file; `nil` for standard input.
    ///   - isPresent: Whether it was there to be read when the task started.
    ///   - isFound: Whether a pattern has found it.
    func reader(of path: String?, isPresent: Bool, isFound: Bool) -> FileReader {
        FileReader(
            path: path, topic: topic, releasesRemovedFiles: isFound, startsAtEnd: startsAtEnd && isPresent,
            assembler: multiline.map { LineAssembler($0) },
            rotation: path.map { LogRotation(of: $0, selection: selection, startsAtEnd: startsAtEnd, logger: logger) })
    }
}

extension ConfigValidator {
    /// Accepts numbers of a range.
    static func between(_ least: Int64, _ most: Int64) -> ConfigValidator {
        ConfigValidator { text in
            guard let value = Int64(text) else { return nil }
            if value < least { return "Value must be at least \(least)" }
            return value > most ? "Value must be no more than \(most)" : nil
        }
    }
}
