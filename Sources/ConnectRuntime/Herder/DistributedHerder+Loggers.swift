import ConnectAPI
import Logging

/// The levels of loggers, here and on every worker (KIP-976).
extension DistributedHerder {
    /// Sets the level of a logger and of all below it, on this worker.
    ///
    /// - Returns: Their names, sorted.
    /// - Throws: ``ConnectError`` with code `.invalidData` when there is no room for the name.
    public nonisolated func setLoggerLevel(_ name: String, _ level: KafkaLogLevel) throws -> [String] {
        guard let names = loggers.set(name, to: level) else {
            throw ConnectError(
                .invalidData,
                "No further logger can have a level of its own; set the level of one above it, or of 'root'")
        }
        return names
    }

    /// Has every worker that runs now set the level of a logger; those that start later do not.
    public func setClusterLoggerLevel(_ name: String, _ level: KafkaLogLevel) async throws {
        try await waitUntilReady()
        try await configs.putLoggerLevel(name, level)
    }

    /// Does what a record of the config topic says about a logger.
    func apply(_ level: KafkaLogLevel, toLogger name: String) {
        do {
            _ = try setLoggerLevel(name, level)
            logger.info(
                "set the level of a logger for the cluster",
                metadata: ["logger": "\(name)", "level": "\(level.rawValue)"])
        } catch {
            logger.warning("cannot set the level of a logger", metadata: ["logger": "\(name)", "error": "\(error)"])
        }
    }
}
