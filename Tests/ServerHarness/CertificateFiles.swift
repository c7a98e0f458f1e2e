import Foundation

/// An authority, a server's certificate for 127.0.0.1 and a client's, made by `openssl` for one test.
package final class CertificateFiles: Sendable {
    private let directory: TemporaryDirectory

    private init(_ directory: TemporaryDirectory) { self.directory = directory }

    /// Makes all of them anew.
    package static func make() async throws -> CertificateFiles {
        let files = CertificateFiles(try TemporaryDirectory(inMemory: true))
        try await files.makeAuthority()
        // The gateway is a client of the same server, with the server's certificate.
        try await files.sign("server", usage: "serverAuth,clientAuth", names: "IP:127.0.0.1")
        try await files.sign("elsewhere", usage: "serverAuth,clientAuth", names: "DNS:elsewhere.example")
        try await files.sign("client", usage: "clientAuth", names: "DNS:client.example")
        return files
    }

    /// The path of one of the files.
    package func path(_ name: String) -> String { directory.path(name) }

    /// Writes a certificate and its key into one PKCS #12 file, as Java's tools have it.
    ///
    /// - Returns: Its path.
    package func bundle(_ name: String, password: String) async throws -> String {
        let path = path("\(name).p12")
        try await openssl([
            "pkcs12", "-export", "-in", self.path("\(name).pem"), "-inkey", self.path("\(name).key"), "-out", path,
            "-passout", "pass:\(password)",
        ])
        return path
    }

    /// Writes a key that a password protects.
    ///
    /// - Returns: Its path.
    package func encryptedKey(_ name: String, password: String) async throws -> String {
        let path = path("\(name).encrypted.key")
        try await openssl([
            "pkcs8", "-topk8", "-in", self.path("\(name).key"), "-out", path, "-passout", "pass:\(password)",
        ])
        return path
    }

    /// The text of one of the files.
    package func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    private func makeAuthority() async throws {
        try await openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=authority of a test", "-keyout", path("authority.key"), "-out", path("authority.pem"),
        ])
    }

    private func sign(_ name: String, usage: String, names: String) async throws {
        let extensions = path("\(name).cnf")
        try "extendedKeyUsage=\(usage)\nsubjectAltName=\(names)\n"
            .write(toFile: extensions, atomically: true, encoding: .utf8)
        try await openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", path("\(name).key"), "-out", path("\(name).csr"),
        ])
        try await openssl([
            "x509", "-req", "-days", "2", "-in", path("\(name).csr"), "-CA", path("authority.pem"),
            "-CAkey", path("authority.key"), "-CAcreateserial", "-extfile", extensions, "-out", path("\(name).pem"),
        ])
    }

    private func openssl(_ arguments: [String]) async throws {
        _ = try await Command.check("openssl", arguments)
    }
}
