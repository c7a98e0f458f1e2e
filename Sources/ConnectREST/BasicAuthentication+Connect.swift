import ConnectAPI
import ConnectRuntime
import HTTPService
import HTTPTypes

/// Kafka Connect's one extension that comes with it: names and passwords from a file.
extension BasicAuthentication {
    private static let extensionClass =
        "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension"
    private static let moduleClass = "org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule"
    private static let section = "KafkaConnect"

    /// What workers send each other is signed, and needs no password.
    private static let signed: Set<Exemption> = [
        Exemption(.post, "/connectors/{name}/tasks"), Exemption(.put, "/connectors/{name}/fence"),
    ]

    /// Reads who may ask, if the worker's settings say that anyone has to be known.
    ///
    /// - Throws: ``HTTPServiceError`` for an extension that there is not, and for files that do not name a user.
    init?(_ configuration: WorkerConfiguration) throws {
        let rest = configuration.rest
        guard !rest.extensionClasses.isEmpty else { return nil }
        if let other = rest.extensionClasses.first(where: { $0 != Self.extensionClass }) {
            throw HTTPServiceError(
                "rest.extension.classes names \(other); there is \(Self.extensionClass) and no other")
        }
        guard let path = rest.loginConfiguration else {
            throw HTTPServiceError(
                "rest.extension.classes asks for passwords; java.security.auth.login.config has to name the JAAS file with"
                    + " the section \(Self.section)")
        }
        guard let modules = try JAASFile(path: path).modules(of: Self.section), modules.count == 1,
            let module = modules.first
        else { throw HTTPServiceError("\(path) has to have a section \(Self.section) with one login module") }
        guard module.className == Self.moduleClass, let file = module.options["file"], !file.isEmpty else {
            throw HTTPServiceError(
                "\(path): the login module of \(Self.section) has to be \(Self.moduleClass) with file=\"…\"")
        }
        let users = try UsersFile.read(file)
        guard !users.isEmpty else {
            throw HTTPServiceError("\(file) names no user; a line is a name, = and a password")
        }
        try self.init(users: users, realm: "Connect", exemptions: Self.signed)
    }
}
