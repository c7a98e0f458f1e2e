import HTTPTestSupport
import JSON
import Testing

/// A row of the API's contract: a request, and what comes back.
struct Contract: Sendable {
    /// The body that is expected.
    enum Answer: Sendable {
        /// None at all.
        case empty
        /// What the OpenAPI document says, whatever the values are.
        case described
        /// This text, which also has to be what the document says.
        case exactly(String)
        /// This text, which is no JSON.
        case text(String)
        /// An error body with this number and message.
        case error(Int, String)
    }

    /// The method and the path, as in `GET /subjects`.
    let request: String
    /// The JSON that is sent.
    let body: String?
    let status: Int
    let answer: Answer

    init(_ request: String, _ status: Int = 200, _ answer: Answer = .described) {
        self.init(request, nil, status, answer)
    }

    init(_ request: String, _ body: String?, _ status: Int = 200, _ answer: Answer = .described) {
        self.request = request
        self.body = body
        self.status = status
        self.answer = answer
    }

    private var words: [String] { request.split(separator: " ", maxSplits: 1).map(String.init) }
    var method: String { words[0] }
    var target: String { words[1] }

    /// Makes the request and compares.
    func check(_ server: RegistryServer, against document: ServedDocument) async throws {
        let found = try await server.send(method, target, body)
        #expect(found.status == status, "\(request): \(found.body)")
        switch answer {
        case .empty: #expect(found.body.isEmpty, "\(request)")
        case .described: try document.check(found, of: self)
        case .exactly(let text):
            #expect(found.body == text, "\(request)")
            try document.check(found, of: self)
        case .text(let text): #expect(found.body == text, "\(request)")
        case .error(let code, let message):
            let expected: JSONValue = ["error_code": .integer(code), "message": .string(message)]
            #expect(found.body == expected.text, "\(request)")
            try document.check(found, of: self)
        }
    }
}

/// The OpenAPI document that a server serves, to hold its answers against.
struct ServedDocument: Sendable {
    /// One of its routes.
    struct Route: Sendable, Hashable, CustomStringConvertible {
        let method: String
        let path: String

        var description: String { "\(method) \(path)" }
    }

    let json: JSONValue
    private static let mediaType = "application/vnd.schemaregistry.v1+json"

    init(_ server: RegistryServer) async throws {
        let answer = try await server.send("GET", "/openapi.json")
        #expect(answer.status == 200)
        json = try JSONValue(parsing: answer.body)
    }

    /// Every method and path.
    var routes: [Route] {
        (json["paths"]?.object?.members ?? []).flatMap { path in
            (path.value.object?.members ?? []).map { Route(method: $0.name.uppercased(), path: path.name) }
        }
    }

    /// What the document says of a route.
    func operation(_ route: Route) -> JSONValue? { json["paths"]?[route.path]?[route.method.lowercased()] }

    /// The route that a request goes to, the one with the fewest parameters.
    func route(_ contract: Contract) throws -> Route {
        let segments = contract.target.prefix { $0 != "?" }.split(separator: "/")
        let found = routes.filter { route in
            let expected = route.path.split(separator: "/")
            return route.method == contract.method && expected.count == segments.count
                && zip(expected, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        return try #require(
            found.min { $0.path.count { $0 == "{" } < $1.path.count { $0 == "{" } }, "\(contract.request)")
    }

    /// Holds an answer against what the document says of its route and status.
    func check(_ answer: RawHTTP.Answer, of contract: Contract) throws {
        let response = operation(try route(contract))?["responses"]?[String(answer.status)]
        #expect(response != nil, "\(contract.request): \(answer.status) is not in the document")
        let type = String((answer.headers["content-type"] ?? "").prefix { $0 != ";" })
        guard let schema = response?["content"]?[type]?["schema"] else {
            #expect(answer.body.isEmpty, "\(contract.request): a \(type) that is not in the document")
            return
        }
        guard type == Self.mediaType else { return }
        let problems = problems(of: try JSONValue(parsing: answer.body), schema, at: "$")
        #expect(problems == [], "\(contract.request): \(answer.body)")
    }

    /// Where a value is not what a schema says: as far as the schemas of this server go, and with no member that is not named.
    private func problems(of value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
        if let name = schema["$ref"]?.string?.split(separator: "/").last {
            guard let named = json["components"]?["schemas"]?[String(name)] else { return ["there is no \(name)"] }
            return problems(of: value, named, at: place)
        }
        if value.isNull, schema["nullable"] == true { return [] }
        if let words = schema["enum"]?.array, !words.contains(value) { return ["\(place) is \(value.text)"] }
        switch schema["type"]?.string {
        case "string": return value.string == nil ? ["\(place) is no text"] : []
        case "integer": return value.int64 == nil ? ["\(place) is no whole number"] : []
        case "boolean": return value.bool == nil ? ["\(place) is neither true nor false"] : []
        case "array":
            guard let elements = value.array, let schema = schema["items"] else { return ["\(place) is no list"] }
            return elements.enumerated().flatMap { problems(of: $1, schema, at: "\(place)[\($0)]") }
        case "object":
            guard let object = value.object else { return ["\(place) is no object"] }
            return problems(of: object, schema, at: place)
        default: return ["\(place): the schema has no type"]
        }
    }

    private func problems(of object: JSONObject, _ schema: JSONValue, at place: String) -> [String] {
        let required = (schema["required"]?.array ?? []).compactMap(\.string)
        let missing = required.filter { object[$0] == nil }.map { "\(place).\($0) is missing" }
        let properties = schema["properties"]?.object
        let others = schema["additionalProperties"]
        return missing
            + object.flatMap { member -> [String] in
                if let schema = properties?[member.name] ?? others {
                    return problems(of: member.value, schema, at: "\(place).\(member.name)")
                }
                return properties == nil ? [] : ["\(place).\(member.name) is not in the schema"]
            }
    }
}
