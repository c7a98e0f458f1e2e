import HTTPService
import HTTPTypes
import JSON

/// A request as the registry takes it: with the context that its path may begin with, and what its parts mean.
struct RegistryCall: Sendable {
    /// The request as it came, to be sent on.
    let original: ServiceRequest
    /// What the path says before everything else, as in `:.ctx:`; empty for the default context.
    let qualifier: String

    /// Takes a request.
    ///
    /// - Throws: ``ServiceError`` 400 for a context that cannot be.
    init(_ request: ServiceRequest) throws {
        original = request
        guard let context = request.parameters[Self.contextParameter] else {
            qualifier = ""
            return
        }
        guard let qualifier = QualifiedSubject.qualifier(ofContextIn: context) else {
            throw ServiceError(.badRequest, "Context name '\(context)' cannot contain a colon")
        }
        self.qualifier = qualifier
    }

    /// The part of a path that names a context before everything else.
    static let contextParameter = "context"

    private static let forwardedField = HTTPField.Name(WriterClient.forwardedField)
    private static let unknownPropertiesField = HTTPField.Name("Confluent-Accept-Unknown-Properties")

    /// Whether another registry sent the request on.
    var isForwarded: Bool { Self.forwardedField.flatMap { original.headers[$0] } != nil }

    /// Whether the client takes members that older registries do not have.
    var takesUnknownMembers: Bool {
        Self.unknownPropertiesField.flatMap { original.headers[$0] }?.lowercased() == "true"
    }

    // MARK: The path

    /// A part of the path.
    func parameter(_ name: String) -> String { original.parameter(name) }

    /// The subject, with its context, behind an alias.
    func subject(in store: SubjectStore) -> String {
        QualifiedSubject.normalized(store.resolvingAlias(qualified(parameter("subject"))))
    }

    /// The subject or the context whose configuration or mode is meant; `nil` for the default context.
    var scope: String? { QualifiedSubject.scope(qualified(original.parameters["subject"] ?? "")) }

    /// The version.
    ///
    /// - Throws: ``RegistryError`` 42202.
    func version() throws(RegistryError) -> VersionID { try VersionID(parameter("version")) }

    /// The id; what is no number is no path, as in JAX-RS.
    func id() throws -> Int {
        guard let id = Int32(parameter("id")) else { throw ServiceError(plain: .notFound) }
        return Int(id)
    }

    private func qualified(_ name: String) -> String {
        qualifier.isEmpty || QualifiedSubject.isQualified(name) ? name : qualifier + name
    }

    // MARK: The query

    /// A flag; one that is not there is not set.
    func flag(_ name: String) -> Bool { original.queryFlag(name) ?? false }

    /// A text, if it is there and not empty.
    func text(_ name: String) -> String? { original.queryValues(name).first.flatMap { $0.isEmpty ? nil : $0 } }

    /// The subject that an id is looked for in, if one is said.
    func querySubject(in store: SubjectStore) -> String? {
        let name = qualified(text("subject") ?? "")
        return name.isEmpty ? nil : QualifiedSubject.normalized(store.resolvingAlias(name))
    }

    /// What subjects are to begin with.
    func subjectPrefix(usual: String) -> String {
        guard let prefix = original.queryValues("subjectPrefix").first else {
            return qualifier.isEmpty ? usual : qualifier
        }
        return qualified(prefix)
    }

    /// The part of a list that is asked for.
    ///
    /// - Parameter most: How much may be asked for at once, which is also what is given without a limit.
    /// - Throws: ``ServiceError`` 400 for what is no number.
    func page<Element>(of list: [Element], most: Int = .max) throws -> ArraySlice<Element> {
        let offset = try number("offset") ?? 0
        let limit = try number("limit") ?? -1
        guard offset >= 0 else { throw ServiceError(.badRequest, "The offset must not be below 0") }
        return list.dropFirst(offset).prefix(limit > 0 && limit <= most ? limit : most)
    }

    private func number(_ name: String) throws -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int32(text) else {
            throw ServiceError(.badRequest, "The query parameter '\(name)' has to be a whole number, and not '\(text)'")
        }
        return Int(number)
    }

    // MARK: The body

    /// The body.
    ///
    /// - Throws: ``ServiceError`` 422 for none, 400 for what is no JSON object.
    func body() throws -> JSONObject {
        let isEmpty = original.body.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        if isEmpty { throw ServiceError(.unprocessableContent, "The request has to have a body, and it has none") }
        let json = try original.json()
        if json.isNull { throw ServiceError(.unprocessableContent, "The request has to have a body, and it is null") }
        guard let object = json.object else {
            throw ServiceError(.badRequest, "The request's body has to be a JSON object")
        }
        return object
    }

    /// The schema in the body.
    ///
    /// - Throws: ``ServiceError`` 400 and 422; ``RegistryError`` 42210 for rules that contradict each other.
    func schema() throws -> SchemaDraft {
        let draft = try Self.shaped(try body(), SchemaDraft.init)
        if let problem = draft.ruleSet?.problem { throw RegistryError.invalidRuleSet(problem) }
        return draft
    }

    /// What a body is, read.
    ///
    /// - Throws: ``ServiceError`` 400 for a member of the wrong kind.
    static func shaped<Value>(
        _ object: JSONObject, _ read: (JSONObject) throws(ShapeError) -> Value
    ) throws -> Value {
        do {
            return try read(object)
        } catch {
            throw ServiceError(.badRequest, error.message)
        }
    }
}
