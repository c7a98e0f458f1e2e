import ConnectAPI

/// The settings of a worker's REST API beside its `listeners`, under the names that Kafka Connect has for them.
public struct RESTConfiguration: Sendable {
    /// Where the admin endpoints are served: on the listeners of all others when `nil`, nowhere when empty;
    /// `admin.listeners`.
    public var adminListeners: String?
    /// Which kind of listener other workers are told of, `http` or `https`; `rest.advertised.listener`.
    public var advertisedListener: String?
    /// The sites whose pages may ask; `access.control.allow.origin`.
    public var allowedOrigins: String
    /// With which methods they may; `access.control.allow.methods`.
    public var allowedMethods: String
    /// Header fields that answers get; `response.http.headers.config`.
    public var responseHeaders: String
    /// What else stands before the API; `rest.extension.classes`.
    public var extensionClasses: [String]
    /// The file that says where users and passwords are; `java.security.auth.login.config`, a system property in Kafka.
    public var loginConfiguration: String?

    /// What the keys of TLS may have before them, so that they count for these listeners only.
    public static let listenersPrefix = "listeners.https."
    /// The same for admin listeners.
    public static let adminListenersPrefix = "admin.listeners.https."

    init(_ parsed: ParsedConfiguration, _ properties: [String: String]) {
        adminListeners = properties["admin.listeners"]
        advertisedListener = parsed.string("rest.advertised.listener")?.lowercased()
        allowedOrigins = parsed.string("access.control.allow.origin") ?? ""
        allowedMethods = parsed.string("access.control.allow.methods") ?? ""
        responseHeaders = parsed.string("response.http.headers.config") ?? ""
        extensionClasses = parsed.list("rest.extension.classes")
        loginConfiguration = parsed.string("java.security.auth.login.config")
    }

    /// The keys.
    static let keys: [ConfigKey] =
        [
            key("admin.listeners", .list, "Where the admin endpoints are served; nowhere when it is empty."),
            key(
                "rest.advertised.listener", .string, "Which kind of listener other workers are told of.",
                .oneOf(["http", "https"], ignoringCase: true)),
            key("access.control.allow.origin", .string, "The sites whose pages may ask; * for all."),
            key("access.control.allow.methods", .string, "With which methods they may; GET, POST and HEAD by default."),
            key("response.http.headers.config", .string, "Rules for header fields that answers get."),
            key("rest.extension.classes", .list, "What else stands before the API: basic authentication."),
            key("java.security.auth.login.config", .string, "The JAAS file that names the file of users."),
        ] + tlsKeys

    private static let tlsKeys: [ConfigKey] = [
        key("ssl.keystore.type", .string, "PEM or PKCS12; by the file's contents when it is not set."),
        key("ssl.keystore.location", .string, "The file with the certificate of https listeners and its key."),
        key("ssl.keystore.password", .password, "The password of that file, if it is PKCS12."),
        key("ssl.keystore.key", .password, "The key itself, in PEM, instead of a file."),
        key(
            "ssl.keystore.certificate.chain", .string,
            "The certificate itself, in PEM, with those that lead to its root."),
        key("ssl.key.password", .password, "The password of the key, if it is PEM."),
        key("ssl.truststore.type", .string, "PEM."),
        key("ssl.truststore.location", .string, "The file with the certificates of who signs for clients."),
        key("ssl.truststore.password", .password, "Not needed: certificates in PEM have none."),
        key("ssl.truststore.certificates", .string, "Those certificates themselves, in PEM, instead of a file."),
        key(
            "ssl.client.auth", .string, "Whether clients show a certificate.",
            .oneOf(["none", "requested", "required"])),
        key("ssl.enabled.protocols", .list, "The versions of TLS; TLSv1.2 and TLSv1.3 when it is not set."),
        key(
            "ssl.endpoint.identification.algorithm", .string,
            "How other workers are known: https, by the names of their certificates, or nothing for no check."),
    ]

    private static func key(
        _ name: String, _ kind: ConfigKey.Kind, _ documentation: String, _ validator: ConfigValidator? = nil
    ) -> ConfigKey {
        ConfigKey(
            name, kind, default: .none, importance: .low, documentation: documentation, validator: validator)
    }

    /// Whether a key is one of TLS with the prefix of some listeners.
    static func knows(_ name: String) -> Bool {
        [adminListenersPrefix, listenersPrefix].contains { prefix in
            name.dropping(prefix: prefix).map { name in tlsKeys.contains { $0.name == name } } ?? false
        }
    }
}
