import SchemaFormat

/// Why a request is refused: with the number and the sentence that clients know.
struct RegistryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The number, which begins with the HTTP status.
    let code: Int
    /// What happened.
    let message: String

    init(_ code: Int, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { "\(code): \(message)" }

    // MARK: Not found

    static func subjectNotFound(_ subject: String) -> RegistryError {
        RegistryError(40401, "Subject '\(subject)' not found.")
    }
    static func versionNotFound(_ version: Int) -> RegistryError {
        RegistryError(40402, "Version \(version) not found.")
    }
    static let schemaNotFound = RegistryError(40403, "Schema not found")
    static func schemaNotFound(_ name: String) -> RegistryError { RegistryError(40403, "Schema \(name) not found") }
    static func subjectSoftDeleted(_ subject: String) -> RegistryError {
        RegistryError(40404, "Subject '\(subject)' was soft deleted.Set permanent=true to delete permanently")
    }
    static func subjectNotSoftDeleted(_ subject: String) -> RegistryError {
        RegistryError(40405, "Subject '\(subject)' was not deleted first before being permanently deleted")
    }
    static func versionSoftDeleted(_ subject: String, _ version: Int) -> RegistryError {
        RegistryError(
            40406,
            "Subject '\(subject)' Version \(version) was soft deleted.Set permanent=true to delete permanently")
    }
    static func versionNotSoftDeleted(_ subject: String, _ version: Int) -> RegistryError {
        RegistryError(
            40407, "Subject '\(subject)' Version \(version) was not deleted first before being permanently deleted")
    }
    static func noConfig(_ subject: String) -> RegistryError {
        RegistryError(40408, "Subject '\(subject)' does not have subject-level compatibility configured")
    }
    static func noMode(_ subject: String) -> RegistryError {
        RegistryError(40409, "Subject '\(subject)' does not have subject-level mode configured")
    }

    // MARK: Refused

    static func incompatible(_ subject: String, _ obstacles: [String]) -> RegistryError {
        RegistryError(
            40901,
            "Schema being registered is incompatible with an earlier schema for subject \"\(subject)\", details: "
                + "[\(obstacles.joined(separator: ", "))]")
    }
    static func invalidSchema(_ message: String) -> RegistryError { RegistryError(42201, message) }
    static let emptySchema = RegistryError(42201, "Empty schema")
    static func invalidVersion(_ text: String) -> RegistryError {
        RegistryError(
            42202,
            "The specified version '\(text)' is not a valid version id. Allowed values are between [1, 2^31-1] and the"
                + " string \"latest\"")
    }
    static let invalidLevel = RegistryError(
        42203,
        "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive,"
            + " forward_transitive, and full_transitive")
    static let invalidMode = RegistryError(
        42204, "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.")
    static let forwardOnlyGlobally = RegistryError(42204, "Forward mode only supported on global level")
    static func notPermitted(_ message: String) -> RegistryError { RegistryError(42205, message) }
    static func referenceExists(_ key: SubjectVersion) -> RegistryError {
        RegistryError(
            42206,
            "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=\(key.subject),"
                + "version=\(key.version)}.")
    }
    static func invalidSubject(_ subject: String) -> RegistryError {
        RegistryError(42208, "The specified subject '\(subject)' is not a valid.")
    }
    static let schemaTooLarge = RegistryError(42209, "Register operation failed because schema is too large")
    static func invalidRuleSet(_ message: String) -> RegistryError { RegistryError(42210, message) }
    static func contextNotEmpty(_ context: String) -> RegistryError {
        RegistryError(42211, "The specified context '\(context)' is not empty.")
    }

    // MARK: The store

    static func store(_ message: String) -> RegistryError { RegistryError(50001, message) }
    static func timedOut(_ message: String) -> RegistryError { RegistryError(50002, message) }
    static func forwardingFailed(_ message: String) -> RegistryError { RegistryError(50003, message) }
    static func unknownLeader(_ message: String) -> RegistryError { RegistryError(50004, message) }
}
