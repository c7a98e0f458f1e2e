import JSON
import SchemaClient
import SchemaFormat
import Synchronization

/// A registry in memory that counts what it is asked, has its answers arrive late when told to, and fails when told to.
final class FakeRegistry: RegistryTransport {
    struct State {
        var texts: [SchemaText] = []
        /// The numbers of each subject's versions.
        var subjects: [String: [Int32]] = [:]
        var requests: [RegistryRequest] = []
        var failures: [RegistryResponse?] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
        var holdsBack = false
        var isClosed = false
    }

    let state = Mutex(State())

    /// Registers a schema and returns its number.
    @discardableResult func add(_ schema: SchemaText, under subject: String) -> Int32 {
        state.withLock { $0.add(schema, under: subject) }
    }

    var requestCount: Int { state.withLock { $0.requests.count } }

    /// Keeps the answers to what is asked from now on until ``release()``.
    func holdBack() { state.withLock { $0.holdsBack = true } }

    /// Keeps no more answers back; those that are kept stay so until ``release()``.
    func holdBackNoMore() { state.withLock { $0.holdsBack = false } }

    func release() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.holdsBack = false
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func send(_ request: RegistryRequest) async throws -> RegistryResponse {
        let answer = Result { try state.withLock { try $0.receive(request) } }
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if state.holdsBack { state.waiting.append(continuation) }
                return !state.holdsBack
            }
            if goesOn { continuation.resume() }
        }
        return try answer.get()
    }

    func close() async { state.withLock { $0.isClosed = true } }
}

extension FakeRegistry.State {
    mutating func add(_ schema: SchemaText, under subject: String) -> Int32 {
        let id: Int32
        if let index = texts.firstIndex(of: schema) {
            id = Int32(index + 1)
        } else {
            texts.append(schema)
            id = Int32(texts.count)
        }
        if subjects[subject]?.contains(id) != true { subjects[subject, default: []].append(id) }
        return id
    }

    mutating func receive(_ request: RegistryRequest) throws -> RegistryResponse {
        requests.append(request)
        guard let failure = failures.first else { return try answer(request) }
        failures.removeFirst()
        guard let failure else { throw SchemaClientError(unanswered: "no answer") }
        return failure
    }

    private mutating func answer(_ request: RegistryRequest) throws -> RegistryResponse {
        let path = request.path
        switch (request.method, path.first, path.count) {
        case (.get, "schemas", 3):
            guard let id = Int(path[2]), texts.indices.contains(id - 1) else { return failure(404, 40403) }
            return success(json(of: texts[id - 1]))
        case (.get, "schemas", 4):
            // Its GUIDs are numbers.
            let id = path[2].split(separator: "-").last.flatMap { Int($0, radix: 16) } ?? 0
            let places: JSONValue = texts.indices.contains(id - 1) ? [["context": ".", "id": .integer(id)]] : []
            return RegistryResponse(status: 200, body: places.utf8)
        case (.get, "subjects", 4):
            guard let versions = subjects[path[1]] else { return failure(404, 40401) }
            let version = path[3] == "latest" ? versions.count : Int(path[3]) ?? 0
            guard versions.indices.contains(version - 1) else { return failure(404, 40402) }
            return success(described(versions[version - 1], path[1], version))
        case (.post, "subjects", 3):
            let id = add(try schema(in: request), under: path[1])
            var answer = JSONObject()
            answer["id"] = .integer(id)
            answer["version"] = subjects[path[1]]?.firstIndex(of: id).map { .integer($0 + 1) }
            return success(answer)
        case (.post, "subjects", 2):
            let schema = try schema(in: request)
            guard let versions = subjects[path[1]] else { return failure(404, 40401) }
            guard let index = versions.firstIndex(where: { texts[Int($0) - 1] == schema }) else {
                return failure(404, 40403)
            }
            return success(described(versions[index], path[1], index + 1))
        default: return failure(404, 404)
        }
    }

    private func schema(in request: RegistryRequest) throws -> SchemaText {
        let body = try JSONValue(parsing: request.body)
        return SchemaText(
            body["schema"]?.string ?? "", type: SchemaType(rawValue: body["schemaType"]?.string ?? "AVRO") ?? .avro,
            references: (body["references"]?.array ?? []).map {
                SchemaReference(
                    name: $0["name"]?.string ?? "", subject: $0["subject"]?.string ?? "",
                    version: Int($0["version"]?.int64 ?? 0))
            })
    }

    private func json(of schema: SchemaText) -> JSONObject {
        var object = JSONObject()
        object["schema"] = .string(schema.text)
        if schema.type != .avro { object["schemaType"] = .string(schema.type.rawValue) }
        object["references"] = .array(
            schema.references.map {
                ["name": .string($0.name), "subject": .string($0.subject), "version": .integer($0.version)]
            })
        return object
    }

    private func described(_ id: Int32, _ subject: String, _ version: Int) -> JSONObject {
        var object = json(of: texts[Int(id) - 1])
        object["id"] = .integer(id)
        object["subject"] = .string(subject)
        object["version"] = .integer(version)
        return object
    }

    private func success(_ object: JSONObject) -> RegistryResponse {
        RegistryResponse(status: 200, body: JSONValue.object(object).utf8)
    }

    private func failure(_ status: Int, _ code: Int) -> RegistryResponse {
        let body: JSONValue = ["error_code": .integer(code), "message": "it is not there"]
        return RegistryResponse(status: status, body: body.utf8)
    }
}

/// A language in which every text is a schema, whose values are its text.
struct PlainLanguage: SchemaLanguage {
    var type = SchemaType.avro

    func parse(
        _ text: String, dependencies: [SchemaDependency], isNew: Bool
    ) throws(SchemaError) -> any ParsedSchema {
        if text == "bad" { throw SchemaError(.invalidSchema, "it is bad") }
        return PlainSchema(type: type, canonicalText: text, dependencies: dependencies)
    }
}

struct PlainSchema: ParsedSchema {
    var type: SchemaType
    var canonicalText: String
    var dependencies: [SchemaDependency]
    var name: String? { canonicalText }

    func normalized() -> any ParsedSchema { self }
    func obstacles(readingDataOf writer: any ParsedSchema, roles: SchemaRoles) -> [String] { [] }
    func hasTopLevelField(_ name: String) -> Bool { false }
    func encode(_ value: JSONValue) throws(SchemaError) -> [UInt8] { value.utf8 }
    func decode(_ bytes: RawSpan) throws(SchemaError) -> JSONValue { .null }
}
