import JSON
import SchemaFormat

/// Checks a value against a schema.
///
/// The first thing that does not fit ends the check. Each schema that is gone into takes a step of a budget, as does
/// each place of a pattern: schemas can be written whose check takes exponential time, or none at all ends.
struct InstanceValidator {
    let graph: SchemaGraph
    /// How many steps are left.
    private(set) var steps: Int
    /// The way to the value that is checked.
    private var path: [PathStep] = []
    /// The resources that were gone through, for `$dynamicRef`.
    private var resources: [Int] = []
    private var depth = 0
    /// Within how many schemas the check is that the value need not fit: `anyOf`, `not`, `if` and their like.
    private var attempts = 0
    private var failure: SchemaError?
    private var exhaustion: SchemaError?

    /// - Throws: ``SchemaError`` with code `.invalidValue` that names the value and the keyword, or `.limitExceeded`.
    static func check(_ value: JSONValue, against graph: SchemaGraph) throws(SchemaError) {
        let steps = SchemaLimits.validationSteps + SchemaLimits.validationStepsPerValue * value.count
        var validator = InstanceValidator(graph: graph, steps: steps)
        var evaluated = Evaluated(isAsked: false)
        let fits = validator.fits(value, graph.root, &evaluated)
        if let exhaustion = validator.exhaustion { throw exhaustion }
        if !fits { throw validator.failure ?? SchemaError(.invalidValue, "The value does not fit the schema") }
    }

    private init(graph: SchemaGraph, steps: Int) {
        self.graph = graph
        self.steps = steps
    }

    // MARK: - Budget and messages

    /// Takes steps of the budget.
    ///
    /// - Returns: Whether there were any left.
    mutating func charge(_ count: Int) -> Bool {
        guard exhaustion == nil else { return false }
        steps -= count
        guard steps >= 0 else {
            exhaust(
                "takes more than the allowed steps to check against the schema; its anyOf, oneOf, $ref or pattern "
                    + "branch too much")
            return false
        }
        return true
    }

    private mutating func exhaust(_ what: String) {
        if exhaustion == nil { exhaustion = SchemaError(.limitExceeded, "The value at '\(pointer)' \(what)") }
    }

    private var pointer: String { "#" + PathStep.pointer(path) }

    /// Notes what does not fit, unless the value need not fit here.
    mutating func fail(_ keyword: String, _ what: @autoclosure () -> String) -> Bool {
        if attempts == 0, failure == nil {
            failure = SchemaError(.invalidValue, "The value at '\(pointer)' breaks '\(keyword)': \(what())")
        }
        return false
    }

    // MARK: - Schemas

    /// Whether the value fits a schema, and what that has looked at.
    mutating func fits(_ value: JSONValue, _ id: SchemaNodeID, _ outer: inout Evaluated) -> Bool {
        guard charge(1) else { return false }
        guard depth < SchemaLimits.validationDepth else {
            exhaust("leads through more than \(SchemaLimits.validationDepth) schemas within each other")
            return false
        }
        depth += 1
        defer { depth -= 1 }
        let node = graph[id]
        switch node.kind {
        case .anything: return true
        case .nothing: return fail("false", "nothing is allowed here")
        case .rules(let rules):
            let isOther = resources.last != node.resource
            if isOther { resources.append(node.resource) }
            defer { if isOther { resources.removeLast() } }
            var evaluated = Evaluated(isAsked: outer.isAsked || node.asksForEvaluated)
            for rule in rules {
                guard obeys(value, rule, of: node, &evaluated) else { return false }
            }
            outer.formUnion(evaluated)
            return true
        }
    }

    /// The same for a value within the one that is checked.
    ///
    /// - Parameter keyword: What is broken where nothing at all is allowed.
    mutating func fits(
        _ value: JSONValue, at step: PathStep, _ id: SchemaNodeID, because keyword: String = "false"
    ) -> Bool {
        path.append(step)
        defer { path.removeLast() }
        if case .nothing = graph[id].kind { return fail(keyword, "nothing is allowed here") }
        var evaluated = Evaluated(isAsked: false)
        return fits(value, id, &evaluated)
    }

    /// Whether the value fits where it need not: no failure is noted.
    mutating func wouldFit(_ value: JSONValue, _ id: SchemaNodeID, _ evaluated: inout Evaluated) -> Bool {
        attempts += 1
        defer { attempts -= 1 }
        return fits(value, id, &evaluated)
    }

    private mutating func obeys(
        _ value: JSONValue, _ rule: SchemaRule, of node: SchemaNode, _ evaluated: inout Evaluated
    ) -> Bool {
        switch rule {
        case .reference(let id): return fits(value, id, &evaluated)
        case .dynamicReference(let id, let anchor):
            return fits(value, dynamicTarget(of: anchor) ?? id, &evaluated)
        case .types(let types, _):
            return types.contains { value.has($0, in: node.draft) }
                || fail("type", "it is \(value.typeName), not \(types.map(\.rawValue).joined(separator: " or "))")
        case .enumeration(let keys):
            let key = InstanceKey(value)
            return charge(key.effort) && keys.contains(key) || fail("enum", "it is none of the values allowed")
        case .constant(let constant):
            let key = InstanceKey(value)
            return charge(key.effort) && key == constant || fail("const", "it is not the value that is asked for")
        case .allOf, .anyOf, .oneOf, .not, .conditional: return obeys(value, combination: rule, &evaluated)
        default: break
        }
        switch value {
        case .number(let number): return obeys(number, rule)
        case .string(let text): return charge(text.utf8.count / 64) && obeys(text, rule)
        case .array(let elements): return obeys(elements, rule, of: node, &evaluated)
        case .object(let object): return obeys(object, rule, &evaluated)
        case .null, .bool: return true
        }
    }

    /// The outermost schema of that anchor among the resources that led here.
    private func dynamicTarget(of anchor: String) -> SchemaNodeID? {
        for resource in resources {
            if let id = graph.dynamicAnchors[resource][anchor] { return id }
        }
        return nil
    }

    // MARK: - Combinations

    private mutating func obeys(
        _ value: JSONValue, combination rule: SchemaRule, _ evaluated: inout Evaluated
    ) -> Bool {
        switch rule {
        case .allOf(let ids):
            for id in ids { guard fits(value, id, &evaluated) else { return false } }
            return true
        case .anyOf(let ids):
            var hasFit = false
            // One is enough, but each that fits looks at members and elements of its own.
            for id in ids where !hasFit || evaluated.isAsked {
                if wouldFit(value, id, &evaluated) { hasFit = true }
            }
            return hasFit || fail("anyOf", "it fits none of the \(ids.count) schemas")
        case .oneOf(let ids):
            var fitting = 0
            for id in ids where fitting < 2 {
                if wouldFit(value, id, &evaluated) { fitting += 1 }
            }
            return fitting == 1
                || fail("oneOf", "it fits \(fitting == 0 ? "none" : "several") of the \(ids.count) schemas, not one")
        case .not(let id):
            var ignored = Evaluated(isAsked: false)
            return !wouldFit(value, id, &ignored) || fail("not", "it fits the schema that it must not fit")
        case .conditional(let condition, let positive, let negative):
            guard let condition else { return true }
            let next = wouldFit(value, condition, &evaluated) ? positive : negative
            return next.map { fits(value, $0, &evaluated) } ?? true
        default: return true
        }
    }
}

extension JSONValue {
    /// How many values there are within it, itself included.
    fileprivate var count: Int {
        switch self {
        case .null, .bool, .number, .string: 1
        case .array(let elements): elements.reduce(1) { $0 + $1.count }
        case .object(let object): object.members.reduce(1) { $0 + $1.value.count }
        }
    }

    fileprivate var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// Whether it is of the type; from draft 6 on `1.0` is an integer.
    fileprivate func has(_ type: InstanceType, in draft: SchemaDraft) -> Bool {
        switch (self, type) {
        case (.null, .null), (.bool, .boolean), (.object, .object), (.array, .array), (.number, .number),
            (.string, .string):
            true
        case (.number(let number), .integer):
            number.isInteger || draft >= .draft6 && ExactDecimal(number).isInteger
        default: false
        }
    }
}
