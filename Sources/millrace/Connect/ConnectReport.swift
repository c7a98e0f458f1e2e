import JSON

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Tables of what a worker answers.
enum ConnectReport {
    /// The connectors of `GET /connectors?expand=status&expand=info`.
    static func connectors(_ answer: JSONValue) -> Table {
        var table = Table("connector", "type", "state", "tasks", "class", "worker")
        for member in (answer.object.map(Array.init) ?? []).sorted(by: { $0.name < $1.name }) {
            let status = member.value["status"], connector = status?["connector"]
            let tasks = status?["tasks"]?.array ?? []
            let running = tasks.filter { $0["state"]?.string == "RUNNING" }.count
            table.add(
                .text(member.name), .init(status?["type"]?.string ?? member.value["info"]?["type"]?.string),
                .init(connector?["state"]?.string), .text("\(running)/\(tasks.count)"),
                .init(member.value["info"]?["config"]?["connector.class"]?.string),
                .init(connector?["worker_id"]?.string))
        }
        return table
    }

    /// A connector and its tasks, of `GET /connectors/{name}/status`; with versions if any of them tells one, which
    /// workers do from Kafka 4.1 on.
    static func status(_ answer: JSONValue) -> Table {
        let tasks = answer["tasks"]?.array ?? []
        let tellsVersions = ([answer["connector"]] + tasks).contains { $0?["version"]?.string != nil }
        var table =
            tellsVersions
            ? Table("part", "state", "worker", "version", "trace") : Table("part", "state", "worker", "trace")
        func add(_ part: String, _ status: JSONValue?) {
            let state = Table.Cell(status?["state"]?.string), worker = Table.Cell(status?["worker_id"]?.string)
            let trace = Table.Cell(
                status?["trace"]?.string?.split(whereSeparator: \.isNewline).first.map(String.init))
            if tellsVersions {
                table.add(.text(part), state, worker, .init(status?["version"]?.string), trace)
            } else {
                table.add(.text(part), state, worker, trace)
            }
        }
        add("connector", answer["connector"])
        for task in tasks { add("task \(task["id"]?.int64 ?? -1)", task) }
        return table
    }

    /// The plug-ins of `GET /connector-plugins`.
    static func plugins(_ answer: JSONValue) -> Table {
        var table = Table("class", "type", "version")
        for plugin in answer.array ?? [] {
            table.add(
                .init(plugin["class"]?.string), .init(plugin["type"]?.string), .init(plugin["version"]?.string))
        }
        return table
    }

    /// The offsets of `GET /connectors/{name}/offsets`.
    static func offsets(_ answer: JSONValue) -> Table {
        var table = Table("partition", "offset")
        for offset in answer["offsets"]?.array ?? [] {
            table.add(.init(offset["partition"]?.text), offset["offset"].map { .text($0.text) } ?? .missing)
        }
        return table
    }

    /// What is wrong with a configuration, of `PUT …/config/validate`; keys that nothing knows with the nearest one.
    static func problems(_ answer: JSONValue) -> Table {
        var table = Table("key", "problem")
        for config in answer["configs"]?.array ?? [] {
            let value = config["value"]
            let name = value?["name"]?.string ?? ""
            for error in value?["errors"]?.array ?? [] { table.add(.text(name), .init(error.string)) }
            guard config["definition"]?.isNull == true else { continue }
            let nearest = value?["recommended_values"]?.array?.first?.string
            table.add(.text(name), .text("nothing knows this key" + (nearest.map { "; is \($0) meant?" } ?? "")))
        }
        return table
    }

    /// One line of a connector's log.
    static func logLine(_ entry: JSONValue) -> String {
        let task = entry["task"]?.int64.map { "task \($0)" } ?? "connector"
        let time =
            entry["timestamp"]?.int64.map { milliseconds in
                Date(timeIntervalSince1970: Double(milliseconds) / 1000)
                    .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            } ?? "-"
        var line = "\(time)  \(entry["level"]?.string ?? "-")  \(task)  \(entry["message"]?.string ?? "")"
        for field in entry["fields"]?.object ?? JSONObject() {
            line += "  \(field.name)=\(field.value.string ?? field.value.text)"
        }
        return line
    }
}
