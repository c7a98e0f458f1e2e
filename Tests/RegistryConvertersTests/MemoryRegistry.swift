import JSON
import SchemaClient
import SchemaFormat
import Synchronization

@testable import RegistryConverters

/// A Schema Registry in memory, which counts what it is asked.
final class MemoryRegistry: RegistryTransport {
    struct State {
        var texts: [SchemaText] = []
        var subjects: [String: [Int32]] = [:]
        var requests: [RegistryRequest] = []
        var isDown = false
        var closings = 0
    }

    let state = Mutex(State())

    /// Registers a schema and returns its number.
    @discardableResult func add(_ text: String, _ type: SchemaType = .avro, under subject: String) -> Int32 {
        state.withLock { $0.add(SchemaText(text, type: type), under: subject) }
    }

    /// The schemas by number, from 1.
    var texts: [String] { state.withLock { $0.texts.map(\.text) } }
    var requestCount: Int { state.withLock { $0.requests.count } }
    var subjects: [String: [Int32]] { state.withLock { $0.subjects } }

    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    func send(_ request: RegistryRequest) async throws -> RegistryResponse {
        try state.withLock { state in
            state.requests.append(request)
            if state.isDown { throw SchemaClientError(unanswered: "no answer") }
            return try state.answer(request)
        }
    }

    func close() async { state.withLock { $0.closings += 1 } }

    /// What makes clients of this registry.
    var makeClient: RegistryConverters.MakeClient {
        { [self] configuration in
            var settings = try RegistrySettings(configuration).client
            settings.retryWait = .zero
            return SchemaClient(transport: self, languages: RegistryConverters.languages, settings: settings)
        }
    }
}

extension MemoryRegistry.State {
    mutating func add(_ schema: SchemaText, under subject: String) -> Int32 {
        if !texts.contains(schema) { texts.append(schema) }
        let id = Int32((texts.firstIndex(of: schema) ?? 0) + 1)
        if subjects[subject]?.contains(id) != true { subjects[subject, default: []].append(id) }
        return id
    }

    mutating func answer(_ request: RegistryRequest) throws -> RegistryResponse {
        let path = request.path
        switch (request.method, path.first, path.count) {
        case (.get, "schemas", 3):
            guard let id = Int32(path[2]), texts.indices.contains(Int(id) - 1) else {
                return failure(404, 40403, "Schema \(path[2]) not found")
            }
            return success(described(id))
        case (.get, "subjects", 4):
            guard let versions = subjects[path[1]], let id = versions.last else {
                return failure(404, 40401, "Subject '\(path[1])' not found.")
            }
            return success(described(id, path[1], versions.count))
        case (.post, "subjects", 3):
            return success(["id": .integer(add(try schema(in: request), under: path[1]))])
        case (.post, "subjects", 2):
            let wanted = try schema(in: request)
            guard let versions = subjects[path[1]] else {
                return failure(404, 40401, "Subject '\(path[1])' not found.")
            }
            guard let index = versions.firstIndex(where: { texts[Int($0) - 1] == wanted }) else {
                return failure(404, 40403, "Schema not found")
            }
            return success(described(versions[index], path[1], index + 1))
        default: return failure(404, 404, "HTTP 404 Not Found")
        }
    }

    private func schema(in request: RegistryRequest) throws -> SchemaText {
        let body = try JSONValue(parsing: request.body)
        return SchemaText(
            body["schema"]?.string ?? "", type: SchemaType(rawValue: body["schemaType"]?.string ?? "AVRO") ?? .avro)
    }

    private func described(_ id: Int32, _ subject: String? = nil, _ version: Int? = nil) -> JSONValue {
        let schema = texts[Int(id) - 1]
        var object = JSONObject()
        object["id"] = .integer(id)
        object["schema"] = .string(schema.text)
        if schema.type != .avro { object["schemaType"] = .string(schema.type.rawValue) }
        if let subject { object["subject"] = .string(subject) }
        if let version { object["version"] = .integer(version) }
        return .object(object)
    }

    private func success(_ value: JSONValue) -> RegistryResponse { RegistryResponse(status: 200, body: value.utf8) }

    private func failure(_ status: Int, _ code: Int, _ message: String) -> RegistryResponse {
        let body: JSONValue = ["error_code": .integer(code), "message": .string(message)]
        return RegistryResponse(status: status, body: body.utf8)
    }
}
