import ConnectAPI
import Synchronization

/// A provider with values that a test gave it, by path and key.
final class FakeConfigProvider: ConfigProvider {
    private let values: [String: [String: String]]
    private let timeToLive: Duration?
    private let asked = Mutex<[String]>([])

    init(_ values: [String: [String: String]], timeToLive: Duration? = nil) {
        self.values = values
        self.timeToLive = timeToLive
    }

    /// What was asked for, as path and keys.
    var calls: [String] { asked.withLock { $0 } }

    func data(at path: String, keys: Set<String>) async throws -> ConfigData {
        asked.withLock { $0.append("\(path) \(keys.sorted().joined(separator: ","))") }
        return ConfigData(values[path]?.filter { keys.contains($0.key) } ?? [:], timeToLive: timeToLive)
    }
}
