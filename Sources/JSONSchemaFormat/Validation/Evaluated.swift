/// Which members of an object and elements of an array some schema has looked at, for `unevaluatedProperties` and
/// `unevaluatedItems`.
struct Evaluated {
    /// Whether anybody asks; nothing is remembered otherwise.
    let isAsked: Bool
    private(set) var names: Set<String> = []
    private(set) var hasAllNames = false
    /// How many elements at the beginning.
    private(set) var elementCount = 0
    private var elements: Set<Int> = []

    init(isAsked: Bool) { self.isAsked = isAsked }

    mutating func insert(name: String) { if isAsked { names.insert(name) } }
    mutating func insertAllNames() { hasAllNames = true }
    mutating func insert(element: Int) { if isAsked { elements.insert(element) } }
    mutating func insert(elementsBefore count: Int) { elementCount = max(elementCount, count) }

    func contains(name: String) -> Bool { hasAllNames || names.contains(name) }
    func contains(element: Int) -> Bool { element < elementCount || elements.contains(element) }

    /// Takes over what a schema for the same value has looked at that the value fits.
    mutating func formUnion(_ other: Evaluated) {
        guard isAsked else { return }
        names.formUnion(other.names)
        hasAllNames = hasAllNames || other.hasAllNames
        elementCount = max(elementCount, other.elementCount)
        elements.formUnion(other.elements)
    }
}
