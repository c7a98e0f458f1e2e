/// Changes records one by one between a connector and Kafka.
///
/// One instance serves one task; its calls come one at a time.
public protocol Transform: Sendable {
    /// The keys under `transforms.<alias>.`.
    var definition: ConfigDefinition { get }

    /// Takes the configuration, without the prefix.
    func configure(_ configuration: [String: String]) async throws

    /// Returns the record as it goes on, or `nil` to drop it.
    func apply<Record: ConnectRecord>(_ record: Record) async throws -> Record?

    /// Ends; the last call.
    func close() async
}

extension Transform {
    /// Does nothing.
    public func close() async {}
}
