import ConnectAPI

/// What is to be done with fields, by the names on the way to them.
struct FieldTree<Leaf: Sendable>: Sendable {
    /// What is done with the field at this place.
    private(set) var leaf: Leaf?
    /// The fields below that something is done with.
    private(set) var children: [String: FieldTree] = [:]
    /// Whether fields that ``children`` does not name are left out.
    private(set) var isExclusive = false
    /// Fields that are put behind the others; `Int` is the place of the value among those that are handed in.
    private(set) var additions: [(field: ConnectField, place: Int)] = []

    /// Whether something is done below.
    var hasChildren: Bool { !children.isEmpty || !additions.isEmpty || isExclusive }

    /// Puts what is to be done with one field.
    mutating func set(_ leaf: Leaf, at path: FieldPath) { at(path.steps[...]) { $0.leaf = leaf } }

    /// Leaves out all fields beside the one at `path` that are not named.
    mutating func makeExclusive(around path: FieldPath) {
        at(path.steps.dropLast()) { $0.isExclusive = true }
    }

    /// Puts a field behind the others of its structure.
    mutating func add(_ schema: ConnectSchema, at path: FieldPath, place: Int) {
        at(path.steps.dropLast()) { $0.additions.append((ConnectField(path.name, schema), place)) }
    }

    private mutating func at(_ steps: ArraySlice<String>, _ change: (inout FieldTree) -> Void) {
        guard let step = steps.first else { return change(&self) }
        children[step, default: FieldTree()].at(steps.dropFirst(), change)
    }
}

/// What becomes of one field.
enum FieldOutcome: Sendable {
    case keep
    case drop
    case rename(String)
    /// It gets another schema, if it has one, and its value becomes what the closure says.
    case change(ConnectSchema?, @Sendable (ConnectValue) throws -> ConnectValue)
}
