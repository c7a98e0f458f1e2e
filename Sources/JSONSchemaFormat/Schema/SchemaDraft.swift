/// A version of JSON Schema; `$schema` says which one a schema is written in.
enum SchemaDraft: Int, Sendable, Hashable, CaseIterable, Comparable {
    case draft4
    case draft6
    case draft7
    case draft2019
    case draft2020

    /// What a schema without `$schema`, or with one that is not known, is read as; Schema Registry does the same.
    static let usual = SchemaDraft.draft7

    /// The draft that a `$schema` names, with `http` or `https` and with or without a `#` behind.
    init?(uri: String) {
        var name = Substring(uri)
        if name.hasSuffix("#") { name.removeLast() }
        if name.hasPrefix("https://") { name.removeFirst("https://".count) }
        if name.hasPrefix("http://") { name.removeFirst("http://".count) }
        switch name {
        case "json-schema.org/schema", "json-schema.org/draft-04/schema": self = .draft4
        case "json-schema.org/draft-06/schema": self = .draft6
        case "json-schema.org/draft-07/schema": self = .draft7
        case "json-schema.org/draft/2019-09/schema": self = .draft2019
        case "json-schema.org/draft/2020-12/schema": self = .draft2020
        default: return nil
        }
    }

    /// The keyword that names a schema.
    var idKeyword: String { self == .draft4 ? "id" : "$id" }

    /// Whether nothing counts beside a `$ref`.
    var referencesStandAlone: Bool { self <= .draft7 }

    /// Whether Schema Registry checks `format`; in later drafts it only describes.
    var checksFormats: Bool { self <= .draft7 }

    static func < (left: SchemaDraft, right: SchemaDraft) -> Bool { left.rawValue < right.rawValue }
}
