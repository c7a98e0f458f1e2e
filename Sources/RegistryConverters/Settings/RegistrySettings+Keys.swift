import ConnectAPI

extension RegistrySettings {
    /// The keys that all converters with a registry have.
    ///
    /// - Parameter requiresURL: Whether the registry's address has to be given.
    static func definition(requiresURL: Bool) -> ConfigDefinition {
        let url = ConfigKey(
            "schema.registry.url", .list, default: requiresURL ? .required : .none, importance: .high,
            documentation: "Where the Schema Registry is; several with commas, of which any one answers.",
            group: registry, order: 1, width: .long)
        return ConfigDefinition([url] + schemaKeys + subjectKeys + clientKeys + credentialKeys + tlsKeys)
    }

    private static let registry = "Schema Registry"
    private static let security = "Schema Registry Security"

    private static func key(
        _ name: String, _ kind: ConfigKey.Kind, _ value: String?, _ importance: ConfigKey.Importance,
        _ documentation: String, validator: ConfigValidator? = nil, group: String = registry
    ) -> ConfigKey {
        ConfigKey(
            name, kind, default: value.map(ConfigKey.Default.value) ?? .none, importance: importance,
            documentation: documentation, validator: validator, group: group)
    }

    private static let schemaKeys = [
        key(
            "auto.register.schemas", .boolean, "true", .medium,
            "Whether a schema that the subject does not have is registered."),
        key(
            "use.latest.version", .boolean, "false", .low,
            "Whether values are written with the subject's latest version; auto.register.schemas has to be false."),
        key(
            "latest.compatibility.strict", .boolean, "true", .low,
            "Whether that version has to be able to read what the value's own schema writes."),
        key(
            "use.schema.id", .int, "-1", .low,
            "The number of the schema that values are written with; auto.register.schemas has to be false."),
        key(
            "id.compatibility.strict", .boolean, "true", .low,
            "Whether that schema has to be able to read what the value's own schema writes."),
        key(
            "normalize.schemas", .boolean, "false", .medium,
            "Whether schemas that mean the same count as the same."),
    ]

    private static let subjectKeys = ["key", "value"].map { part in
        key(
            "\(part).subject.name.strategy", .class, "io.confluent.kafka.serializers.subject.TopicNameStrategy",
            .medium,
            "Under which subject a \(part)'s schema stands: TopicNameStrategy, RecordNameStrategy or"
                + " TopicRecordNameStrategy."
        )
    }

    private static let clientKeys = [
        key(
            "max.schemas.per.subject", .int, "1000", .low, "How many schemas of the registry are kept.",
            validator: .atLeast(1)),
        key(
            "latest.cache.ttl.sec", .int, "-1", .low,
            "How long the latest version of a subject counts as the latest; -1 is for ever."),
        key(
            "http.connect.timeout.ms", .int, "60000", .low, "How long a connection to the registry may take.",
            validator: .atLeast(1)),
        key(
            "http.read.timeout.ms", .int, "60000", .low, "How long an answer of the registry may take.",
            validator: .atLeast(1)),
        key(
            "max.retries", .int, "3", .low, "How often a request is tried again when the registry does not answer.",
            validator: .atLeast(0)),
        key(
            "retries.wait.ms", .int, "1000", .low, "How long to wait before the first repetition.",
            validator: .atLeast(0)),
        key(
            "retries.max.wait.ms", .int, "20000", .low, "The longest wait before a repetition.",
            validator: .atLeast(0)),
    ]

    private static let credentialKeys = [
        key(
            "basic.auth.credentials.source", .string, "URL", .medium,
            "Where user and password come from: URL, which has them before an @, or USER_INFO.",
            validator: .oneOf(["URL", "USER_INFO"], ignoringCase: true), group: security),
        key(
            "basic.auth.user.info", .password, nil, .medium, "User and password with a colon between them.",
            group: security),
        key(
            "schema.registry.basic.auth.user.info", .password, nil, .medium,
            "The older name of basic.auth.user.info.", group: security),
        key(
            "bearer.auth.credentials.source", .string, "STATIC_TOKEN", .medium,
            "Where a bearer token comes from: STATIC_TOKEN, which is bearer.auth.token.",
            validator: .oneOf(["STATIC_TOKEN"], ignoringCase: true), group: security),
        key(
            "bearer.auth.token", .password, nil, .medium, "A token that is sent with each request.",
            group: security),
    ]

    private static let tlsKeys: [ConfigKey] = {
        func tls(_ name: String, _ kind: ConfigKey.Kind, _ documentation: String) -> ConfigKey {
            key("schema.registry.ssl." + name, kind, nil, .medium, documentation, group: security)
        }
        return [
            tls(
                "keystore.location", .string, "A file with the key and the certificate that the registry is shown."),
            tls("keystore.type", .string, "The type of that file: PEM or PKCS12."),
            tls("keystore.password", .password, "The password of that file."),
            tls("keystore.key", .password, "The key itself, in PEM."),
            tls("keystore.certificate.chain", .password, "The certificate itself, in PEM."),
            tls("key.password", .password, "The password of the key."),
            tls("truststore.location", .string, "A file with the authorities that are trusted, in PEM."),
            tls("truststore.type", .string, "The type of that file."),
            tls("truststore.password", .password, "The password of that file."),
            tls("truststore.certificates", .password, "The authorities themselves, in PEM."),
            tls("enabled.protocols", .string, "The versions of TLS that may be spoken."),
        ]
    }()
}
