import SchemaFormat

/// Compares what one schema wrote with what another reads, by Apache Avro's rules and in its order.
///
/// Each pair of types is compared once: a pair that is met again while it is being compared is taken to fit, which is
/// how records that hold themselves come to an end, and one that is met later has the differences that were found
/// first.
struct AvroComparison {
    private typealias Node = AvroDifferences.Node

    private struct Pair: Hashable {
        let reader: AvroTypeID
        let writer: AvroTypeID
    }

    /// What ends a comparison without a verdict for each place.
    private struct Abandoned: Error {
        let message: String
    }

    private let readers: AvroTypes
    private let writers: AvroTypes
    private var found: [Pair: Node?] = [:]
    private var differences = AvroDifferences()
    /// Where in the schemas the comparison is.
    private var path: AvroDifferences.Path?
    private var depth = 0
    private var steps = 0

    private init(readers: AvroTypes, writers: AvroTypes) {
        self.readers = readers
        self.writers = writers
    }

    /// The messages for all differences; empty if the reader reads what the writer wrote.
    static func obstacles(reading writer: AvroSchema, with reader: AvroSchema, roles: SchemaRoles) -> [String] {
        var comparison = AvroComparison(readers: reader.types, writers: writer.types)
        do throws(Abandoned) {
            let node = try comparison.compare(reader.root, writer.root)
            return comparison.differences.list(node).map { $0.message(roles) }
        } catch {
            return [error.message]
        }
    }

    private mutating func compare(_ reader: AvroTypeID, _ writer: AvroTypeID) throws(Abandoned) -> Node? {
        let pair = Pair(reader: reader, writer: writer)
        if let known = found[pair] { return known }
        try step(1)
        guard depth < AvroLimits.comparisonDepth else { throw tooBig }
        found[pair] = .some(nil)
        depth += 1
        let result = try compareContents(reader, writer)
        depth -= 1
        found[pair] = .some(result)
        return result
    }

    private mutating func step(_ count: Int) throws(Abandoned) {
        steps += count
        guard steps <= AvroLimits.comparisonSteps else { throw tooBig }
    }

    private var tooBig: Abandoned {
        Abandoned(message: "The schemas are too big to be compared: they nest too deeply or their unions are too long")
    }

    private mutating func compare(
        _ reader: AvroTypeID, _ writer: AvroTypeID, at step: String
    ) throws(Abandoned) -> Node? {
        let outer = path
        path = differences.path(step, below: outer)
        let result = try compare(reader, writer)
        path = outer
        return result
    }

    /// Whether one type reads another. The paths of the differences begin anew, as Apache Avro has them if it tells
    /// them somewhere else.
    private mutating func reads(_ reader: AvroTypeID, _ writer: AvroTypeID) throws(Abandoned) -> Bool {
        let outer = path
        path = nil
        let result = try compare(reader, writer)
        path = outer
        return result == nil
    }

    private mutating func compareContents(
        _ reader: AvroTypeID, _ writer: AvroTypeID
    ) throws(Abandoned) -> Node? {
        let (reading, written) = (readers.content(reader), writers.content(writer))
        switch (reading, written) {
        case (.null, .null), (.boolean, .boolean), (.int, .int), (.long, .long), (.float, .float), (.double, .double),
            (.bytes, .bytes), (.string, .string):
            return nil
        case (.long, .int), (.float, .int), (.float, .long), (.double, .int), (.double, .long), (.double, .float),
            (.bytes, .string), (.string, .bytes):
            return nil
        case (.array(let reader), .array(let writer)): return try compare(reader, writer, at: "items")
        case (.map(let reader), .map(let writer)): return try compare(reader, writer, at: "values")
        case (.fixed(let reader), .fixed(let writer)):
            return differences.all([try compareNames(reading, written), compareSizes(reader, writer)])
        case (.enumeration(let reader), .enumeration(let writer)):
            return differences.all([try compareNames(reading, written), try compareSymbols(reader, writer)])
        case (.record(let record), .record(let other)):
            return differences.all([try compareNames(reading, written), try compareFields(record, other, writer)])
        case (.union, .union(let members)):
            var parts: [Node?] = []
            for (index, member) in members.enumerated() {
                if try reads(reader, member) { continue }
                parts.append(difference(.missingUnionBranch(writer: writers.content(member)), at: String(index)))
            }
            return differences.all(parts)
        case (_, .union(let members)):
            var parts: [Node?] = []
            for (index, member) in members.enumerated() {
                parts.append(try compare(reader, member, at: String(index)))
            }
            return differences.all(parts)
        case (.union(let members), _):
            for member in members {
                if try reads(member, writer) { return nil }
            }
            return difference(.missingUnionBranch(writer: written))
        default: return difference(.typeMismatch(reader: reading, writer: written))
        }
    }

    private mutating func difference(_ rule: AvroDifference.Rule, at step: String? = nil) -> Node {
        var place = path
        if let step { place = differences.path(step, below: path) }
        return differences.difference(rule, at: place)
    }

    private mutating func compareNames(
        _ reader: AvroType.Content, _ writer: AvroType.Content
    ) throws(Abandoned) -> Node? {
        guard let writerName = writer.name else { return nil }
        try step(reader.aliases.count)
        return reader.reads(writerName) ? nil : difference(.nameMismatch(writer: writerName), at: "name")
    }

    private mutating func compareSizes(_ reader: AvroFixed, _ writer: AvroFixed) -> Node? {
        reader.size == writer.size
            ? nil : difference(.fixedSizeMismatch(reader: reader.size, writer: writer.size), at: "size")
    }

    private mutating func compareSymbols(
        _ reader: AvroEnumeration, _ writer: AvroEnumeration
    ) throws(Abandoned) -> Node? {
        try step(writer.symbols.count)
        let isComplete = reader.defaultSymbol != nil || writer.symbols.allSatisfy { reader.place(of: $0) != nil }
        return isComplete ? nil : difference(.missingEnumSymbols(reader: reader, writer: writer), at: "symbols")
    }

    private mutating func compareFields(
        _ reader: AvroRecord, _ writer: AvroRecord, _ writerID: AvroTypeID
    ) throws(Abandoned) -> Node? {
        let outer = path
        let fields = differences.path("fields", below: outer)
        var parts: [Node?] = []
        for (index, field) in reader.fields.enumerated() {
            try step(1 + field.aliases.count)
            path = differences.path(String(index), below: fields)
            if let place = try place(of: field, at: index, in: writer, writerID) {
                parts.append(try compare(field.type, writer.fields[place].type, at: "type"))
            } else if field.defaultValue == nil {
                // Apache Avro compares an enum that has a default of its own with the writer's record.
                if case .enumeration(let enumeration) = readers.content(field.type), enumeration.defaultSymbol != nil {
                    parts.append(try compare(field.type, writerID, at: "type"))
                } else {
                    parts.append(difference(.readerFieldMissingDefaultValue(field: field.name)))
                }
            }
        }
        path = outer
        return differences.all(parts)
    }

    private func place(
        of field: AvroField, at index: Int, in writer: AvroRecord, _ writerID: AvroTypeID
    ) throws(Abandoned) -> Int? {
        guard !field.aliases.isEmpty else { return writer.place(ofField: field.name) }
        let places = ([field.name] + field.aliases).compactMap { writer.place(ofField: $0) }
        guard places.count > 1 else { return places.first }
        let text = (try? AvroSchemaWriter.text(of: writerID, in: writers, knowing: [])) ?? writer.name.full
        let kind = readers.content(field.type).kind.uppercased()
        throw Abandoned(
            message: "Unexpected exception during compatibility check: Reader record field \(field.name) type:\(kind) "
                + "pos:\(index) matches multiple fields in writer record schema \(text.prefix(AvroLimits.quotedText))")
    }
}

extension AvroType.Content {
    /// Whether a named type reads what one of that name wrote: the namespaces may differ, and aliases count.
    func reads(_ writer: AvroName) -> Bool {
        name?.simple == writer.simple || aliases.contains { $0.full == writer.full }
    }
}
