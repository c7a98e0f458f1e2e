import JSON
import SchemaFormat

/// Reads a schema and what it refers to into a ``SchemaGraph``.
///
/// First the documents are gone through for what names itself (`$id`, `$anchor`); then each schema is read that the
/// root leads to, references included. Both keep what is still to do in a list, so that no nesting exhausts the stack.
/// Nothing is fetched: a reference leads to the schema itself, to one that was given with it, or it is an error.
struct SchemaLoader {
    /// A document, or a part of one with an id of its own.
    struct Resource {
        var base: URIReference
        var dynamicAnchors: [String: Int] = [:]
    }

    /// What a document without an id is called.
    private static let baseOfDocuments = URIReference("mem://input")

    var places = SchemaPlaces()
    private(set) var resources: [Resource] = []
    /// Documents and parts of them by their URIs.
    private var byURI: [String: Int] = [:]
    /// Parts by a URI with their anchor.
    private var byAnchor: [String: Int] = [:]
    private(set) var nodes: [SchemaNode] = []
    /// The places that have a node which is still to be read.
    private var open: [Int] = []

    /// Reads a schema.
    static func load(_ document: JSONValue, dependencies: [SchemaDependency]) throws(SchemaError) -> SchemaGraph {
        var loader = SchemaLoader()
        let root = try loader.addRoot(document)
        for dependency in dependencies { try loader.add(dependency, draft: loader.places[root].draft) }
        let id = try loader.node(at: root)
        try loader.readOpenNodes()
        return SchemaGraph(nodes: loader.nodes, root: id, dynamicAnchors: try loader.readDynamicAnchors())
    }

    // MARK: - Documents

    private mutating func addRoot(_ document: JSONValue) throws(SchemaError) -> Int {
        let draft = document["$schema"]?.string.flatMap(SchemaDraft.init(uri:)) ?? .usual
        let place = places.addDocument(document, draft: draft)
        let id = document[draft.idKeyword]?.string.map { URIReference($0).resolved(against: Self.baseOfDocuments) }
        let base = (id ?? Self.baseOfDocuments).withoutFragment
        resources.append(Resource(base: base))
        byURI[base.text] = place
        try index(place, resource: 0, draft: draft)
        return place
    }

    private mutating func add(_ dependency: SchemaDependency, draft: SchemaDraft) throws(SchemaError) {
        let document: JSONValue
        do { document = try JSONValue(parsing: dependency.text) } catch {
            throw SchemaError(
                .invalidSchema, "The schema '\(dependency.name)' that is referred to is no JSON: \(error)")
        }
        let draft = document["$schema"]?.string.flatMap(SchemaDraft.init(uri:)) ?? draft
        let place = places.addDocument(document, draft: draft)
        let name = URIReference(dependency.name).withoutFragment
        let base = name.resolved(against: resources[0].base)
        resources.append(Resource(base: base))
        for uri in [base, name, name.resolved(against: Self.baseOfDocuments)] where byURI[uri.text] == nil {
            byURI[uri.text] = place
        }
        try index(place, resource: resources.count - 1, draft: draft)
    }

    /// The schema of a draft's schemas, if that is what the name says.
    private mutating func addMetaSchema(named name: String) throws(SchemaError) -> Int? {
        guard let draft = SchemaDraft(uri: name) else { return nil }
        let place = places.addDocument(MetaSchema(draft: draft).document, draft: draft)
        resources.append(Resource(base: URIReference(name)))
        byURI[name] = place
        try index(place, resource: resources.count - 1, draft: draft)
        return place
    }

    // MARK: - What names itself

    /// Goes through the schemas within a place.
    private mutating func index(_ place: Int, resource: Int, draft: SchemaDraft) throws(SchemaError) {
        var open = [(place: place, resource: resource, draft: draft)]
        while let (place, resource, draft) = open.popLast() {
            guard places[place].resource == nil else { continue }
            guard places.count <= SchemaLimits.placeCount else {
                throw SchemaError(.limitExceeded, "The schema has more than \(SchemaLimits.placeCount) parts")
            }
            var (resource, draft) = (resource, draft)
            if case .object(let object) = places[place].value {
                (resource, draft) = enter(object, at: place, resource: resource, draft: draft)
                for path in SchemaKeywords.subschemas(of: object).reversed() {
                    open.append((places.place(of: path, in: place), resource, draft))
                }
            }
            places[place].resource = resource
            places[place].draft = draft
        }
    }

    /// Registers the names that a schema gives to itself.
    private mutating func enter(
        _ object: JSONObject, at place: Int, resource: Int, draft: SchemaDraft
    ) -> (resource: Int, draft: SchemaDraft) {
        // An id beside a reference does not count where references stand alone.
        if draft.referencesStandAlone, object["$ref"]?.string != nil { return (resource, draft) }
        var (resource, draft) = (resource, draft)
        if let text = object[draft.idKeyword]?.string {
            let id = URIReference(text)
            if draft.referencesStandAlone, let anchor = id.fragment, !anchor.isEmpty {
                register(anchor: anchor, at: place, in: id.withoutFragment.resolved(against: resources[resource].base))
            }
            if text != "#", !text.hasPrefix("#") {
                if places[place].parent != nil || resource > 0 {
                    let base = id.withoutFragment.resolved(against: resources[resource].base)
                    resources.append(Resource(base: base))
                    resource = resources.count - 1
                    if let named = object["$schema"]?.string.flatMap(SchemaDraft.init(uri:)) { draft = named }
                }
                let uri = resources[resource].base.text
                if byURI[uri] == nil { byURI[uri] = place }
            }
        }
        guard draft > .draft7 else { return (resource, draft) }
        for keyword in ["$anchor", "$dynamicAnchor"] {
            if let anchor = object[keyword]?.string {
                register(anchor: anchor, at: place, in: resources[resource].base)
            }
        }
        if let anchor = object["$dynamicAnchor"]?.string, resources[resource].dynamicAnchors[anchor] == nil {
            resources[resource].dynamicAnchors[anchor] = place
        }
        if object["$recursiveAnchor"]?.bool == true { resources[resource].dynamicAnchors[""] = place }
        return (resource, draft)
    }

    private mutating func register(anchor: String, at place: Int, in base: URIReference) {
        let name = base.text + "#" + anchor
        if byAnchor[name] == nil { byAnchor[name] = place }
    }

    // MARK: - References

    /// The place that a reference leads to.
    mutating func target(of reference: String, from place: Int) throws(SchemaError) -> Int {
        let written = URIReference(reference)
        let resource = places[place].resource ?? 0
        let resolved = written.resolved(against: resources[resource].base)
        let document = resolved.withoutFragment.text
        let isLocal = reference.hasPrefix("#")
        var given = byURI[document] ?? (isLocal ? places.document(of: place) : byURI[written.withoutFragment.text])
        if given == nil { given = try addMetaSchema(named: document) }
        guard let start = given else { throw unresolved(reference, at: place) }
        guard let fragment = resolved.fragment, !fragment.isEmpty else { return start }
        if !fragment.hasPrefix("/") {
            let base = places[start].resource.map { resources[$0].base.text } ?? document
            guard let named = byAnchor[document + "#" + fragment] ?? byAnchor[base + "#" + fragment] else {
                throw unresolved(reference, at: place)
            }
            return named
        }
        guard let pointer = URIReference.decoded(fragment) else { throw unresolved(reference, at: place) }
        if let found = try follow(pointer, from: start) { return found }
        // Schema Registry goes from the document's beginning where a part of it has an id.
        if isLocal, let found = try follow(pointer, from: places.document(of: place)) { return found }
        throw unresolved(reference, at: place)
    }

    private func unresolved(_ reference: String, at place: Int) -> SchemaError {
        SchemaError(
            .invalidSchema,
            "\(places.path(to: place)): '$ref' leads to '\(reference)', which is neither in the schema nor among its "
                + "references; nothing is fetched, name it in 'references'")
    }

    /// Goes along a JSON pointer.
    private mutating func follow(_ pointer: String, from start: Int) throws(SchemaError) -> Int? {
        var place = start
        for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let token = PathStep.unescaped(part)
            let (resource, draft) = (places[place].resource ?? 0, places[place].draft)
            guard let next = places.child(of: place, named: token) ?? definition(token, of: place) else { return nil }
            // What is no schema by itself belongs to what it stands in, as do schemas at unusual places.
            if places[next].resource == nil { try index(next, resource: resource, draft: draft) }
            place = next
        }
        return place
    }

    /// `$defs` finds what stands in `definitions` as well, as Schema Registry lets it.
    private mutating func definition(_ token: String, of place: Int) -> Int? {
        guard let parent = places[place].parent else {
            return token == "$defs" ? places.child(of: place, named: "definitions") : nil
        }
        guard places[parent].parent == nil, places[place].token == "$defs" else { return nil }
        return places.child(of: parent, named: "definitions").flatMap { places.child(of: $0, named: token) }
    }

    // MARK: - Nodes

    /// The node for a place, which is read later if it was not yet.
    mutating func node(at place: Int) throws(SchemaError) -> SchemaNodeID {
        if let node = places[place].node { return node }
        let resource = places[place].resource ?? 0
        let value = places[place].value
        let node = SchemaNodeID(index: nodes.count)
        nodes.append(SchemaNode(kind: .anything, resource: resource, draft: places[place].draft, source: value))
        places[place].node = node
        switch value {
        case .bool(let isAnything): nodes[node.index].kind = isAnything ? .anything : .nothing
        case .object: open.append(place)
        default:
            throw SchemaError(.invalidSchema, "\(places.path(to: place)): expected a schema, an object or a boolean")
        }
        return node
    }

    private mutating func readOpenNodes() throws(SchemaError) {
        while let place = open.popLast() {
            guard let node = places[place].node, case .object(let object) = places[place].value else { continue }
            var reader = SchemaReader(object: object, place: place, draft: places[place].draft)
            try reader.read(with: &self)
            nodes[node.index].kind = .rules(reader.rules)
            nodes[node.index].asksForEvaluated = reader.asksForEvaluated
            nodes[node.index].hasDefault = reader.hasDefault
            nodes[node.index].connectType = object["connect.type"]?.string
        }
    }

    /// Reads what `$dynamicRef` may find: the anchors of the resources that the root leads to.
    private mutating func readDynamicAnchors() throws(SchemaError) -> [[String: SchemaNodeID]] {
        var found: [Int: [String: SchemaNodeID]] = [:]
        // Reading may lead to further resources, the nodes of which stand behind those there are.
        var next = 0
        while next < nodes.count {
            let resource = nodes[next].resource
            next += 1
            guard found[resource] == nil else { continue }
            found[resource] = [:]
            for (name, place) in resources[resource].dynamicAnchors { found[resource]?[name] = try node(at: place) }
            try readOpenNodes()
        }
        return resources.indices.map { found[$0] ?? [:] }
    }
}
