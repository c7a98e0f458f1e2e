import Broker
import ConnectAPI
import ConnectRuntime

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The settings of a server: from a file, the environment and the command line, each overriding the one before.
struct ServerSettings {
    /// All values by key.
    private(set) var values: [String: String] = [:]

    /// What Kafka Connect's keys begin with here, because some of their names are the broker's too.
    static let connectPrefix = "connect."

    /// Gathers the settings.
    ///
    /// - Throws: `ConfigurationError`, naming the file or the argument.
    init(file: String?, environment: [String: String], overrides: [String], dataDirectory: String?) throws {
        if let file {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw ConfigurationError("cannot read \(file): does it exist, and is it text?")
            }
            values = try PropertiesText(text).values
        }
        let environmentPrefix = "MILLRACE_"
        for (name, value) in environment where name.hasPrefix(environmentPrefix) {
            let key = name.dropFirst(environmentPrefix.count).lowercased().replacing("_", with: ".")
            if Self.knows(key) { values[key] = value }
        }
        for override in overrides {
            guard let equals = override.firstIndex(of: "=") else {
                throw ConfigurationError("--set \(override): must be key=value")
            }
            values[String(override[..<equals])] = String(override[override.index(after: equals)...])
        }
        if let dataDirectory { values["log.dirs"] = dataDirectory }
    }

    private static func knows(_ key: String) -> Bool {
        BrokerConfiguration.knows(key) || EtcdSettings.names.contains(key)
            || (key.hasPrefix(connectPrefix) && WorkerConfiguration.knows(String(key.dropFirst(connectPrefix.count))))
    }

    private static var knownNames: [String] {
        BrokerConfiguration.knownNames + EtcdSettings.names
            + WorkerConfiguration.definition.keys.map { connectPrefix + $0.name }
    }

    /// One sentence for each key that no component knows, with the nearest one that exists.
    var warnings: [String] {
        let known = Self.knownNames
        return values.keys.sorted().filter { !Self.knows($0) }.map { key in
            let nearest = known.min { distance($0, key) < distance($1, key) }
            let hint = nearest.flatMap { distance($0, key) <= max(2, key.count / 3) ? $0 : nil }
            return "unknown setting \(key) has no effect" + (hint.map { "; is \($0) meant?" } ?? "")
        }
    }

    /// The settings of the component with `prefix`, without it.
    func component(_ prefix: String) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in values where key.hasPrefix(prefix) { result[String(key.dropFirst(prefix.count))] = value }
        return result
    }

    /// How many letters have to change to make one word the other.
    private func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.count]
    }
}
