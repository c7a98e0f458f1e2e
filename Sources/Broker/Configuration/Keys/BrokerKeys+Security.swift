/// What brokers take for TLS, and what Kafka's take for SASL, tokens and secrets, none of which this one serves.
extension BrokerKeys {
    private static let tls: [ConfigurationKey] = [
        ConfigurationKey(
            "security.inter.broker.protocol", .string, "PLAINTEXT",
            "The brokers reach each other by the first listener with this security protocol; by the first of all if not set."
        ),
        ConfigurationKey(
            "ssl.keystore.location", .string, nil,
            "The certificate of listeners with TLS and its key: a file of PEM or PKCS #12. listener.name.NAME.ssl.keystore.location is for one listener, and so for all of ssl.*."
        ),
        ConfigurationKey(
            "ssl.keystore.type", .string, "JKS",
            "PEM or PKCS12; found out from the file where it is not set. Java's own kind cannot be read."),
        ConfigurationKey("ssl.keystore.password", .password, nil, "What a PKCS #12 file is opened with."),
        ConfigurationKey("ssl.keystore.key", .password, nil, "The key itself, in PEM, in the place of a file."),
        ConfigurationKey(
            "ssl.keystore.certificate.chain", .password, nil,
            "The certificate itself and those that sign for it, in PEM."),
        ConfigurationKey("ssl.key.password", .password, nil, "What an encrypted key is opened with."),
        ConfigurationKey(
            "ssl.truststore.location", .string, nil,
            "Who signs for the certificates of other brokers: a file of PEM; those that the system trusts if not set."),
        ConfigurationKey("ssl.truststore.type", .string, "JKS", "PEM; found out from the file where it is not set."),
        ConfigurationKey("ssl.truststore.password", .password, nil, "No effect: PEM has none."),
        ConfigurationKey("ssl.truststore.certificates", .password, nil, "The certificates themselves, in PEM."),
        ConfigurationKey(
            "ssl.client.auth", .string, "none",
            "Whether clients show a certificate: none is the only one served."),
        ConfigurationKey(
            "ssl.enabled.protocols", .list, "TLSv1.2,TLSv1.3", "The versions of TLS that are spoken."),
        ConfigurationKey(
            "ssl.endpoint.identification.algorithm", .string, "https",
            "How other brokers are known: by the names of their certificates, or not at all if set to nothing."),
    ]

    static let security: [ConfigurationKey] =
        tls
        + ignored(
            "the library for TLS has its own ways",
            [
                ("ssl.principal.mapping.rules", .string, "DEFAULT", nil),
                ("ssl.allow.dn.changes", .boolean, "false", nil), ("ssl.allow.san.changes", .boolean, "false", nil),
                ("ssl.protocol", .string, "TLSv1.3", nil), ("ssl.provider", .string, nil, nil),
                ("ssl.keymanager.algorithm", .string, "SunX509", nil),
                ("ssl.trustmanager.algorithm", .string, "PKIX", nil),
                ("ssl.secure.random.implementation", .string, nil, nil), ("ssl.cipher.suites", .list, "", nil),
                ("ssl.engine.factory.class", .class, nil, nil),
            ])
        + ignored(
            "listeners ask for no credentials",
            [
                ("connections.max.reauth.ms", .long, "0", nil), ("sasl.server.max.receive.size", .int, "524288", nil),
                ("connection.failed.authentication.delay.ms", .int, "100", 0...Int64.max),
                ("principal.builder.class", .class, nil, nil), ("sasl.enabled.mechanisms", .list, "GSSAPI", nil),
                ("sasl.mechanism.inter.broker.protocol", .string, "GSSAPI", nil),
                ("sasl.mechanism.controller.protocol", .string, "GSSAPI", nil),
                ("sasl.server.callback.handler.class", .class, nil, nil), ("sasl.jaas.config", .password, nil, nil),
                ("sasl.client.callback.handler.class", .class, nil, nil), ("sasl.login.class", .class, nil, nil),
                ("sasl.login.callback.handler.class", .class, nil, nil),
                ("sasl.kerberos.principal.to.local.rules", .list, "DEFAULT", nil),
                ("sasl.kerberos.service.name", .string, nil, nil),
                ("sasl.kerberos.kinit.cmd", .string, "/usr/bin/kinit", nil),
                ("sasl.kerberos.ticket.renew.window.factor", .double, "0.8", nil),
                ("sasl.kerberos.ticket.renew.jitter", .double, "0.05", nil),
                ("sasl.kerberos.min.time.before.relogin", .long, "60000", nil),
                ("sasl.login.refresh.window.factor", .double, "0.8", nil),
                ("sasl.login.refresh.window.jitter", .double, "0.05", nil),
                ("sasl.login.refresh.min.period.seconds", .short, "60", nil),
                ("sasl.login.refresh.buffer.seconds", .short, "300", nil),
                ("sasl.login.connect.timeout.ms", .int, nil, nil), ("sasl.login.read.timeout.ms", .int, nil, nil),
                ("sasl.login.retry.backoff.max.ms", .long, "10000", nil),
                ("sasl.login.retry.backoff.ms", .long, "100", nil),
                ("sasl.oauthbearer.scope.claim.name", .string, "scope", nil),
                ("sasl.oauthbearer.sub.claim.name", .string, "sub", nil),
                ("sasl.oauthbearer.token.endpoint.url", .string, nil, nil),
                ("sasl.oauthbearer.jwks.endpoint.url", .string, nil, nil),
                ("sasl.oauthbearer.jwks.endpoint.refresh.ms", .long, "3600000", nil),
                ("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", .long, "100", nil),
                ("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", .long, "10000", nil),
                ("sasl.oauthbearer.clock.skew.seconds", .int, "30", nil),
                ("sasl.oauthbearer.expected.audience", .list, nil, nil),
                ("sasl.oauthbearer.expected.issuer", .string, nil, nil),
            ])
        + ignored(
            "no tokens are handed out",
            [
                ("delegation.token.secret.key", .password, nil, nil),
                ("delegation.token.max.lifetime.ms", .long, "604800000", 1...Int64.max),
                ("delegation.token.expiry.time.ms", .long, "86400000", 1...Int64.max),
                ("delegation.token.expiry.check.interval.ms", .long, "3600000", 1...Int64.max),
            ])
        + ignored(
            "dynamic settings hold no secrets to encode",
            [
                ("password.encoder.secret", .password, nil, nil), ("password.encoder.old.secret", .password, nil, nil),
                ("password.encoder.keyfactory.algorithm", .string, nil, nil),
                ("password.encoder.cipher.algorithm", .string, "AES/CBC/PKCS5Padding", nil),
                ("password.encoder.key.length", .int, "128", 8...Int64.max),
                ("password.encoder.iterations", .int, "4096", 1024...Int64.max),
            ])
        + ignored(
            "classes of the JVM cannot be loaded",
            [
                ("authorizer.class.name", .string, "", nil), ("security.providers", .string, nil, nil),
                ("client.quota.callback.class", .class, nil, nil), ("create.topic.policy.class.name", .class, nil, nil),
                ("alter.config.policy.class.name", .class, nil, nil),
                ("metric.reporters", .list, "", nil), ("kafka.metrics.reporters", .list, "", nil),
                ("kafka.metrics.polling.interval.secs", .int, "10", 1...Int64.max),
            ])
}
