import ArgumentParser
import HTTPService
import TransportSecurity

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Who asks an HTTP API, as the tools are told.
enum APICredentials {
    /// User and password as HTTP's basic authentication has them; `nil` without a user.
    ///
    /// - Parameter variable: The environment variable with the password, for where no file has it.
    /// - Throws: `ValidationError` where one is given without the other.
    static func basic(user: String?, passwordFile: String?, variable: String) throws -> String? {
        guard let user else {
            guard passwordFile == nil else { throw ValidationError("--password-file needs a --user") }
            return nil
        }
        guard let passwordFile else {
            guard let password = ProcessInfo.processInfo.environment[variable] else {
                throw ValidationError("--user needs a --password-file, or the password in \(variable)")
            }
            return "\(user):\(password)"
        }
        var password = try BoundedFile.text(passwordFile, atMost: 4096)
        while password.last?.isNewline == true { password.removeLast() }
        return "\(user):\(password)"
    }
}
