import JSON

/// The key of a record of the schemas topic.
///
/// Written with its members in the order that Confluent's registry has, because compaction goes by the bytes; read in any
/// order, as Karapace writes others.
enum RegistryKey: Sendable, Hashable {
    /// A version of a subject.
    case schema(SubjectVersion)
    /// What is set for a subject or a context; `nil` is the default context.
    case config(subject: String?)
    /// The mode of a subject or a context; `nil` is the default context.
    case mode(subject: String?)
    /// All versions of a subject up to one were deleted softly.
    case deleteSubject(String)
    /// What was deleted softly of a subject or a context is gone; `nil` is everything.
    case clearSubject(String?)
    /// A context exists.
    case context(String)
    /// Nothing; says how far a writer has read, and who may write.
    case noop

    /// Why the bytes are no key.
    enum Fault: Error, Sendable, Hashable {
        /// Something that others keep there and that means nothing here.
        case foreign(keyType: String)
        /// What is wrong.
        case malformed(String)
    }

    /// The tenant of everything; others have several in their cloud.
    private static let tenant = "default"

    /// Reads a key.
    init(parsing bytes: [UInt8]) throws(Fault) {
        let object: JSONObject
        do {
            guard let parsed = try JSONValue(parsing: bytes).object else { throw Fault.malformed("no object") }
            object = parsed
        } catch let fault as Fault {
            throw fault
        } catch {
            throw .malformed("no JSON: \(error)")
        }
        do {
            self = try Self.key(object)
        } catch let error as ShapeError {
            throw .malformed(error.message)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw .malformed("\(error)")
        }
    }

    private static func key(_ object: JSONObject) throws -> RegistryKey {
        guard let type = try object.text("keytype") else { throw ShapeError("'keytype' is missing") }
        let subject = try object.text("subject")
        switch type {
        case "SCHEMA":
            let magic = try object.integer("magic") ?? 0
            guard magic == 0 || magic == 1 else { throw ShapeError("'magic' is \(magic)") }
            guard let subject, let version = try object.integer("version") else {
                throw ShapeError("a schema's key needs 'subject' and 'version'")
            }
            return .schema(SubjectVersion(subject: subject, version: version))
        case "CONFIG": return .config(subject: subject)
        case "MODE": return .mode(subject: subject)
        case "DELETE_SUBJECT":
            guard let subject else { throw ShapeError("'subject' is missing") }
            return .deleteSubject(subject)
        case "CLEAR_SUBJECT": return .clearSubject(subject)
        case "CONTEXT":
            guard let context = try object.text("context") else { throw ShapeError("'context' is missing") }
            if let tenant = try object.text("tenant"), tenant != Self.tenant { throw Fault.foreign(keyType: type) }
            return .context(context)
        case "NOOP": return .noop
        default: throw Fault.foreign(keyType: type)
        }
    }

    /// The key as it is written.
    var utf8: [UInt8] { json.utf8 }

    private var json: JSONValue {
        switch self {
        case .schema(let key):
            [
                "keytype": "SCHEMA", "subject": .string(key.subject), "version": .integer(key.version), "magic": 1,
            ]
        case .config(let subject): Self.key("CONFIG", subject)
        case .mode(let subject): Self.key("MODE", subject)
        case .deleteSubject(let subject): Self.key("DELETE_SUBJECT", subject)
        case .clearSubject(let subject): Self.key("CLEAR_SUBJECT", subject)
        case .context(let context):
            ["keytype": "CONTEXT", "tenant": .string(Self.tenant), "context": .string(context), "magic": 0]
        case .noop: Self.key("NOOP", nil)
        }
    }

    private static func key(_ type: String, _ subject: String?) -> JSONValue {
        var object = JSONObject()
        object["keytype"] = .string(type)
        object.set("subject", subject.map(JSONValue.string))
        object["magic"] = 0
        return .object(object)
    }

    /// What a context's value says.
    static func contextValue(_ context: String) -> JSONValue {
        ["tenant": .string(tenant), "context": .string(context)]
    }
}
