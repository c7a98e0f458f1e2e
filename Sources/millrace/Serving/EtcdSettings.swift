import Broker
import EtcdClient
import EtcdMetadata
import Logging
import NIOPosix

/// Where a cluster's nodes keep what they share: the `etcd.…` settings of a server that is one of several.
struct EtcdSettings {
    /// How etcd is reached.
    let configuration: EtcdConfiguration

    /// The keys, all of which have text for values.
    private enum Key: String, CaseIterable {
        case endpoints = "etcd.endpoints"
        case keyPrefix = "etcd.key.prefix"
        case user = "etcd.user"
        case password = "etcd.password"
        case authority = "etcd.tls.ca.file"
        case certificate = "etcd.tls.certificate.file"
        case key = "etcd.tls.key.file"
    }

    /// What all keys of a cluster begin with unless told otherwise.
    static let defaultKeyPrefix = "/millrace/"

    /// The names of all keys.
    static let names = Key.allCases.map(\.rawValue)

    /// Reads the settings; nil for a server that is alone, which names no endpoints.
    ///
    /// - Parameter values: All of the server's.
    /// - Throws: `ConfigurationError` that names the key.
    init?(_ values: [String: String]) throws {
        func value(_ key: Key) -> String? { values[key.rawValue].flatMap { $0.isEmpty ? nil : $0 } }
        let endpoints = (value(.endpoints) ?? "").split(separator: ",").compactMap { part in
            let endpoint = part.filter { !$0.isWhitespace }
            return endpoint.isEmpty ? nil : endpoint
        }
        if endpoints.isEmpty {
            // The prefix alone says nothing. A server that was meant to be one of several must not begin a cluster of its own.
            guard let other = Key.allCases.dropFirst(2).first(where: { value($0) != nil }) else { return nil }
            throw ConfigurationError(
                "\(other.rawValue) is set and \(Key.endpoints.rawValue) names no etcd, as http://127.0.0.1:2379 does")
        }
        do {
            var configuration = try EtcdConfiguration.cluster(
                endpoints: endpoints, keyPrefix: value(.keyPrefix) ?? Self.defaultKeyPrefix)
            switch (value(.user), value(.password)) {
            case (nil, nil): break
            case (let user?, let password?):
                configuration.credentials = EtcdConfiguration.Credentials(user: user, password: password)
            default:
                throw ConfigurationError(
                    "\(Key.user.rawValue) and \(Key.password.rawValue) go together: set both or none")
            }
            configuration.tls = EtcdConfiguration.TLSFiles(
                authority: value(.authority), certificate: value(.certificate), key: value(.key))
            self.configuration = configuration
        } catch let error as EtcdError {
            throw ConfigurationError("etcd.…: \(error.message)")
        }
    }

    /// Makes the store; nothing is sent yet.
    ///
    /// - Throws: `ConfigurationError` when a setting is out of bounds or a file of TLS cannot be read.
    func makeStore(logger: Logger) throws -> EtcdClusterStore {
        do {
            return try EtcdClusterStore(
                configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        } catch let error as EtcdError {
            throw ConfigurationError("etcd.…: \(error.message)")
        }
    }
}
