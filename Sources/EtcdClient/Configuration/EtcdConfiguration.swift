/// How to reach an etcd cluster, as whom, and within which bounds.
///
/// - SeeAlso: https://etcd.io/docs/v3.4/op-guide/configuration/ for the server's side of it.
package struct EtcdConfiguration: Sendable {
    /// Who asks, where etcd has authentication switched on.
    ///
    /// - SeeAlso: https://etcd.io/docs/v3.4/op-guide/authentication/
    package struct Credentials: Sendable, CustomStringConvertible {
        /// The user's name.
        package let user: String
        /// The user's password.
        package let password: String

        /// Creates credentials.
        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }

        /// The user without the password, for logs.
        package var description: String { "user \(user)" }
    }

    /// The PEM files of TLS; used for the endpoints that are `https`.
    package struct TLSFiles: Sendable, Hashable {
        /// The certificates that a server's has to be signed by; the system's own where nil.
        package var authority: String?
        /// The client's certificate with those between it and the authority, where etcd asks for one.
        package var certificate: String?
        /// The private key of ``certificate``.
        package var key: String?

        /// Creates the names of the files.
        package init(authority: String? = nil, certificate: String? = nil, key: String? = nil) {
            self.authority = authority
            self.certificate = certificate
            self.key = key
        }
    }

    /// The members of one cluster, in the order in which they are tried.
    package var endpoints: [EtcdEndpoint]
    /// Who asks; nobody in particular where nil.
    package var credentials: Credentials?
    /// The files of TLS.
    package var tls = TLSFiles()
    /// What stands before every key, so that several clusters share one etcd. Callers see keys without it.
    package var keyPrefix = ""
    /// How long one endpoint has for one answer, 10 ms to 1 min.
    package var requestTimeout: Duration = .seconds(5)
    /// How long one endpoint has to take a connection, 10 ms to 1 min; TLS included.
    package var connectTimeout: Duration = .seconds(2)
    /// How many times a question goes out, to one endpoint after the other, before it fails; 1 to 100.
    package var attempts = 6
    /// The longest pause between two rounds through the endpoints, 1 ms to 1 min. The first is a sixteenth of it.
    package var longestPause: Duration = .seconds(1)
    /// How long a watch may hear nothing before it asks again, 100 ms to 1 h. No connection tells that its other end is
    /// gone; asking again costs one request and loses nothing.
    package var watchSilence: Duration = .seconds(15)
    /// The longest answer, and the longest line of a watch, in bytes; 64 KiB to 1 GiB. etcd's own limit for a request
    /// is 1.5 MiB, base64 makes 2 MiB of it, and a watch sends no more than that at once when asked for fragments.
    package var maximumAnswerBytes = 8 << 20

    /// Creates a configuration with the usual bounds.
    ///
    /// - Throws: ``EtcdError`` with code `.invalidConfiguration` when an endpoint cannot be read.
    package init(endpoints: [String], credentials: Credentials? = nil) throws {
        self.endpoints = try endpoints.map { try EtcdEndpoint($0) }
        self.credentials = credentials
    }

    /// Checks every bound; the client does it before it does anything else.
    ///
    /// - Throws: ``EtcdError`` with code `.invalidConfiguration` that names the first setting that is out of bounds.
    func validate() throws {
        func check<Value: Comparable>(_ name: String, _ value: Value, in range: ClosedRange<Value>) throws {
            guard range.contains(value) else {
                throw EtcdError(
                    .invalidConfiguration,
                    "\(name) of etcd is \(value), which is not between \(range.lowerBound) and \(range.upperBound)")
            }
        }
        try check("the number of endpoints", endpoints.count, in: 1...64)
        try check("the request timeout", requestTimeout, in: .milliseconds(10) ... .seconds(60))
        try check("the connect timeout", connectTimeout, in: .milliseconds(10) ... .seconds(60))
        try check("the number of attempts", attempts, in: 1...100)
        try check("the longest pause", longestPause, in: .milliseconds(1) ... .seconds(60))
        try check("the silence of a watch", watchSilence, in: .milliseconds(100) ... .seconds(3600))
        try check("the longest answer", maximumAnswerBytes, in: 65_536...1 << 30)
        try check("the length of the key prefix", keyPrefix.utf8.count, in: 0...1024)
        guard Set(endpoints).count == endpoints.count else {
            throw EtcdError(.invalidConfiguration, "an endpoint of etcd is named twice")
        }
        if let credentials, credentials.user.isEmpty {
            throw EtcdError(.invalidConfiguration, "the user of etcd has no name")
        }
        guard (tls.certificate == nil) == (tls.key == nil) else {
            throw EtcdError(.invalidConfiguration, "a certificate for etcd needs its key, and a key its certificate")
        }
        guard tls == TLSFiles() || endpoints.contains(where: \.usesTLS) else {
            throw EtcdError(.invalidConfiguration, "files for TLS are named, and no endpoint of etcd is https")
        }
    }
}
