import ConnectRuntime

/// Metrics in Prometheus' text format, version 0.0.4.
///
/// Names are Kafka's with `kafka_connect_` before the group, as its users' dashboards have them. Rates are left out:
/// Prometheus makes them from the totals. States are a gauge each, 1 for the one that holds, so that an alert can be
/// written on numbers alone.
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
        for entry in series.entries {
            let name = Self.name(series.group, entry.name)
            switch entry.value {
            case .total(let value): add(name, labels, "\(value)", isCounter: true)
            case .gauge(let value): add(name, labels, Self.number(value))
            case .rate, .text: break
            }
        }
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
        let prefix = "connect-"
        let group = group.rawValue.hasPrefix(prefix) ? String(group.rawValue.dropFirst(prefix.count)) : group.rawValue
        return "kafka_connect_" + String("\(group)_\(entry)".map { $0 == "-" ? "_" : $0 })
    }

    private static func number(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }

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
