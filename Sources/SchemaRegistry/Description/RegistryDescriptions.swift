import HTTPService
import HTTPTypes
import JSON

/// What each route of the API is for: routes take their descriptions from here when they are added, and the OpenAPI document
/// is written from the routes.
enum RegistryDescriptions {
    /// The descriptions by method and path, such as `GET /subjects/{subject}/versions`.
    static let all: [String: RouteDescription] =
        [server, schemas, subjects, versions, compatibility, settings, contexts].reduce(into: [:]) { all, part in
            all.merge(part) { first, _ in first }
        }

    /// The description of a route, in the registry's media types; `nil` for one that has none yet.
    static func of(_ method: HTTPRequest.Method, _ path: String) -> RouteDescription? {
        guard var description = all["\(method.rawValue) \(path)"] else { return nil }
        description.bodyTypes = RegistryAnswer.answerTypes
        description.errorTypes = RegistryAnswer.answerTypes
        for index in description.answers.indices { description.answers[index].types = RegistryAnswer.answerTypes }
        return description
    }

    // MARK: Parts

    static let subject = RouteDescription.Parameter(
        "subject", "A subject, with its context before it, if it is not in the default one.",
        .string.example("orders-value"))
    static let scope = RouteDescription.Parameter(
        "subject", "A subject, or a context such as `:.staging:`.", .string.example("orders-value"))
    static let version = RouteDescription.Parameter(
        "version", "A number from 1, or latest.", .string.example("latest"))
    static let deleted = flag("deleted", "Versions that were deleted softly count too.")
    static let deletedOnly = flag("deletedOnly", "They alone count.")
    static let normalize = flag("normalize", "Schemas that mean the same are the same.")
    static let format = RouteDescription.Parameter(
        "format", "The form of the text: resolved for Avro, serialized or ignore_extensions for Protobuf.")
    static let referenceFormat = RouteDescription.Parameter(
        "referenceFormat", "With qualified, references say their context.")
    static let page: [RouteDescription.Parameter] = [
        .init("offset", "How many are left out at first.", .integer),
        .init("limit", "How many come at most.", .integer),
    ]

    static func flag(_ name: String, _ summary: String) -> RouteDescription.Parameter {
        .init(name, summary, .boolean)
    }

    static func ok(_ summary: String, _ schema: JSONSchema) -> RouteDescription.Answer {
        .init(.ok, summary, schema)
    }

    static func error(_ status: HTTPResponse.Status, _ summary: String) -> RouteDescription.Answer {
        .init(status, summary, .named("Error"))
    }

    static let badRequest = error(.badRequest, "The request is malformed.")
    static let noSchema = error(.notFound, "There is no such schema (40403).")
    static let noVersion = error(.notFound, "There is no such subject (40401) or version (40402).")
    static let invalid = error(
        .unprocessableContent,
        "The body is missing (422), or schema (42201), version (42202), subject (42208) or rules (42210) are none.")

    // MARK: Routes

    private static let server: [String: RouteDescription] = [
        "GET /": RouteDescription("Whether the server answers.", answers: [ok("It does.", .anyObject)]),
        "POST /": RouteDescription("Whether the server answers.", answers: [ok("It does.", .anyObject)]),
        "GET /v1/metadata/id": RouteDescription(
            "The clusters.",
            answers: [ok("The ids of the Kafka cluster and of the registry's group.", .named("ClusterId"))]),
        "GET /v1/metadata/version": RouteDescription(
            "The server's version.", answers: [ok("It, and the commit that it is made of.", .named("ServerVersion"))]),
    ]

    private static let id = RouteDescription.Parameter("id", "A schema's id.", JSONSchema.integer.example(1))
    private static let guid = RouteDescription.Parameter("guid", "A schema's fingerprint, a UUID.")
    private static let querySubject = RouteDescription.Parameter(
        "subject", "The subject, or the context, that the id is looked for in.")

    private static let schemas: [String: RouteDescription] = [
        "GET /schemas/types": RouteDescription(
            "The languages of schemas.", answers: [ok("Their names.", .array(of: .string))]),
        "GET /schemas": RouteDescription(
            "The schemas of many subjects.",
            query: [
                .init("subjectPrefix", "What the subjects begin with; `:*:` stands for every context."), deleted,
                flag("latestOnly", "Of each subject the last version only."),
                flag("aliases", "With the subjects behind aliases, and those aliases."),
                .init("ruleType", "Only schemas with a rule of this type."),
            ] + page,
            answers: [ok("The versions, by subject and number.", .array(of: .named("Schema"))), badRequest]),
        "GET /schemas/ids/{id}": RouteDescription(
            "A schema by its id.", path: [id],
            query: [querySubject, format, referenceFormat, flag("fetchMaxId", "With the highest id of the context.")],
            answers: [ok("The schema.", .named("SchemaString")), noSchema]),
        "GET /schemas/ids/{id}/schema": RouteDescription(
            "The text of a schema by its id.", path: [id], query: [querySubject, format],
            answers: [ok("The text itself, as it is.", .string), noSchema]),
        "GET /schemas/ids/{id}/subjects": RouteDescription(
            "The subjects that have a schema.", path: [id], query: [querySubject, deleted] + page,
            answers: [ok("Their names.", .array(of: .string)), badRequest, noSchema]),
        "GET /schemas/ids/{id}/versions": RouteDescription(
            "The versions that are a schema.", path: [id], query: [querySubject, deleted] + page,
            answers: [ok("Subjects and versions.", .array(of: .named("SubjectVersion"))), badRequest, noSchema]),
        "GET /schemas/guids/{guid}": RouteDescription(
            "A schema by its fingerprint.", path: [guid], query: [format],
            answers: [ok("The schema.", .named("SchemaString")), noSchema]),
        "GET /schemas/guids/{guid}/ids": RouteDescription(
            "The ids of a schema.", path: [guid],
            answers: [ok("Contexts and ids.", .array(of: .named("ContextId")))]),
    ]

    private static let contexts: [String: RouteDescription] = [
        "GET /contexts": RouteDescription(
            "The contexts.", query: [.init("contextPrefix", "What they begin with.")] + page,
            answers: [ok("Their names.", .array(of: .string)), badRequest]),
        "DELETE /contexts/{context}": RouteDescription(
            "Deletes a context that has no subjects.",
            path: [.init("context", "A context, such as .staging.", .string.example(".staging"))],
            answers: [
                .init(.noContent, "There is no such context any more."), badRequest,
                error(.unprocessableContent, "It has subjects (42211)."),
            ]),
    ]
}
