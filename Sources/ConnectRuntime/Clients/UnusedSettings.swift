import Logging
import Synchronization

/// Says once of each setting of Kafka's clients that it has no effect here.
final class UnusedSettings: Sendable {
    private let told = Mutex<Set<String>>([])

    /// Logs those of a connector's settings that have not been told of yet.
    func tell(_ settings: ConnectorClientSettings, _ logger: Logger) {
        for role in ClientRole.allCases {
            for key in settings[role].values.keys.sorted() where role.unused.contains(key) {
                guard told.withLock({ $0.insert("\(role.rawValue).\(key)").inserted }) else { continue }
                logger.warning(
                    "\(key) has no effect on a connector's \(role.rawValue): this client has no such setting")
            }
        }
    }
}
