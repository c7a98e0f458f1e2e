import ConnectRuntime

/// Metrics in Prometheus' text format, version 0.0.4.
///
/// Names are Kafka's with `kafka_connect_` before the group, as its users' dashboards have them. Rates are left out:
/// Prometheus makes them from the totals. States are a gauge each, 1 for the one that holds, so that an alert can be
/// written on numbers alone. A group's other words are the labels of one gauge that is always 1.
struct PrometheusText {
    private struct Family {
        var isCounter: Bool
        var lines: [String] = []
    }

    private var families: [String: Family] = [:]
    /// The families in the order in which they came: all lines of one stand together.
    private var order: [String] = []

    /// The text of these metrics.
    static func of(_ series: [MetricSeries]) -> [UInt8] {
        var text = PrometheusText()
        for group in series { text.add(group) }
        return text.bytes
    }

    private mutating func add(_ series: MetricSeries) {
        var labels: [(name: String, value: String)] = []
        if let connector = series.connector { labels.append(("connector", connector)) }
        if let task = series.task { labels.append(("task", "\(task)")) }
        if let tag = series.tag { labels.append((tag.name, tag.value)) }
        var words: [(name: String, value: String)] = []
        for entry in series.entries {
            let name = Self.name(series.group, entry.name)
            switch entry.value {
            case .total(let value): add(name, labels, "\(value)", isCounter: true)
            case .gauge(let value): add(name, labels, Self.number(value))
            case .text(let word):
                // What is doing what stands in the states.
                if entry.name != "status" { words.append((Self.identifier(entry.name), word)) }
            case .rate: break
            }
        }
        if !words.isEmpty { add(Self.informationName(series.group), labels + words, "1") }
        if let state = series.state {
            let name = series.task == nil ? "kafka_connect_connector_state" : "kafka_connect_task_state"
            for each in Self.states {
                add(name, labels + [("state", each.rawValue.lowercased())], each == state ? "1" : "0")
            }
        }
        for lag in series.lags {
            add(
                "kafka_connect_sink_task_lag",
                labels + [("topic", lag.topic), ("partition", "\(lag.partition)")], "\(lag.records)")
        }
    }

    private static let states: [ConnectStatus.State] = [
        .unassigned, .running, .paused, .failed, .restarting, .stopped,
    ]

    private static func name(_ group: MetricSeries.Group, _ entry: String) -> String {
        "kafka_connect_" + identifier("\(shortName(group))_\(entry)")
    }

    /// The name of the gauge that has a group's words, such as `kafka_connect_worker_rebalance_info`.
    private static func informationName(_ group: MetricSeries.Group) -> String {
        let suffix = "-metrics"
        let name = shortName(group)
        return "kafka_connect_" + identifier(name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name)
            + "_info"
    }

    private static func shortName(_ group: MetricSeries.Group) -> String {
        let prefix = "connect-"
        return group.rawValue.hasPrefix(prefix) ? String(group.rawValue.dropFirst(prefix.count)) : group.rawValue
    }

    private static func identifier(_ name: String) -> String { String(name.map { $0 == "-" ? "_" : $0 }) }

    private static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private mutating func add(
        _ name: String, _ labels: [(name: String, value: String)], _ value: String, isCounter: Bool = false
    ) {
        if families[name] == nil { order.append(name) }
        let inside = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        families[name, default: Family(isCounter: isCounter)].lines
            .append(inside.isEmpty ? "\(name) \(value)" : "\(name){\(inside)} \(value)")
    }

    /// A label's value: backslashes, quotes and line ends are escaped.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for name in order {
            guard let family = families[name] else { continue }
            bytes += "# TYPE \(name) \(family.isCounter ? "counter" : "gauge")\n".utf8
            for line in family.lines { bytes += (line + "\n").utf8 }
        }
        return bytes
    }
}
