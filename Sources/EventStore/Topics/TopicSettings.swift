internal import LogCore
internal import RecordFormat

/// One setting of a topic as text, under the name and with the values that Kafka gives it.
struct TopicSetting: Sendable {
    let key: String
    let text: @Sendable (LogConfiguration) -> String
    /// Takes the value over; false if the text is none.
    let read: @Sendable (String, inout LogConfiguration) -> Bool
}

/// The settings that a topic's file holds.
///
/// - SeeAlso: docs/format/topic-descriptor.md
enum TopicSettings {
    /// What Kafka writes for a limit that there is not.
    private static let unlimited = Int64.max

    static let all: [TopicSetting] = [
        policy,
        number("segment.bytes", \.segmentBytes),
        duration("segment.ms", \.segmentDuration),
        number("segment.index.bytes", \.indexMaxBytes),
        number("index.interval.bytes", \.indexIntervalBytes),
        optional("retention.ms", \.retention, none: -1),
        TopicSetting(
            key: "retention.bytes", text: { "\($0.retentionBytes ?? -1)" },
            read: { text, configuration in
                guard let value = Int(text) else { return false }
                configuration.retentionBytes = value == -1 ? nil : value
                return true
            }),
        duration("delete.retention.ms", \.deleteRetention),
        duration("min.compaction.lag.ms", \.minCompactionLag),
        optional("max.compaction.lag.ms", \.maxCompactionLag, none: unlimited),
        TopicSetting(
            key: "min.cleanable.dirty.ratio", text: { "\($0.minCleanableRatio)" },
            read: { text, configuration in
                guard let value = Double(text) else { return false }
                configuration.minCleanableRatio = value
                return true
            }),
        compressionType,
        compressionLevel(of: .gzip, none: -1),
        compressionLevel(of: .lz4, none: 9),
        compressionLevel(of: .zstd, none: 3),
        number("max.message.bytes", \.maxMessageBytes),
        TopicSetting(
            key: "message.timestamp.type",
            text: { $0.timestampType == .createTime ? "CreateTime" : "LogAppendTime" },
            read: { text, configuration in
                guard text == "CreateTime" || text == "LogAppendTime" else { return false }
                configuration.timestampType = text == "CreateTime" ? .createTime : .logAppendTime
                return true
            }),
        optional("message.timestamp.before.max.ms", \.timestampBeforeMax, none: unlimited),
        optional("message.timestamp.after.max.ms", \.timestampAfterMax, none: unlimited),
        TopicSetting(
            key: "flush.messages", text: { $0.flushesEveryAppend ? "1" : "\(unlimited)" },
            read: { text, configuration in
                guard let value = Int64(text), value >= 1 else { return false }
                configuration.flushesEveryAppend = value == 1
                return true
            }),
        optional("flush.ms", \.flushInterval, none: unlimited),
        duration("producer.id.expiration.ms", \.producerExpiration),
    ]

    private static let policy = TopicSetting(
        key: "cleanup.policy",
        text: { configuration in
            let names = [("compact", LogConfiguration.CleanupPolicy.compact), ("delete", .delete)]
            return names.filter { configuration.cleanupPolicy.contains($0.1) }.map(\.0).joined(separator: ",")
        },
        read: { text, configuration in
            configuration.cleanupPolicy = []
            for name in text.split(separator: ",") {
                switch name {
                case "compact": configuration.cleanupPolicy.insert(.compact)
                case "delete": configuration.cleanupPolicy.insert(.delete)
                default: return false
                }
            }
            return true
        })

    private static let compressionType = TopicSetting(
        key: "compression.type",
        text: { $0.compression.codec.map { $0 == .none ? "uncompressed" : $0.name } ?? "producer" },
        read: { text, configuration in
            if text == "producer" {
                configuration.compression = .producer
                return true
            }
            guard let codec = CompressionCodec(name: text) else { return false }
            configuration.compression = .always(codec)
            return true
        })

    /// Stands behind ``compressionType``, which says whether it means anything.
    ///
    /// - Parameter none: What Kafka writes for the codec's own choice.
    private static func compressionLevel(of codec: CompressionCodec, none: Int32) -> TopicSetting {
        TopicSetting(
            key: "compression.\(codec.name).level",
            text: { "\($0.compression.codec == codec ? $0.compression.level ?? none : none)" },
            read: { text, configuration in
                guard let level = Int32(text) else { return false }
                guard configuration.compression.codec == codec else { return true }
                configuration.compression = .always(codec, level: level == none ? nil : level)
                return true
            })
    }

    private static func number(
        _ key: String, _ path: any WritableKeyPath<LogConfiguration, Int> & Sendable
    ) -> TopicSetting {
        TopicSetting(
            key: key, text: { "\($0[keyPath: path])" },
            read: { text, configuration in
                guard let value = Int(text) else { return false }
                configuration[keyPath: path] = value
                return true
            })
    }

    private static func duration(
        _ key: String, _ path: any WritableKeyPath<LogConfiguration, Duration> & Sendable
    ) -> TopicSetting {
        TopicSetting(
            key: key, text: { "\($0[keyPath: path].clampedMilliseconds)" },
            read: { text, configuration in
                guard let value = Int64(text), value >= 0 else { return false }
                configuration[keyPath: path] = .milliseconds(value)
                return true
            })
    }

    private static func optional(
        _ key: String, _ path: any WritableKeyPath<LogConfiguration, Duration?> & Sendable, none: Int64
    ) -> TopicSetting {
        TopicSetting(
            key: key, text: { "\($0[keyPath: path].map(\.clampedMilliseconds) ?? none)" },
            read: { text, configuration in
                guard let value = Int64(text), value >= 0 || value == none else { return false }
                configuration[keyPath: path] = value == none ? nil : .milliseconds(value)
                return true
            })
    }
}
