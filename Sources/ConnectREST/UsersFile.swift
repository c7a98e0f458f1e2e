import ConnectAPI
import HTTPService
import TransportSecurity

/// A properties file of users: a name, `=` and a password a line.
enum UsersFile {
    /// Reads the users' passwords by name.
    ///
    /// - Throws: `BoundedFileError` with the path when the file cannot be read, `HTTPServiceError` when it is none of
    ///   properties.
    static func read(_ path: String) throws -> [String: String] {
        let text = String(decoding: try BoundedFile.read(path), as: UTF8.self)
        do {
            // A password may end with a blank.
            return try PropertiesText(text, trimsValues: false).values
        } catch let error as ConnectError {
            throw HTTPServiceError("\(path): \(error.message)")
        }
    }
}
