/// The settings of one group (KIP-848, KIP-932); what is not set has the broker's value.
enum GroupKeys {
    static let all: [ConfigurationKey] = [
        ConfigurationKey(
            "consumer.heartbeat.interval.ms", .int, "5000", broker: "group.consumer.heartbeat.interval.ms", minimum: 1,
            "How often a member of this group is to send a heartbeat, in the consumer protocol."),
        ConfigurationKey(
            "consumer.session.timeout.ms", .int, "45000", broker: "group.consumer.session.timeout.ms", minimum: 1,
            "After how long without a heartbeat a member of this group is taken for dead, in the consumer protocol."),
        ConfigurationKey(
            "share.auto.offset.reset", .string, "latest",
            "Where this share group begins in a partition that it has never read: earliest, latest, or "
                + "by_duration:<duration>, a duration of ISO 8601 such as PT1H."),
        ConfigurationKey(
            "share.heartbeat.interval.ms", .int, "5000", broker: "group.share.heartbeat.interval.ms", minimum: 1,
            "How often a member of this share group is to send a heartbeat."),
        ConfigurationKey(
            "share.isolation.level", .string, "read_uncommitted", allowed: ["read_uncommitted", "read_committed"],
            "Whether this share group is given records of transactions before they are committed, or at all."),
        ConfigurationKey(
            "share.record.lock.duration.ms", .int, "30000", broker: "group.share.record.lock.duration.ms",
            minimum: 1000,
            "How long a record stays with the member of this share group that was handed it."),
        ConfigurationKey(
            "share.session.timeout.ms", .int, "45000", broker: "group.share.session.timeout.ms", minimum: 1,
            "After how long without a heartbeat a member of this share group is taken for dead."),
    ]

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The broker's keys between whose values a group's value has to lie.
    static func bounds(_ key: ConfigurationKey) -> (least: String, most: String)? {
        guard let brokerKey = key.brokerKey else { return nil }
        let parts = brokerKey.split(separator: ".", maxSplits: 2)
        let prefix = "\(parts[0]).\(parts[1])."
        return (prefix + "min." + parts[2], prefix + "max." + parts[2])
    }
}

extension BrokerConfiguration {
    /// Checks what is set for a group.
    ///
    /// - Throws: ``ConfigurationError`` for an unknown name, or a value that the broker does not allow groups.
    func validateGroup(_ settings: [String: String]) throws(ConfigurationError) {
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard let key = GroupKeys.byName[name] else {
                throw ConfigurationError("Unknown group config name: \(name)")
            }
            try key.validate(value)
            if name == "share.auto.offset.reset", SharePolicy.Start(value) == nil {
                throw ConfigurationError(
                    "Invalid value \(value) for configuration \(name): must be earliest, latest or by_duration:PnDTnHnMnS"
                )
            }
            guard let bounds = GroupKeys.bounds(key), let number = Int(value) else { continue }
            let (least, most) = (integer(bounds.least), integer(bounds.most))
            guard number >= least else {
                throw ConfigurationError("\(name) must be greater than or equal to \(bounds.least), \(least)")
            }
            guard number <= most else {
                throw ConfigurationError("\(name) must be less than or equal to \(bounds.most), \(most)")
            }
        }
        try require(settings, shorter: "consumer.heartbeat.interval.ms", than: "consumer.session.timeout.ms")
        try require(settings, shorter: "share.heartbeat.interval.ms", than: "share.session.timeout.ms")
    }

    /// The value of a group's setting: the group's own, or the broker's.
    func groupValue(_ name: String, _ settings: [String: String]) -> Int {
        settings[name].flatMap { Int($0) } ?? integer(GroupKeys.byName[name]?.brokerKey ?? name)
    }

    private func require(
        _ settings: [String: String], shorter interval: String, than timeout: String
    ) throws(ConfigurationError) {
        guard groupValue(interval, settings) < groupValue(timeout, settings) else {
            throw ConfigurationError("\(timeout) must be greater than \(interval)")
        }
    }
}
