import SchemaFormat
import Synchronization

/// Reads schemas with all that they refer to, and remembers those that were read lately.
///
/// Safe to use from any thread; two that ask for the same schema at once may both read it.
final class SchemaLibrary: Sendable {
    /// A schema that was read.
    struct Reading: Sendable {
        /// The schema.
        var schema: any ParsedSchema
        /// Its references with the versions that `latest` stood for.
        var references: [SchemaReference]
    }

    private struct Key: Sendable, Hashable {
        var type: String
        var text: String
        var dependencies: [SchemaDependency]
        var isNew: Bool

        /// Roughly how much memory the schema takes, by what is known of it.
        var size: Int { dependencies.reduce(text.utf8.count) { $0 + $1.text.utf8.count } }
    }

    /// Two generations: what is asked for moves to the younger one, and when that is full the older one is dropped.
    private struct Cache {
        var young: [Key: any ParsedSchema] = [:]
        var old: [Key: any ParsedSchema] = [:]
        var youngSize = 0
    }

    /// The texts that a schema may need, directly or through others, and their characters together.
    private static let dependencyLimit = 1000
    private static let dependencySizeLimit = 16 << 20
    /// How deep references may be nested.
    private static let depthLimit = 100
    /// The characters of all schemas that are remembered.
    private static let cacheSizeLimit = 32 << 20

    private let languages: [String: any SchemaLanguage]
    private let names: [String]
    private let capacity: Int
    private let isStrict: Bool
    private let cache = Mutex(Cache())

    /// Creates one.
    ///
    /// - Parameters:
    ///   - capacity: How many schemas are remembered (`schema.cache.size`).
    ///   - isStrict: Whether a name that leads to two versions is an error.
    init(_ languages: [any SchemaLanguage], capacity: Int = 1000, isStrict: Bool = false) {
        let byName = Dictionary(languages.map { ($0.type.rawValue, $0) }) { first, _ in first }
        self.languages = byName
        // The order in which Confluent's registry names them.
        names = [SchemaType.json, .protobuf, .avro].map(\.rawValue).filter { byName[$0] != nil }
        self.capacity = max(2, capacity)
        self.isStrict = isStrict
    }

    /// The languages' names.
    var types: [String] { names }

    /// Reads a schema.
    ///
    /// - Parameter isNew: Whether it is held to rules that registered ones need not keep; what it refers to must then not
    ///   be deleted.
    /// - Throws: ``RegistryError`` 42201.
    func read(
        _ draft: SchemaDraft, subject: String, in store: SubjectStore, isNew: Bool = false
    ) throws(RegistryError) -> Reading {
        guard let language = languages[draft.type] else { throw .invalidSchema("Invalid schema type \(draft.type)") }
        do {
            var closure = ReferenceClosure(store: store, lookUpDeleted: !isNew, isStrict: isStrict)
            let references = try closure.add(draft.references, of: subject, depth: 0)
            let key = Key(
                type: draft.type, text: draft.text, dependencies: closure.dependencies, isNew: isNew)
            return Reading(schema: try parsed(key, by: language), references: references)
        } catch {
            throw .invalidSchema(
                "Invalid schema of type \(draft.type), details: Invalid schema \(draft.description(of: subject)) with refs "
                    + "\(draft.referenceList) of type \(draft.type), details: \(error.message)")
        }
    }

    private func parsed(_ key: Key, by language: any SchemaLanguage) throws(SchemaError) -> any ParsedSchema {
        if let found = cache.withLock({ $0.young[key] ?? $0.old[key] }) {
            keep(found, key)
            return found
        }
        let schema = try language.parse(key.text, dependencies: key.dependencies, isNew: key.isNew)
        keep(schema, key)
        return schema
    }

    private func keep(_ schema: any ParsedSchema, _ key: Key) {
        cache.withLock { cache in
            guard cache.young.updateValue(schema, forKey: key) == nil else { return }
            cache.youngSize += key.size
            guard cache.young.count > capacity / 2 || cache.youngSize > Self.cacheSizeLimit / 2 else { return }
            cache.old = cache.young
            cache.young = [:]
            cache.youngSize = 0
        }
    }

    /// What a schema needs, in an order in which each stands behind what it needs itself.
    private struct ReferenceClosure {
        let store: SubjectStore
        let lookUpDeleted: Bool
        let isStrict: Bool
        var dependencies: [SchemaDependency] = []
        private var versions: [String: Int] = [:]
        private var size = 0

        init(store: SubjectStore, lookUpDeleted: Bool, isStrict: Bool) {
            self.store = store
            self.lookUpDeleted = lookUpDeleted
            self.isStrict = isStrict
        }

        /// Adds what references lead to, and returns them with their versions.
        mutating func add(
            _ references: [SchemaReference], of subject: String, depth: Int
        ) throws(SchemaError) -> [SchemaReference] {
            guard depth < SchemaLibrary.depthLimit else {
                throw SchemaError(.limitExceeded, "references are nested deeper than \(SchemaLibrary.depthLimit)")
            }
            var resolved: [SchemaReference] = []
            for var reference in references {
                let name = QualifiedSubject(subject).resolve(reference.subject)
                let version = reference.version == -1 ? VersionID.latest : .number(reference.version)
                guard let target = store.schema(name, version, includingDeleted: lookUpDeleted) else {
                    throw SchemaError(
                        .invalidSchema,
                        "No schema reference found for subject \"\(name)\" and version \(reference.version)")
                }
                reference.version = target.version
                resolved.append(reference)
                try add(reference, target, depth: depth)
            }
            return resolved
        }

        private mutating func add(
            _ reference: SchemaReference, _ target: RegisteredSchema, depth: Int
        ) throws(SchemaError) {
            if let known = versions[reference.name] {
                guard isStrict, known != reference.version else { return }
                throw SchemaError(
                    .invalidSchema,
                    "Conflicting reference versions for \"\(reference.name)\": version \(known) and version "
                        + "\(reference.version)")
            }
            versions[reference.name] = reference.version
            _ = try add(target.references, of: target.subject, depth: depth + 1)
            dependencies.append(SchemaDependency(name: reference.name, text: target.text))
            size += target.text.utf8.count
            guard dependencies.count <= SchemaLibrary.dependencyLimit, size <= SchemaLibrary.dependencySizeLimit else {
                throw SchemaError(
                    .limitExceeded,
                    "the schema needs more than \(SchemaLibrary.dependencyLimit) others, or "
                        + "\(SchemaLibrary.dependencySizeLimit) bytes of them")
            }
        }
    }
}
