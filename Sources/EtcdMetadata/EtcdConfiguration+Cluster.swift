package import EtcdClient

extension EtcdConfiguration {
    /// How a broker reaches the etcd that its cluster's metadata is in.
    ///
    /// - Parameters:
    ///   - endpoints: Each as `http://host:port` or `https://host:port`.
    ///   - keyPrefix: What stands before all keys of the cluster; ends with `/`, or the keys of `/a` were those of `/ab`.
    /// - Throws: `EtcdError` with code `.invalidConfiguration` when one of them cannot be used.
    package static func cluster(endpoints: [String], keyPrefix: String) throws -> EtcdConfiguration {
        guard keyPrefix.hasSuffix("/") else {
            throw EtcdError(
                .invalidConfiguration, "the key prefix '\(keyPrefix)' for etcd does not end with /: other keys may")
        }
        var configuration = try EtcdConfiguration(endpoints: endpoints)
        configuration.keyPrefix = keyPrefix
        // Sessions last some seconds, and who waits for longer than one of them for a member has lost its own.
        configuration.requestTimeout = .seconds(2)
        configuration.connectTimeout = .seconds(1)
        // A leader is not told of its successor by a watch whose member is gone; so a silent one is asked again soon.
        configuration.watchSilence = .seconds(3)
        // Each member once, and one more where they were electing a leader meanwhile.
        configuration.attempts = endpoints.count + 1
        return configuration
    }
}
