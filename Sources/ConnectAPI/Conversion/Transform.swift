/// Changes records one by one between a connector and Kafka.
///
/// One instance serves one task; its calls come one at a time. What makes it, registered with the catalog, is given the
/// configuration below `transforms.<alias>.`.
public protocol Transform: Sendable {
    /// Returns the record as it goes on, or `nil` to drop it.
    func apply<Record: ConnectRecord>(_ record: consuming Record) async throws -> Record?

    /// Ends; the last call.
    func close() async
}

extension Transform {
    /// Does nothing.
    public func close() async {}
}

/// A transform that never waits, so that millions of records go through it without the price of an `async` call each.
public protocol ImmediateTransform: Transform {
    /// Returns the record as it goes on, or `nil` to drop it.
    func apply<Record: ConnectRecord>(_ record: consuming Record) throws -> Record?
}
