import ConnectRuntime
import JSON

/// Metrics as JSON: an object per group, under Kafka's names; of what a task may have several of, an array of them.
enum MetricsJSON {
    /// A connector's metrics and its tasks'.
    static func of(_ name: String, _ series: [MetricSeries]) -> JSONValue {
        var answer = JSONObject()
        answer["name"] = .string(name)
        for group in series where group.task == nil { answer[group.group.rawValue] = object(group) }
        var tasks: [Int: JSONObject] = [:]
        for group in series {
            guard let task = group.task else { continue }
            tasks[task, default: JSONObject()]["id"] = .integer(task)
            let earlier = tasks[task]?[group.group.rawValue]?.array ?? []
            tasks[task]?[group.group.rawValue] = group.tag == nil ? object(group) : .array(earlier + [object(group)])
        }
        answer["tasks"] = .array(tasks.sorted { $0.key < $1.key }.map { .object($0.value) })
        return .object(answer)
    }

    private static func object(_ series: MetricSeries) -> JSONValue {
        var object = JSONObject()
        if let tag = series.tag { object[tag.name] = .string(tag.value) }
        for entry in series.entries {
            object[entry.name] =
                switch entry.value {
                case .total(let value): .integer(value)
                case .gauge(let value), .rate(let value): number(value)
                case .text(let text): .string(text)
                }
        }
        if series.group == .sinkTask {
            object["partitions"] = .array(
                series.lags.map { lag in
                    [
                        "topic": .string(lag.topic), "partition": .integer(lag.partition),
                        "sink-record-lag": .integer(lag.records),
                    ]
                })
        }
        return .object(object)
    }

    private static func number(_ value: Double) -> JSONValue {
        if let whole = Int64(exactly: value) { return .integer(whole) }
        return JSONNumber(value).map(JSONValue.number) ?? .null
    }
}
