import ConnectAPI
import Synchronization

/// Writes structures and maps anew with some of their fields changed, left out, renamed or added, nested ones too.
///
/// What is to be done with a schema is worked out once for it. Fields that are not there are passed by. Safe to use from any
/// thread.
final class FieldRewriter<Leaf: Sendable>: Sendable {
    private let tree: FieldTree<Leaf>
    private let purpose: String
    private let replacesNullWithDefault: Bool
    private let outcome: @Sendable (Leaf, ConnectSchema?) throws -> FieldOutcome
    private let plans = SchemaCache<StructurePlan>()

    /// Creates a rewriter.
    ///
    /// - Parameters:
    ///   - purpose: What it is for, in errors.
    ///   - outcome: Says what becomes of a field, by its schema if it has one.
    init(
        _ tree: FieldTree<Leaf>, purpose: String, replacesNullWithDefault: Bool = false,
        outcome: @escaping @Sendable (Leaf, ConnectSchema?) throws -> FieldOutcome
    ) {
        self.tree = tree
        self.purpose = purpose
        self.replacesNullWithDefault = replacesNullWithDefault
        self.outcome = outcome
    }

    /// The key or value as it goes on; null stays null, and gets the schema that others get.
    ///
    /// - Parameter added: The values of added fields; a missing one is null, and left out of a map.
    /// - Throws: ``ConnectError`` with code `.invalidData` for what has no fields.
    func apply(_ part: TypedValue, adding added: [ConnectValue] = []) throws -> TypedValue {
        guard let schema = part.schema else {
            if part.value.isNull { return part }
            return TypedValue(nil, .map(try rewrite(part.value.requireMap(for: purpose), tree, added)))
        }
        guard schema.kind == .structure else {
            if part.value.isNull { return part }
            _ = try part.value.requireStructure(for: purpose)
            return part
        }
        let plan = try plans.value(for: schema) { try self.plan(schema, tree) }
        if part.value.isNull { return TypedValue(plan.schema, .null) }
        let structure = try part.value.requireStructure(for: purpose)
        return TypedValue(plan.schema, .structure(try plan.apply(structure, replacesNullWithDefault, added)))
    }

    // MARK: With a schema

    private func plan(_ schema: ConnectSchema, _ tree: FieldTree<Leaf>) throws -> StructurePlan {
        var fields: [ConnectField] = []
        var steps: [StructurePlan.Step] = []
        for (index, field) in schema.fields.enumerated() {
            guard let child = tree.children[field.name] else {
                if tree.isExclusive { continue }
                fields.append(field)
                steps.append(.keep(index))
                continue
            }
            var name = field.name
            if let leaf = child.leaf {
                switch try outcome(leaf, field.schema) {
                case .keep: break
                case .drop: continue
                case .rename(let other): name = other
                case .change(let schema, let change):
                    fields.append(ConnectField(name, schema ?? field.schema))
                    steps.append(.change(index, change))
                    continue
                }
            }
            if child.hasChildren, field.schema.kind == .structure {
                let nested = try plan(field.schema, child)
                fields.append(ConnectField(name, nested.schema))
                steps.append(.descend(index, nested))
            } else {
                fields.append(ConnectField(name, field.schema))
                steps.append(.keep(index))
            }
        }
        for addition in tree.additions {
            fields.append(addition.field)
            steps.append(.add(addition.place))
        }
        var plan = StructurePlan(schema: try schema.copy(fields: fields, defaultValue: nil), steps: steps)
        if case .structure(let value)? = schema.defaultValue, tree.additions.isEmpty {
            let value = try plan.apply(value, replacesNullWithDefault, [])
            plan.schema = try schema.copy(fields: fields, defaultValue: .structure(value))
        }
        return plan
    }

    // MARK: Without

    private func rewrite(
        _ map: ConnectMap, _ tree: FieldTree<Leaf>, _ added: [ConnectValue]
    ) throws -> ConnectMap {
        var result = ConnectMap()
        for (key, value) in map {
            guard let name = key.string, let child = tree.children[name] else {
                if !tree.isExclusive { result[key] = value }
                continue
            }
            var key = key
            if let leaf = child.leaf {
                switch try outcome(leaf, nil) {
                case .keep: break
                case .drop: continue
                case .rename(let other): key = .string(other)
                case .change(_, let change):
                    result[key] = try change(value)
                    continue
                }
            }
            if child.hasChildren, case .map(let nested) = value {
                result[key] = .map(try rewrite(nested, child, added))
            } else {
                result[key] = value
            }
        }
        for addition in tree.additions where added.indices.contains(addition.place) {
            let value = added[addition.place]
            if !value.isNull { result[addition.field.name] = value }
        }
        return result
    }
}

/// How structures of one schema become those of another.
private struct StructurePlan: Sendable {
    enum Step: Sendable {
        case keep(Int)
        case change(Int, @Sendable (ConnectValue) throws -> ConnectValue)
        indirect case descend(Int, StructurePlan)
        case add(Int)
    }

    var schema: ConnectSchema
    var steps: [Step]

    func apply(_ structure: Struct, _ replaces: Bool, _ added: [ConnectValue]) throws -> Struct {
        func value(_ index: Int) -> ConnectValue {
            structure[index].orDefault(of: structure.schema.fields[index].schema, replaces)
        }
        var values: [ConnectValue] = []
        values.reserveCapacity(steps.count)
        for step in steps {
            switch step {
            case .keep(let index): values.append(value(index))
            case .change(let index, let change): values.append(try change(value(index)))
            case .descend(let index, let plan):
                if case .structure(let nested) = value(index) {
                    values.append(.structure(try plan.apply(nested, replaces, added)))
                } else {
                    values.append(.null)
                }
            case .add(let place): values.append(added.indices.contains(place) ? added[place] : .null)
            }
        }
        return Struct(schema, values: values)
    }
}

/// What was worked out for the schemas that came last. Safe to use from any thread.
final class SchemaCache<Value: Sendable>: Sendable {
    /// A topic's records have one schema, or a few while it changes.
    private static var limit: Int { 16 }

    private let entries = Mutex<[(schema: ConnectSchema, value: Value)]>([])

    /// What is known for `schema`, or else what `make` makes of it.
    func value(for schema: ConnectSchema, make: () throws -> Value) rethrows -> Value {
        let known = entries.withLock { entries in
            entries.first { $0.schema === schema }?.value ?? entries.first { $0.schema == schema }?.value
        }
        if let known { return known }
        let value = try make()
        entries.withLock { entries in
            if entries.count == Self.limit { entries.removeFirst() }
            entries.append((schema, value))
        }
        return value
    }
}
