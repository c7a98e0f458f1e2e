import HTTPService
import HTTPTypes

/// Configurations and modes.
extension RegistryDescriptions {
    private static let defaultToGlobal = flag("defaultToGlobal", "What counts, wherever it is set.")
    private static let readOnly = "It may not be changed (42205)"

    private static let noConfig = error(.notFound, "Nothing is set for the subject (40408).")
    private static let noMode = error(.notFound, "Nothing is set for the subject (40409).")
    private static let nothing = error(.notFound, "Nothing is set for the subject (40401).")

    static let settings: [String: RouteDescription] = [
        "GET /config": RouteDescription(
            "What is set for all subjects.", query: [defaultToGlobal],
            answers: [ok("The configuration.", .named("Config"))]),
        "GET /config/{subject}": RouteDescription(
            "What is set for a subject or a context.", path: [scope], query: [defaultToGlobal],
            answers: [ok("The configuration.", .named("Config")), noConfig]),
        "PUT /config": RouteDescription(
            "Sets something for all subjects.", body: .named("ConfigUpdateRequest"), answers: configAnswers),
        "PUT /config/{subject}": RouteDescription(
            "Sets something for a subject or a context.", path: [scope], body: .named("ConfigUpdateRequest"),
            answers: configAnswers),
        "DELETE /config": RouteDescription(
            "Unsets everything for all subjects.",
            answers: [ok("What was set.", .named("Config")), error(.unprocessableContent, readOnly + ".")]),
        "DELETE /config/{subject}": RouteDescription(
            "Unsets everything for a subject or a context.", path: [scope],
            answers: [
                ok("What was set.", .named("Config")), nothing, error(.unprocessableContent, readOnly + "."),
            ]),
        "GET /mode": RouteDescription(
            "What may be done with all subjects.", query: [defaultToGlobal],
            answers: [ok("The mode.", .named("Mode"))]),
        "GET /mode/{subject}": RouteDescription(
            "What may be done with a subject or a context.", path: [scope], query: [defaultToGlobal],
            answers: [ok("The mode.", .named("Mode")), noMode]),
        "PUT /mode": RouteDescription(
            "Sets the mode of all subjects.", query: [force], body: .named("ModeUpdateRequest"),
            answers: modeAnswers),
        "PUT /mode/{subject}": RouteDescription(
            "Sets the mode of a subject or a context.", path: [scope], query: [force],
            body: .named("ModeUpdateRequest"), answers: modeAnswers),
        "DELETE /mode": RouteDescription(
            "Unsets the mode of all subjects.", query: [recursive],
            answers: [ok("What it was.", .named("Mode")), error(.unprocessableContent, readOnly + ".")]),
        "DELETE /mode/{subject}": RouteDescription(
            "Unsets the mode of a subject or a context.", path: [scope], query: [recursive],
            answers: [
                ok("What it was.", .named("Mode")), nothing, error(.unprocessableContent, readOnly + "."),
            ]),
    ]

    private static let force = flag("force", "Schemas may be imported where there are some already.")
    private static let recursive = flag("recursive", "With the modes of the context's subjects.")

    private static let configAnswers = [
        ok("What is set now.", .named("ConfigUpdateResponse")), badRequest,
        error(
            .unprocessableContent,
            "The level is none (42203), the subject cannot be one (42208), the rules contradict each other (42210), or it"
                + " may not be changed (42205)."),
    ]
    private static let modeAnswers = [
        ok("The mode.", .named("Mode")), badRequest,
        error(
            .unprocessableContent,
            "The mode is none (42204), the subject cannot be one (42208), or has versions that are in the way (42205,"
                + " 42206)."),
    ]
}
