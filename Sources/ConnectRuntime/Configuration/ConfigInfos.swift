public import ConnectAPI

/// What validating a connector's configuration found, key by key.
public struct ConfigInfos: Sendable {
    /// One key with its value; a value whose key nobody defines has no definition.
    public struct Info: Sendable {
        /// The key.
        public var definition: ConfigKey?
        /// What was found.
        public var value: ConfigValue
    }

    /// The connector class as the configuration names it.
    public var name: String
    /// The headings in order.
    public var groups: [String]
    /// The keys in order.
    public var configs: [Info]

    /// How many problems there are.
    public var errorCount: Int { configs.reduce(0) { $0 + $1.value.errors.count } }

    /// The problems in one text, as a refused configuration is answered.
    public var refusal: String {
        let messages = configs.flatMap(\.value.errors).map { "\n" + $0 }.joined()
        return "Connector configuration is invalid and contains the following \(errorCount) error(s):\(messages)"
            + "\nYou can also find the above list of errors at the endpoint"
            + " `/connector-plugins/{connectorType}/config/validate`"
    }
}
