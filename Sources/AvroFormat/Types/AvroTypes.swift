/// The types of a schema and of all that it refers to.
///
/// They stand in one array and name each other by their places, so that records which hold themselves make no cycle of
/// references and deep ones no deep chain of objects.
public struct AvroTypes: Sendable {
    private let types: [AvroType]

    init(_ types: [AvroType]) { self.types = types }

    /// The type at a place.
    public subscript(id: AvroTypeID) -> AvroType { types[id.index] }

    /// What kind of type stands at a place.
    @inline(__always) func content(_ id: AvroTypeID) -> AvroType.Content { types[id.index].content }

    /// The same types, each changed.
    func map(_ change: (AvroType) -> AvroType) -> AvroTypes { AvroTypes(types.map(change)) }
}
