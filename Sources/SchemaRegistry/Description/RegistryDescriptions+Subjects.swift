import HTTPService
import HTTPTypes

/// Subjects, their versions, and what may become one.
extension RegistryDescriptions {
    static let subjects: [String: RouteDescription] = [
        "GET /subjects": RouteDescription(
            "The subjects.",
            query: [
                .init("subjectPrefix", "What they begin with; `:*:`, every context, where nothing is said."), deleted,
                deletedOnly,
            ] + page,
            answers: [ok("Their names.", .array(of: .string)), badRequest]),
        "POST /subjects/{subject}": RouteDescription(
            "Which version of a subject a schema is.", path: [subject], query: [normalize, deleted, format],
            body: .named("RegisterSchemaRequest"),
            answers: [
                ok("The version.", .named("Schema")), badRequest,
                error(.notFound, "There is no such subject (40401), or no such schema in it (40403)."), invalid,
            ]),
        "DELETE /subjects/{subject}": RouteDescription(
            "Deletes all versions of a subject: softly, and then for good.", path: [subject],
            query: [flag("permanent", "For good, what was deleted softly before.")],
            answers: [
                ok("The versions that are deleted.", .array(of: .integer)),
                error(
                    .notFound,
                    "There is no such subject (40401); it is deleted already (40404), or not softly yet (40405)."),
                error(.unprocessableContent, "It may not be changed (42205), or something refers to it (42206)."),
            ]),
        "GET /subjects/{subject}/metadata": RouteDescription(
            "The last version with some properties in its metadata.", path: [subject],
            query: [
                .init("key", "A property.", .array(of: .string)),
                .init("value", "Its value; the first value is that of the first key.", .array(of: .string)), deleted,
                format,
            ],
            answers: [
                ok("The version.", .named("Schema")),
                error(.notFound, "There is no such subject (40401), or no such version (40403)."),
            ]),
    ]

    static let versions: [String: RouteDescription] = [
        "GET /subjects/{subject}/versions": RouteDescription(
            "The versions of a subject.", path: [subject],
            query: [deleted, deletedOnly, flag("deletedAsNegative", "All, and those deleted softly below 0.")] + page,
            answers: [
                ok("Their numbers.", .array(of: .integer)), badRequest,
                error(.notFound, "There is no such subject (40401)."),
            ]),
        "POST /subjects/{subject}/versions": RouteDescription(
            "Registers a schema as the next version of a subject, unless it is one already.", path: [subject],
            query: [normalize, format, flag("force", "Whatever the versions before it are.")],
            body: .named("RegisterSchemaRequest"),
            answers: [
                ok("The schema's id, and its version.", .named("RegisterSchemaResponse")), badRequest,
                error(.conflict, "It does not go with the versions before it (40901)."), invalid,
            ]),
        "GET /subjects/{subject}/versions/{version}": RouteDescription(
            "A version of a subject.", path: [subject, version], query: [deleted, format, referenceFormat],
            answers: [ok("The version.", .named("Schema")), noVersion, invalid]),
        "GET /subjects/{subject}/versions/{version}/schema": RouteDescription(
            "The text of a version.", path: [subject, version], query: [deleted, format],
            answers: [ok("The text itself, as it is.", .string), noVersion, invalid]),
        "GET /subjects/{subject}/versions/{version}/referencedby": RouteDescription(
            "The schemas that refer to a version.", path: [subject, version], query: [deleted] + page,
            answers: [ok("Their ids.", .array(of: .integer)), badRequest, noVersion, invalid]),
        "DELETE /subjects/{subject}/versions/{version}": RouteDescription(
            "Deletes a version: softly, and then for good.", path: [subject, version],
            query: [flag("permanent", "For good, what was deleted softly before.")],
            answers: [
                ok("The version.", .integer),
                error(
                    .notFound,
                    "There is no such subject (40401) or version (40402); it is deleted already (40406), or not softly"
                        + " yet (40407)."),
                error(
                    .unprocessableContent,
                    "The version is none (42202), may not be changed (42205), or something refers to it (42206)."),
            ]),
    ]

    static let compatibility: [String: RouteDescription] = [
        "POST /compatibility/subjects/{subject}/versions/{version}": RouteDescription(
            "Whether a schema could follow a version.", path: [subject, version],
            query: [normalize, flag("verbose", "With the reasons.")], body: .named("RegisterSchemaRequest"),
            answers: [
                ok("The verdict.", .named("CompatibilityCheck")), badRequest,
                error(.notFound, "There is no such version (40402)."), invalid,
            ]),
        "POST /compatibility/subjects/{subject}/versions": RouteDescription(
            "Whether a schema could be the next version.", path: [subject],
            query: [normalize, flag("verbose", "With the reasons.")], body: .named("RegisterSchemaRequest"),
            answers: [ok("The verdict.", .named("CompatibilityCheck")), badRequest, invalid]),
    ]
}
