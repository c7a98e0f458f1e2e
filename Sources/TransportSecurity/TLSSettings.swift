package import NIOSSL

/// What the ends of encrypted connections show and ask for, under the names that Kafka has: `ssl.keystore.location` and its
/// like.
///
/// Keys and certificates are PEM, in files or in the settings themselves, or PKCS #12 in a file. A key store of Java's own
/// kind is refused with what to do about it.
public struct TLSSettings: Sendable, CustomStringConvertible {
    /// The names of the settings.
    public static let names = [
        "ssl.keystore.type", "ssl.keystore.location", "ssl.keystore.password", "ssl.keystore.key",
        "ssl.keystore.certificate.chain", "ssl.key.password", "ssl.truststore.type", "ssl.truststore.location",
        "ssl.truststore.password", "ssl.truststore.certificates", "ssl.client.auth", "ssl.enabled.protocols",
        hostnameCheck,
    ]

    /// How a client finds out that a server is the one that it meant: `https`, by the names of its certificate, which is the
    /// default, or not at all when it is set to nothing.
    private static let hostnameCheck = "ssl.endpoint.identification.algorithm"

    private let values: [String: String]

    /// Nothing to show, and trust in those that the system trusts.
    public static let ofTheSystem = TLSSettings(values: [:])

    private init(values: [String: String]) { self.values = values }

    /// Takes the settings that there are; others are left alone.
    ///
    /// As with Kafka it is all or nothing: with one setting that has the prefix, those without it do not count.
    ///
    /// - Returns: `nil` when there is none.
    public init?(_ properties: [String: String], prefix: String) {
        func settings(_ prefix: String) -> [String: String] {
            var settings: [String: String] = [:]
            for name in Self.names {
                guard let value = properties[prefix + name], !value.isEmpty || name == Self.hostnameCheck else {
                    continue
                }
                settings[name] = value
            }
            return settings
        }
        let own = settings(prefix)
        values = own.isEmpty ? settings("") : own
        if values.isEmpty { return nil }
    }

    /// The names of what is set; values may be secrets.
    public var description: String { "TLS by \(values.keys.sorted().joined(separator: ", "))" }

    /// Whether there is a certificate to show, or part of one.
    package var namesCertificate: Bool {
        ["ssl.keystore.location", "ssl.keystore.key", "ssl.keystore.certificate.chain"].contains { values[$0] != nil }
    }

    /// What a listener shows, and what it asks of who connects.
    ///
    /// - Throws: ``TLSSettingsError`` for keys and certificates that cannot be used.
    package func serverConfiguration() throws(TLSSettingsError) -> TLSConfiguration {
        let identity = try identity()
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: identity.chain.map { .certificate($0) }, privateKey: .privateKey(identity.key))
        let versions = try versions()
        configuration.minimumTLSVersion = versions.lowest
        configuration.maximumTLSVersion = versions.highest
        switch values["ssl.client.auth"] ?? "none" {
        case "none": configuration.certificateVerification = .none
        case "requested": configuration.certificateVerification = .optionalVerification
        // Who a client is does not hang on its address.
        case "required": configuration.certificateVerification = .noHostnameVerification
        case let other: throw TLSSettingsError("ssl.client.auth is \(other); it has to be none, requested or required")
        }
        if let authorities = try authorities() { configuration.trustRoots = .certificates(authorities) }
        return configuration
    }

    /// How connections to servers with the same settings are made: who signs for them, and what is shown to those that
    /// ask for a certificate.
    ///
    /// - Throws: ``TLSSettingsError`` for keys and certificates that cannot be used.
    package func clientConfiguration() throws(TLSSettingsError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        let versions = try versions()
        configuration.minimumTLSVersion = versions.lowest
        configuration.maximumTLSVersion = versions.highest
        if let authorities = try authorities() { configuration.trustRoots = .certificates(authorities) }
        switch values[Self.hostnameCheck]?.lowercased() {
        case nil, "https": break
        case "": configuration.certificateVerification = .noHostnameVerification
        case let other?:
            throw TLSSettingsError("\(Self.hostnameCheck) is \(other); it has to be https, or nothing for no check")
        }
        if namesCertificate {
            let identity = try identity()
            configuration.certificateChain = identity.chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(identity.key)
        }
        return configuration
    }

    // MARK: What the server shows

    private typealias Identity = (chain: [NIOSSLCertificate], key: NIOSSLPrivateKey)

    private func identity() throws(TLSSettingsError) -> Identity {
        if values["ssl.keystore.key"] != nil || values["ssl.keystore.certificate.chain"] != nil {
            guard let key = values["ssl.keystore.key"], let chain = values["ssl.keystore.certificate.chain"] else {
                throw TLSSettingsError("ssl.keystore.key and ssl.keystore.certificate.chain go together: set both")
            }
            return try identity(pem: Array(chain.utf8), key: Array(key.utf8), from: "ssl.keystore.certificate.chain")
        }
        guard let path = values["ssl.keystore.location"] else {
            throw TLSSettingsError("A listener with TLS needs a certificate and its key; set ssl.keystore.location")
        }
        let store = try KeyStoreFile(path, type: values["ssl.keystore.type"])
        switch store.type {
        case .pem: return try identity(pem: store.bytes, key: store.bytes, from: path)
        case .pkcs12: return try bundle(store.bytes, from: path)
        }
    }

    private func identity(pem: [UInt8], key: [UInt8], from place: String) throws(TLSSettingsError) -> Identity {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(pem)
        } catch {
            throw TLSSettingsError("\(place) has no certificate that can be read, in PEM")
        }
        guard !chain.isEmpty else { throw TLSSettingsError("\(place) has no certificate, in PEM") }
        // Always a callback: without one an encrypted key would have the library ask on the terminal.
        let password = values["ssl.key.password"] ?? ""
        guard
            let key = try? NIOSSLPrivateKey(
                bytes: key, format: .pem, passphraseCallback: { $0(Array(password.utf8)) })
        else {
            let hint = password.isEmpty ? "an encrypted one needs ssl.key.password" : "is ssl.key.password right?"
            throw TLSSettingsError("\(place) goes with no private key that can be read, in PEM; \(hint)")
        }
        return (chain, key)
    }

    private func bundle(_ bytes: [UInt8], from path: String) throws(TLSSettingsError) -> Identity {
        // The library takes a bundle without a key for a bug of its caller's and ends the process. Keys lie in the open
        // part of a bundle, each in a bag of one of two kinds (RFC 7292, section 4.2), however they are encrypted.
        let keyBag: [UInt8] = [0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01]
        let hasKey = bytes.indices.dropLast(keyBag.count).contains { start in
            bytes[start] == keyBag[0] && bytes[start...].starts(with: keyBag)
                && [1, 2].contains(bytes[start + keyBag.count])
        }
        guard hasKey else {
            throw TLSSettingsError(
                "\(path) has no private key; a key store has one, with the certificate that goes with it")
        }
        let password = values["ssl.keystore.password"].map { Array($0.utf8) }
        guard let bundle = try? NIOSSLPKCS12Bundle(buffer: bytes, passphrase: password) else {
            throw TLSSettingsError("\(path) is no PKCS #12 file that can be opened; is ssl.keystore.password right?")
        }
        return (bundle.certificateChain, bundle.privateKey)
    }

    // MARK: What the server asks for

    /// Who signs for the other side; `nil` for those that the system trusts.
    private func authorities() throws(TLSSettingsError) -> [NIOSSLCertificate]? {
        let pem: [UInt8]
        let place: String
        if let certificates = values["ssl.truststore.certificates"] {
            (pem, place) = (Array(certificates.utf8), "ssl.truststore.certificates")
        } else if let path = values["ssl.truststore.location"] {
            let store = try KeyStoreFile(path, type: values["ssl.truststore.type"])
            guard store.type == .pem else {
                throw TLSSettingsError(
                    "The trust store \(path) has to be PEM; openssl pkcs12 -nokeys -in \(path) -out trusted.pem makes one"
                )
            }
            (pem, place) = (store.bytes, path)
        } else {
            return nil
        }
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty else {
            throw TLSSettingsError("\(place) has no certificate that can be read, in PEM")
        }
        return certificates
    }

    private func versions() throws(TLSSettingsError) -> (lowest: TLSVersion, highest: TLSVersion) {
        let known: [(name: String, version: TLSVersion)] = [
            ("TLSv1", .tlsv1), ("TLSv1.1", .tlsv11), ("TLSv1.2", .tlsv12), ("TLSv1.3", .tlsv13),
        ]
        let names = (values["ssl.enabled.protocols"] ?? "TLSv1.2,TLSv1.3").split(separator: ",")
            .map { $0.filter { $0 != " " } }
        let chosen = known.indices.filter { names.contains(known[$0].name) }
        guard let first = chosen.first, let last = chosen.last, chosen.count == Set(names).count,
            last - first + 1 == chosen.count
        else {
            throw TLSSettingsError(
                "ssl.enabled.protocols has to name some of TLSv1, TLSv1.1, TLSv1.2 and TLSv1.3 with none left out between"
            )
        }
        return (known[first].version, known[last].version)
    }
}

/// A file of keys or certificates, and what kind it is.
private struct KeyStoreFile {
    enum Kind { case pem, pkcs12 }

    let type: Kind
    let bytes: [UInt8]

    /// Reads a file; without a type its first bytes tell.
    init(_ path: String, type: String?) throws(TLSSettingsError) {
        do { bytes = try BoundedFile.read(path) } catch { throw TLSSettingsError(error.message) }
        let isJava = bytes.starts(with: [0xFE, 0xED, 0xFE, 0xED])
        switch type?.uppercased() {
        case "PEM": self.type = .pem
        case "PKCS12" where !isJava: self.type = .pkcs12
        case nil where !isJava:
            // DER begins with a sequence; text does not.
            self.type = bytes.first == 0x30 ? .pkcs12 : .pem
        case "JKS", "PKCS12", nil:
            throw TLSSettingsError(
                "\(path) is a key store of Java's own kind; keytool -importkeystore -srckeystore \(path) -destkeystore"
                    + " store.p12 -deststoretype PKCS12 makes one that can be read")
        case let other?: throw TLSSettingsError("\(other) is no type of key store here; it has to be PEM or PKCS12")
        }
    }
}

/// Why settings for TLS cannot be used.
public struct TLSSettingsError: Error, Sendable, CustomStringConvertible {
    /// What happened and what to do about it; no secrets.
    public let message: String

    /// Creates an error.
    init(_ message: String) { self.message = message }

    /// The value as text, for logs and messages.
    public var description: String { message }
}
