import Coordination
import KafkaProtocol
import LogCore
import RecordFormat

/// How one share group reads: the broker's settings, with what was set for the group.
struct SharePolicy: Sendable {
    /// Where a group begins in a partition that it has never read (`share.auto.offset.reset`).
    enum Start: Sendable, Hashable {
        case earliest
        case latest
        /// At the first record that is no older than this.
        case byDuration(Duration)

        /// Reads a setting; `nil` if it is none.
        init?(_ text: String) {
            switch text.lowercased() {
            case "earliest": self = .earliest
            case "latest": self = .latest
            default:
                let prefix = "by_duration:"
                guard text.lowercased().hasPrefix(prefix),
                    let duration = Duration(iso8601: text.dropFirst(prefix.count))
                else { return nil }
                self = .byDuration(duration)
            }
        }

        /// The offset at which a group begins now.
        func offset(in partition: Partition, now: Timestamp) throws(LogError) -> LogOffset {
            let marks = partition.log.watermarks
            switch self {
            case .earliest: return marks.logStartOffset
            case .latest: return marks.highWatermark
            case .byDuration(let duration):
                let time = now.saturating(adding: .zero - duration)
                return try partition.log.offset(for: time, upTo: .highWatermark)?.offset ?? marks.highWatermark
            }
        }
    }

    var settings = ShareSettings()
    var start = Start.latest
    /// How far members see (`share.isolation.level`).
    var isolation = FetchIsolation.highWatermark

    init(_ configuration: BrokerConfiguration, _ overrides: [String: String]) {
        settings.deliveryCountLimit = Int16(clamping: configuration.integer("group.share.delivery.count.limit"))
        settings.maxRecordLocks = configuration.integer("group.share.partition.max.record.locks")
        settings.updatesPerSnapshot = configuration.integer(
            "share.coordinator.snapshot.update.records.per.snapshot")
        let least = configuration.integer("group.share.min.record.lock.duration.ms")
        let most = configuration.integer("group.share.max.record.lock.duration.ms")
        // Bounds that were tightened later hold for what was set before, too.
        let lock = configuration.groupValue("share.record.lock.duration.ms", overrides)
        settings.lockDuration = .milliseconds(min(max(lock, least), max(least, most)))
        start = overrides["share.auto.offset.reset"].flatMap(Start.init) ?? .latest
        if overrides["share.isolation.level"]?.lowercased() == "read_committed" { isolation = .transactionCommitted }
    }
}

extension Duration {
    /// Reads a duration of ISO 8601 in days, hours, minutes and seconds, such as P1DT2H3M4.5S; `nil` if it is none.
    init?(iso8601 text: some StringProtocol) {
        let text = text.uppercased()
        guard text.first == "P", text.count > 2 else { return nil }
        var rest = text.dropFirst()
        var seconds = 0.0
        var isTime = false
        var units = Substring("D")
        while !rest.isEmpty {
            if rest.first == "T" {
                guard !isTime, rest.count > 1 else { return nil }
                isTime = true
                units = "HMS"
                rest = rest.dropFirst()
                continue
            }
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            guard let amount = Double(digits), let unit = rest.dropFirst(digits.count).first,
                let place = units.firstIndex(of: unit)
            else { return nil }
            // A fraction is for seconds alone.
            guard unit == "S" || !digits.contains(".") else { return nil }
            seconds += amount * ["D": 86_400, "H": 3_600, "M": 60, "S": 1][unit, default: 0]
            units = units[units.index(after: place)...]
            rest = rest.dropFirst(digits.count + 1)
        }
        guard seconds.isFinite, seconds < 1e12 else { return nil }
        self = .milliseconds(Int64(seconds * 1000))
    }
}
