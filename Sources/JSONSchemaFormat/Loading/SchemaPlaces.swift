import JSON

/// The values within a schema's documents, each with the way to it, so that a reference and the walk through the
/// keywords come to the same place.
struct SchemaPlaces {
    /// A value in a document.
    struct Place {
        let parent: Int?
        let token: String
        let value: JSONValue
        /// The resource that it belongs to, once that is known.
        var resource: Int?
        var draft: SchemaDraft
        /// Where it is read to.
        var node: SchemaNodeID?
    }

    private struct Step: Hashable {
        let parent: Int
        let token: String
    }

    private var places: [Place] = []
    private var children: [Step: Int] = [:]

    subscript(place: Int) -> Place {
        get { places[place] }
        set { places[place] = newValue }
    }

    /// How many there are.
    var count: Int { places.count }

    /// Adds a document.
    mutating func addDocument(_ value: JSONValue, draft: SchemaDraft) -> Int {
        places.append(Place(parent: nil, token: "", value: value, draft: draft))
        return places.count - 1
    }

    /// The value of a member or an element; always the same place for the same one.
    mutating func child(of parent: Int, _ token: String, _ value: JSONValue) -> Int {
        let step = Step(parent: parent, token: token)
        if let place = children[step] { return place }
        places.append(Place(parent: parent, token: token, value: value, draft: places[parent].draft))
        children[step] = places.count - 1
        return places.count - 1
    }

    /// The member or element that a JSON pointer's part names.
    mutating func child(of parent: Int, named token: String) -> Int? {
        switch places[parent].value {
        case .object(let object): return object[token].map { child(of: parent, token, $0) }
        case .array(let elements):
            guard let index = Int(token), String(index) == token, elements.indices.contains(index) else { return nil }
            return child(of: parent, token, elements[index])
        default: return nil
        }
    }

    /// The place at the end of a way from another one; all of it has to be there.
    mutating func place(of path: [String], in start: Int) -> Int {
        path.reduce(start) { place, token in child(of: place, named: token) ?? place }
    }

    /// The way to a place, as a JSON pointer behind `#`.
    func path(to place: Int) -> String {
        var tokens: [String] = []
        var place = place
        while let parent = places[place].parent {
            tokens.append(PathStep.escaped(places[place].token))
            place = parent
        }
        return "#/" + tokens.reversed().joined(separator: "/")
    }

    /// The document that a place is in.
    func document(of place: Int) -> Int {
        var place = place
        while let parent = places[place].parent { place = parent }
        return place
    }
}
