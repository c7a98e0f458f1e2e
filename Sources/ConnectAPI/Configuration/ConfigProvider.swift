/// Looks up values, secrets above all, that configurations name instead of holding them: `${provider:[path:]key}`.
///
/// Connect puts the values in just before a configuration is used, and keeps and shows the placeholder everywhere else
/// (KIP-297). One instance serves a worker; calls may come at the same time. A call may take its time: it comes on the
/// thread of the connector or task whose configuration it is for.
public protocol ConfigProvider: Sendable {
    /// Looks values up.
    ///
    /// - Parameters:
    ///   - path: Where to look: what stands between the colons of the placeholder, or empty text.
    ///   - keys: The keys that are asked for, none of them empty.
    /// - Returns: The values of the keys that there are; the others are left out.
    /// - Throws: any error, whose text must hold no value; what needed the value fails with it.
    func data(at path: String, keys: Set<String>) async throws -> ConfigData
}

/// What a ``ConfigProvider`` found.
public struct ConfigData: Sendable {
    /// The values by key.
    public var values: [String: String]
    /// How long they are good for; what uses them is restarted then, unless its `config.action.reload` is `none`. `nil`
    /// for values that last.
    public var timeToLive: Duration?

    /// Creates an answer.
    public init(_ values: [String: String], timeToLive: Duration? = nil) {
        self.values = values
        self.timeToLive = timeToLive
    }
}
