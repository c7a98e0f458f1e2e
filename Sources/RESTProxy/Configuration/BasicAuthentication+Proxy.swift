import HTTPService
import TransportSecurity

/// The REST Proxy's own words for passwords: a section of a JAAS file that names a file of users and their roles.
extension BasicAuthentication {
    private static let moduleClass = "org.eclipse.jetty.jaas.spi.PropertyFileLoginModule"

    /// Reads who may ask, if `authentication.method` says that anyone has to be known.
    ///
    /// - Throws: ``HTTPServiceError`` for a method that there is not, and for files that do not name a user.
    init?(_ reader: PropertyReader) throws {
        switch reader.text("authentication.method", or: "NONE").uppercased() {
        case "NONE": return nil
        case "BASIC": break
        case let other:
            throw HTTPServiceError("authentication.method is \(other); it has to be NONE or BASIC")
        }
        let realm = reader.text("authentication.realm", or: "")
        guard !realm.isEmpty else {
            throw HTTPServiceError(
                "authentication.method is BASIC; authentication.realm has to name the section of the JAAS file")
        }
        guard let path = reader.text("java.security.auth.login.config") else {
            throw HTTPServiceError(
                "authentication.method is BASIC; java.security.auth.login.config has to name the JAAS file with the section"
                    + " \(realm)")
        }
        guard let modules = try JAASFile(path: path).modules(of: realm), modules.count == 1, let module = modules.first,
            module.className == Self.moduleClass, let file = module.options["file"], !file.isEmpty
        else {
            throw HTTPServiceError(
                "\(path) has to have a section \(realm) with one login module, \(Self.moduleClass) with file=\"…\"")
        }
        let users = try Self.users(
            String(decoding: try BoundedFile.read(file), as: UTF8.self), in: file,
            roles: Set(reader.list("authentication.roles")))
        try self.init(users: users, realm: realm)
    }

    /// Reads lines of `name: password,role,role`.
    ///
    /// - Parameter roles: The roles that may ask; empty, or with `*` in it, for all.
    /// - Throws: ``HTTPServiceError`` with the line's number, and never with what stands in it.
    static func users(_ text: String, in file: String, roles: Set<String>) throws -> [String: String] {
        var users: [String: String] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let line = line.drop { $0 == " " }
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
                throw HTTPServiceError("\(file), line \(index + 1): a line is a name, a colon, a password and roles")
            }
            let rest = line[line.index(after: colon)...].drop { $0 == " " }
            let parts = rest.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let kinds = ["OBF:", "MD5:", "CRYPT:"]
            guard let password = parts.first, !password.isEmpty, !kinds.contains(where: { password.hasPrefix($0) })
            else {
                throw HTTPServiceError(
                    "\(file), line \(index + 1): the password has to be there as it is, without OBF:, MD5: or CRYPT:")
            }
            let own = Set(parts.dropFirst().map { $0.filter { $0 != " " } })
            guard roles.isEmpty || roles.contains("*") || !roles.isDisjoint(with: own) else { continue }
            users[String(line[..<colon])] = password
        }
        return users
    }
}
