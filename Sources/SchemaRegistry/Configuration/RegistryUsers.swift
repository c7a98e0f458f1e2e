import HTTPService
import HTTPTypes
import TransportSecurity

/// Who may ask, under the names that Confluent's registry has: `authentication.method=BASIC`, a JAAS file with the section
/// that `authentication.realm` names, and in it a file of users.
enum RegistryUsers {
    private static let moduleClasses: Set<String> = [
        "org.eclipse.jetty.jaas.spi.PropertyFileLoginModule",
        "org.eclipse.jetty.security.jaas.spi.PropertyFileLoginModule",
    ]

    /// Reads who may ask; `nil` where everybody may.
    ///
    /// - Throws: ``HTTPServiceError`` for a method that there is not, and for files that do not name a user.
    static func authentication(_ given: RegistryProperties) throws -> BasicAuthentication? {
        let method = (given.text("authentication.method") ?? "NONE").uppercased()
        if method == "NONE" { return nil }
        guard method == "BASIC" else {
            throw HTTPServiceError("authentication.method is \(method); there are NONE and BASIC")
        }
        guard let realm = given.text("authentication.realm") else {
            throw HTTPServiceError(
                "authentication.method is BASIC; authentication.realm has to name a section of a JAAS file")
        }
        guard let path = given.text("java.security.auth.login.config") else {
            throw HTTPServiceError(
                "java.security.auth.login.config has to name the JAAS file with the section \(realm)")
        }
        guard let modules = try JAASFile(path: path).modules(of: realm), modules.count == 1, let module = modules.first
        else { throw HTTPServiceError("\(path) has to have a section \(realm) with one login module") }
        guard moduleClasses.contains(module.className), let file = module.options["file"], !file.isEmpty else {
            throw HTTPServiceError(
                "\(path): the login module of \(realm) has to be a PropertyFileLoginModule with file=\"…\"")
        }
        let roles = given.text("authentication.roles") == nil ? ["*"] : given.list("authentication.roles")
        let users = try users(String(decoding: try BoundedFile.read(file), as: UTF8.self), in: file, with: Set(roles))
        guard !users.isEmpty else {
            throw HTTPServiceError("\(file) names no user with one of the roles of authentication.roles")
        }
        let skipped = given.list("authentication.skip.paths")
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete]
        return try BasicAuthentication(
            users: users, realm: realm,
            exemptions: Set(skipped.flatMap { path in methods.map { .init($0, path) } }))
    }

    /// Reads lines such as `name: password,role,role`.
    static func users(_ text: String, in file: String, with roles: Set<String>) throws -> [String: String] {
        var users: [String: String] = [:]
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.drop { $0 == " " || $0 == "\t" }
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix("!") { continue }
            guard let separator = line.firstIndex(where: { $0 == ":" || $0 == "=" }) else {
                throw HTTPServiceError("\(file) line \(number + 1): a line is a name, a colon, a password and roles")
            }
            let name = line[..<separator].filter { $0 != " " && $0 != "\t" }
            let words = line[line.index(after: separator)...].drop { $0 == " " || $0 == "\t" }
                .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let password = words[0]
            if ["OBF:", "MD5:", "CRYPT:"].contains(where: password.hasPrefix) {
                throw HTTPServiceError(
                    "\(file) line \(number + 1): the password of \(name) is obfuscated; write it as it is, and guard the file"
                )
            }
            let own = Set(words.dropFirst().map { $0.filter { $0 != " " } })
            if roles.contains("*") || !roles.isDisjoint(with: own) { users[name] = password }
        }
        return users
    }
}
