/// What Kafka's brokers take for TLS, SASL, tokens and secrets, none of which this one serves.
extension BrokerKeys {
    static let security: [ConfigurationKey] =
        ignored(
            "listeners speak no TLS",
            [
                ("ssl.client.auth", .string, "none", nil), ("ssl.principal.mapping.rules", .string, "DEFAULT", nil),
                ("ssl.allow.dn.changes", .boolean, "false", nil), ("ssl.allow.san.changes", .boolean, "false", nil),
                ("ssl.protocol", .string, "TLSv1.3", nil), ("ssl.provider", .string, nil, nil),
                ("ssl.enabled.protocols", .list, "TLSv1.2,TLSv1.3", nil), ("ssl.keystore.type", .string, "JKS", nil),
                ("ssl.keystore.location", .string, nil, nil), ("ssl.keystore.password", .password, nil, nil),
                ("ssl.key.password", .password, nil, nil), ("ssl.keystore.key", .password, nil, nil),
                ("ssl.keystore.certificate.chain", .password, nil, nil), ("ssl.truststore.type", .string, "JKS", nil),
                ("ssl.truststore.location", .string, nil, nil), ("ssl.truststore.password", .password, nil, nil),
                ("ssl.truststore.certificates", .password, nil, nil),
                ("ssl.keymanager.algorithm", .string, "SunX509", nil),
                ("ssl.trustmanager.algorithm", .string, "PKIX", nil),
                ("ssl.endpoint.identification.algorithm", .string, "https", nil),
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
