import HTTPTypes
public import JSON

/// The OpenAPI 3.0 document of a route table, written from the routes' own descriptions.
public struct OpenAPIDocument: Sendable {
    /// What the API calls itself.
    public var title: String
    /// Which version of it this is.
    public var version: String
    /// The schemas that routes refer to by name.
    public var schemas: [(name: String, schema: JSONSchema)]
    /// Whether a name and a password are asked for.
    public var needsPassword: Bool

    /// Creates a document.
    public init(
        title: String, version: String, schemas: [(name: String, schema: JSONSchema)] = [], needsPassword: Bool = false
    ) {
        self.title = title
        self.version = version
        self.schemas = schemas
        self.needsPassword = needsPassword
    }

    /// Where the document is served.
    public static let path = "/openapi.json"

    /// What errors look like, which every route may answer with.
    private static let error = JSONSchema.object(["error_code": .integer, "message": .string])

    /// The document of a table; routes without a description are left out.
    public func json(of table: RouteTable) -> JSONValue {
        var paths = JSONObject()
        for route in table.entries {
            guard let description = route.description else { continue }
            var operations = paths[route.path]?.object ?? JSONObject()
            operations[route.method.rawValue.lowercased()] = .object(operation(route, description))
            paths[route.path] = .object(operations)
        }
        var schemas = JSONObject()
        schemas["Error"] = Self.error.json
        for (name, schema) in self.schemas { schemas[name] = schema.json }
        var components = JSONObject()
        components["schemas"] = .object(schemas)
        var document = JSONObject()
        document["openapi"] = "3.0.3"
        document["info"] = ["title": .string(title), "version": .string(version)]
        document["paths"] = .object(paths)
        if needsPassword {
            components["securitySchemes"] = ["basic": ["type": "http", "scheme": "basic"]]
            document["security"] = [["basic": []]]
        }
        document["components"] = .object(components)
        return .object(document)
    }

    private func operation(_ route: RouteTable.Entry, _ description: RouteDescription) -> JSONObject {
        var operation = JSONObject()
        operation["summary"] = .string(description.summary)
        operation["operationId"] = .string(identifier(route))
        let parameters =
            route.parameters.map { name in
                parameter(description.path.first { $0.name == name } ?? .init(name, ""), in: "path")
            } + description.query.map { parameter($0, in: "query") }
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = description.body {
            operation["requestBody"] = [
                "required": .bool(description.isBodyRequired), "content": content(body, description.bodyTypes),
            ]
        }
        operation["responses"] = .object(responses(description))
        return operation
    }

    private func identifier(_ route: RouteTable.Entry) -> String {
        let words = route.path.split { !$0.isLetter && !$0.isNumber }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
        return route.method.rawValue.lowercased() + (words.isEmpty ? "Root" : words.joined())
    }

    private func parameter(_ parameter: RouteDescription.Parameter, in place: String) -> JSONValue {
        var object = JSONObject()
        object["name"] = .string(parameter.name)
        object["in"] = .string(place)
        if !parameter.summary.isEmpty { object["description"] = .string(parameter.summary) }
        object["required"] = .bool(place == "path")
        object["schema"] = parameter.schema.json
        return .object(object)
    }

    private func responses(_ description: RouteDescription) -> JSONObject {
        var responses = JSONObject()
        for answer in description.answers { responses[String(answer.status.code)] = response(answer) }
        var error = RouteDescription.Answer(.internalServerError, "What went wrong.", .named("Error"))
        error.types = description.errorTypes
        responses["default"] = response(error)
        return responses
    }

    private func response(_ answer: RouteDescription.Answer) -> JSONValue {
        guard let schema = answer.schema else { return ["description": .string(answer.summary)] }
        return ["description": .string(answer.summary), "content": content(schema, answer.types)]
    }

    private func content(_ schema: JSONSchema, _ types: [String]) -> JSONValue {
        var content = JSONObject()
        for type in types {
            let isJSON = type == "application/json" || type.hasSuffix("+json")
            content[type] = ["schema": (isJSON ? schema : JSONSchema.string).json]
        }
        return .object(content)
    }
}
