import JSON

/// The shapes of several schemas; references are places in the table, so that cycles are nothing special.
struct ShapeTable {
    private(set) var shapes: [SchemaShape] = []
    /// Where each schema begins.
    private(set) var roots: [ShapeID] = []

    init(_ graphs: [SchemaGraph]) {
        for graph in graphs {
            let start = shapes.count
            roots.append(start + graph.root.index)
            shapes += graph.nodes.map { SchemaShape(kind: .empty, source: $0.source) }
            for (index, node) in graph.nodes.enumerated() {
                var builder = ShapeBuilder(node: node, of: graph, start: start, next: shapes.count)
                shapes[start + index] = builder.build()
                shapes += builder.added
            }
        }
    }

    subscript(id: ShapeID) -> SchemaShape { shapes[id] }

    /// The shape that a reference leads to at last, or the shape itself.
    func resolved(_ id: ShapeID) -> ShapeID {
        var id = id
        for _ in 0..<SchemaLimits.referenceChain {
            guard case .reference(let target) = shapes[id].kind else { break }
            id = target
        }
        return id
    }

    /// What is combined.
    func members(of combined: CombinedShape) -> [ShapeID] {
        guard combined.flattens else { return combined.members }
        return combined.members.flatMap { member -> [ShapeID] in
            guard case .combined(let inner) = shapes[member].kind, inner.isGenerated, inner.criterion == .allOf else {
                return [member]
            }
            return inner.members
        }
    }

    /// The same without those that are written alike.
    func distinctMembers(of combined: CombinedShape) -> [ShapeID] {
        struct Source: Hashable {
            let key: InstanceKey
            let part: Int
        }
        var known: Set<Source> = []
        return members(of: combined).filter {
            known.insert(Source(key: InstanceKey(shapes[$0].source), part: shapes[$0].part)).inserted
        }
    }
}

/// Makes the shape of one schema.
private struct ShapeBuilder {
    let node: SchemaNode
    let graph: SchemaGraph
    /// Where the shapes of the schema's graph begin.
    let start: Int
    /// The place of the next shape that is added.
    private var next: Int
    /// Shapes that the table needs besides.
    private(set) var added: [SchemaShape] = []

    private var string: StringShape?
    private var number: NumberShape?
    private var array: ArrayShape?
    private var object: ObjectShape?

    init(node: SchemaNode, of graph: SchemaGraph, start: Int, next: Int) {
        self.node = node
        self.graph = graph
        self.start = start
        self.next = next
    }

    private var isClassic: Bool { node.draft <= .draft7 }

    mutating func build() -> SchemaShape {
        switch node.kind {
        case .anything: return shape(.anything)
        case .nothing: return shape(.nothing)
        case .rules(let rules):
            if isClassic, case .reference(let id)? = rules.first { return shape(.reference(at(id))) }
            for rule in rules { take(rule) }
            var parts = rules.compactMap { part($0) }
            if case .types(let types, let isList)? = rules.first(where: { if case .types = $0 { true } else { false } })
            {
                parts.append(part(types, isList: isList))
            }
            parts += rest
            var whole =
                switch parts.count {
                case 0: shape(.empty)
                case 1: parts[0]
                default:
                    shape(.combined(CombinedShape(criterion: .allOf, members: add(parts), isGenerated: !isClassic)))
                }
            whole.hasDefault = node.hasDefault
            whole.connectType = node.connectType
            whole.part = 0
            return whole
        }
    }

    private func shape(_ kind: SchemaShape.Kind) -> SchemaShape { SchemaShape(kind: kind, source: node.source) }

    private func at(_ id: SchemaNodeID) -> ShapeID { start + id.index }

    private mutating func add(_ parts: [SchemaShape]) -> [ShapeID] {
        parts.map { part in
            var part = part
            part.part = added.count + 1
            added.append(part)
            next += 1
            return next - 1
        }
    }

    /// What makes a shape of its own.
    private func part(_ rule: SchemaRule) -> SchemaShape? {
        switch rule {
        case .reference(let id), .dynamicReference(let id, _): shape(.reference(at(id)))
        case .enumeration(let keys): shape(.enumeration(keys))
        case .constant(let key): shape(.constant(key))
        case .not(let id): shape(.not(at(id)))
        case .conditional: shape(.conditional)
        case .allOf(let ids): combined(.allOf, ids)
        case .anyOf(let ids): combined(.anyOf, ids)
        case .oneOf(let ids): combined(.oneOf, ids)
        default: nil
        }
    }

    private func combined(_ criterion: CombinedShape.Criterion, _ ids: [SchemaNodeID]) -> SchemaShape {
        shape(.combined(CombinedShape(criterion: criterion, members: ids.map(at), flattens: !isClassic)))
    }

    // MARK: - Types

    private mutating func part(_ types: [InstanceType], isList: Bool) -> SchemaShape {
        guard isList else { return shape(kind(of: types[0])) }
        let members = add(types.map { shape(kind(of: $0)) })
        for type in types { forget(type) }
        return shape(.combined(CombinedShape(criterion: .anyOf, members: members, isGenerated: !isClassic)))
    }

    /// The shape of a type, with what the other keywords ask of it; those are used up then.
    private mutating func kind(of type: InstanceType) -> SchemaShape.Kind {
        switch type {
        case .null: return .null
        case .boolean: return .boolean
        case .string:
            defer { if !isList { string = nil } }
            return .string(string ?? StringShape())
        case .number, .integer:
            var shape = number ?? NumberShape()
            shape.isInteger = type == .integer
            if !isList { number = nil }
            return .number(shape)
        case .array:
            defer { if !isList { array = nil } }
            return .array(array ?? ArrayShape())
        case .object:
            defer { if !isList { object = nil } }
            return .object(object ?? ObjectShape())
        }
    }

    /// Whether `type` is a list: what a keyword asks holds for each of its types then.
    private var isList: Bool { if case .array? = node.source["type"] { true } else { false } }

    private mutating func forget(_ type: InstanceType) {
        switch type {
        case .null, .boolean: break
        case .string: string = nil
        case .number, .integer: number = nil
        case .array: array = nil
        case .object: object = nil
        }
    }

    /// What the keywords ask for that no type used up.
    private var rest: [SchemaShape] {
        var kinds: [SchemaShape.Kind] = []
        if let array { kinds.append(.array(array)) }
        if let object { kinds.append(.object(object)) }
        if let number { kinds.append(.number(number)) }
        if let string { kinds.append(.string(string)) }
        return kinds.map(shape)
    }
}

// MARK: - Keywords

extension ShapeBuilder {
    /// Takes a keyword that belongs to one of the types.
    private mutating func take(_ rule: SchemaRule) {
        takeString(rule)
        takeNumber(rule)
        takeArray(rule)
        takeObject(rule)
    }

    private mutating func takeString(_ rule: SchemaRule) {
        var shape = string ?? StringShape()
        switch rule {
        case .minLength(let length): shape.minLength = length
        case .maxLength(let length): shape.maxLength = length
        case .pattern(let pattern): shape.pattern = pattern.text
        // A format makes a string of a schema only where formats are checked.
        case .format where isClassic: break
        default: return
        }
        string = shape
    }

    private mutating func takeNumber(_ rule: SchemaRule) {
        var shape = number ?? NumberShape()
        switch rule {
        case .minimum(let bound, _): shape.minimum = bound
        case .maximum(let bound, _): shape.maximum = bound
        case .exclusiveMinimum(let bound): shape.exclusiveMinimum = bound
        case .exclusiveMaximum(let bound): shape.exclusiveMaximum = bound
        case .multipleOf(let divisor): shape.multipleOf = divisor
        default: return
        }
        number = shape
    }

    private mutating func takeArray(_ rule: SchemaRule) {
        var shape = array ?? ArrayShape()
        switch rule {
        case .minItems(let count): shape.minItems = count
        case .maxItems(let count): shape.maxItems = count
        case .uniqueItems: shape.isUnique = true
        case .elements(let rules): take(rules, &shape)
        case .contains(_, let least, let most):
            if !isClassic {
                shape.minContains = least ?? 1
                shape.maxContains = most
            }
        case .unevaluatedItems(let id): shape.unevaluated = at(id)
        default: return
        }
        array = shape
    }

    private func take(_ rules: ElementRules, _ shape: inout ArrayShape) {
        shape.tuple = (rules.tuple ?? []).map(at)
        shape.all = rules.all.map(at)
        if let all = rules.all, !isClassic {
            // `items: false` closes an array in later drafts, and `items: true` says nothing.
            if isNothing(all) { shape.isOpen = false }
            if isNothing(all) || isAnything(all) { shape.all = nil }
        }
        guard let additional = rules.additional else { return }
        if isNothing(additional) {
            shape.isOpen = false
        } else if !isAnything(additional) {
            shape.additional = at(additional)
        }
    }

    private mutating func takeObject(_ rule: SchemaRule) {
        var shape = object ?? ObjectShape()
        switch rule {
        case .minProperties(let count): shape.minProperties = count
        case .maxProperties(let count): shape.maxProperties = count
        case .required(let names): shape.required = Set(names)
        case .members(let rules):
            shape.properties = rules.named.mapValues(at)
            shape.names = rules.names
            shape.patterns = rules.patterns.map { ($0.pattern, at($0.node)) }
            if let additional = rules.additional {
                if isNothing(additional) {
                    shape.isOpen = false
                } else if !isAnything(additional) {
                    shape.additional = at(additional)
                }
            }
        case .propertyNames: break
        case .dependentRequired(let lists):
            shape.propertyDependencies = lists.filter { !$0.value.isEmpty }.mapValues(Set.init)
        case .dependentSchemas(let schemas): shape.schemaDependencies = schemas.mapValues(at)
        case .unevaluatedProperties(let id): shape.unevaluated = at(id)
        default: return
        }
        object = shape
    }

    private func isNothing(_ id: SchemaNodeID) -> Bool { if case .nothing = graph[id].kind { true } else { false } }
    private func isAnything(_ id: SchemaNodeID) -> Bool { if case .anything = graph[id].kind { true } else { false } }
}
