import HTTPTestSupport
import JSON
import Testing

/// The OpenAPI document that a server serves, to hold its answers against.
struct ServedDocument: Sendable {
    /// One of its routes.
    struct Route: Sendable, Hashable, CustomStringConvertible {
        let method: String
        let path: String

        var description: String { "\(method) \(path)" }
    }

    let json: JSONValue

    init(_ server: ConnectServer) async throws {
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
            #expect(answer.body.isEmpty, "\(contract.request): a body that is not in the document")
            return
        }
        guard type == "application/json" else { return }
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
        if let all = schema["allOf"]?.array { return all.flatMap { problems(of: value, $0, at: place) } }
        if let any = schema["anyOf"]?.array {
            let found = any.map { problems(of: value, $0, at: place) }
            return found.contains([]) ? [] : found.first ?? []
        }
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
