import JSON
import SchemaFormat

/// What people see of a registry's answers.
enum SchemaReport {
    /// Schemas with their subjects.
    static func schemas(_ answer: JSONValue) -> Table {
        var table = Table("subject", "version", "id", "type", "references")
        for schema in answer.array ?? [] {
            table.add(
                .init(schema["subject"]?.string), .init(schema["version"]?.int64), .init(schema["id"]?.int64),
                .text(schema["schemaType"]?.string ?? SchemaType.avro.rawValue),
                .number(Int64(schema["references"]?.array?.count ?? 0)))
        }
        return table
    }

    /// The versions that a deletion took away.
    static func deleted(_ answer: JSONValue, of subject: String) -> Table {
        var table = Table("subject", "deleted")
        for version in answer.array ?? [answer] { table.add(.text(subject), .init(version.int64)) }
        return table
    }

    /// Whether a schema may follow.
    static func compatibility(_ answer: JSONValue, of subject: String) -> Table {
        var table = Table("subject", "compatible")
        table.add(.text(subject), .flag(answer["is_compatible"]?.bool == true))
        return table
    }

    /// A level or a mode, whichever of `names` the answer has.
    static func setting(_ answer: JSONValue, of subject: String?, names: [String]) -> Table {
        var table = Table("subject", names[0] == "mode" ? "mode" : "compatibility")
        table.add(.text(subject ?? "(all)"), .init(names.lazy.compactMap { answer[$0]?.string }.first))
        return table
    }
}

extension Table.Cell {
    /// A number that may be missing.
    init(_ number: Int64?) { self = number.map(Self.number) ?? .missing }
}
