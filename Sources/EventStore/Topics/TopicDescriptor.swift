internal import LogCore
internal import RecordFormat

/// What a store knows of a topic: its name, identity, number of partitions and settings.
///
/// - SeeAlso: docs/format/topic-descriptor.md
struct TopicDescriptor: Hashable, Sendable {
    var name: String
    var id: TopicID
    var partitionCount: Int32
    var configuration: LogConfiguration

    /// The topic's partitions.
    var partitions: [TopicPartition] { (0..<partitionCount).map { TopicPartition(name, $0) } }

    /// What the file of a topic ends with, behind the topic's id.
    static let suffix = ".topic"
    /// What the file of a topic ends with from its deletion until its partitions are gone.
    static let deletedSuffix = ".topic-deleted"

    private static let version = "1"
    /// The most partitions of a topic: directories in one data directory, each of which has files open.
    static let maxPartitions: Int32 = 100_000
    /// Kafka's limit: a partition's directory has the topic's name, and a file name 255 bytes.
    private static let maxNameLength = 249

    /// Checks a topic's name, by Kafka's rule.
    ///
    /// - Throws: ``LogError`` with code `.invalidConfiguration`, naming the rule.
    static func validate(name: String) throws(LogError) {
        let isLegal = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isLegal, !name.isEmpty, name.utf8.count <= maxNameLength, name != ".", name != ".." else {
            throw LogError(
                .invalidConfiguration,
                "'\(name)' is no topic's name: 1 to \(maxNameLength) letters, digits, '.', '_' and '-'")
        }
    }

    /// The file's text.
    var text: String {
        let values =
            [
                ("version", Self.version), ("name", name), ("topic.id", id.description),
                ("partitions", "\(partitionCount)"),
            ]
            + TopicSettings.all.map { ($0.key, $0.text(configuration)) }
        return PropertiesFile.text(values, separator: "=")
    }

    init(name: String, id: TopicID, partitionCount: Int32, configuration: LogConfiguration) {
        self.name = name
        self.id = id
        self.partitionCount = partitionCount
        self.configuration = configuration
    }

    /// Reads the file `fileName` in `directory`.
    ///
    /// - Throws: ``LogError`` with code `.unsupportedFormat`, naming the line's key, if it is damaged or of another
    ///   version, `.io` if it cannot be read.
    init(reading fileName: String, in directory: LogDirectory) throws(LogError) {
        let file = PropertiesFile(directory: directory, name: fileName, separator: "=")
        func damaged(_ what: String) -> LogError { LogError(.unsupportedFormat, "\(file.path): \(what)") }
        guard let values = try file.read() else {
            throw LogError(.io, "\(file.path) is gone")
        }
        guard values["version"] == Self.version else {
            throw damaged("version \(values["version"] ?? "missing"), known is \(Self.version)")
        }
        guard let name = values["name"], let id = values["topic.id"].flatMap({ TopicID($0) }),
            let count = values["partitions"].flatMap({ Int32($0) }), (1...Self.maxPartitions).contains(count)
        else { throw damaged("no name, topic.id or number of partitions") }
        try Self.validate(name: name)
        var configuration = LogConfiguration()
        for setting in TopicSettings.all {
            // One that is not there is of a later version than the file: it has its default.
            guard let text = values[setting.key] else { continue }
            guard setting.read(text, &configuration) else { throw damaged("\(setting.key)=\(text)") }
        }
        try configuration.validate()
        self.init(name: name, id: id, partitionCount: count, configuration: configuration)
    }
}
