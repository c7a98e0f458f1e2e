import HTTPService
import HTTPTypes
import JSON
import Testing

@Suite struct OpenAPIDocumentTests {
    private let table: RouteTable = {
        var table = RouteTable()
        table.add(
            .get, "/", RouteDescription("A page.", answers: [.init(.ok, "It.", .string, type: "text/plain")]),
            producing: ["text/plain"]
        ) { _ in ServiceResponse(.ok) }
        table.add(
            .put, "/things/{name}/parts/{part}",
            RouteDescription(
                "Puts a part.", path: [.init("name", "The thing.")],
                query: [.init("force", "Whether it must.", .boolean)], body: .named("Part"),
                answers: [.init(.ok, "The part.", .named("Part")), .init(.noContent, "Nothing.")])
        ) { _ in ServiceResponse(.ok) }
        table.add(.delete, "/things/{name}/parts/{part}", RouteDescription("Deletes.", answers: [])) { _ in
            ServiceResponse(.ok)
        }
        // Not for clients.
        table.add(.post, "/things/{name}/parts/{part}") { _ in ServiceResponse(.ok) }
        table.add(.get, "/internal") { _ in ServiceResponse(.ok) }
        return table
    }()

    private let document = OpenAPIDocument(
        title: "Things", version: "7",
        schemas: [("Part", .object(["size": .integer, "note": JSONSchema.string.orNull], optional: ["note"]))])

    @Test func aDocumentHasWhatRoutesSay() {
        let json = document.json(of: table)
        #expect(json["openapi"] == "3.0.3")
        #expect(json["info"] == ["title": "Things", "version": "7"])
        #expect(json["paths"]?.object?.map(\.name) == ["/", "/things/{name}/parts/{part}"])
        let methods = json["paths"]?["/things/{name}/parts/{part}"]
        #expect(methods?.object?.map(\.name) == ["put", "delete"])
        let put = methods?["put"]
        #expect(put?["summary"] == "Puts a part.")
        #expect(put?["operationId"] == "putThingsNamePartsPart")
        #expect(
            put?["parameters"] == [
                [
                    "name": "name", "in": "path", "description": "The thing.", "required": true,
                    "schema": ["type": "string"],
                ],
                ["name": "part", "in": "path", "required": true, "schema": ["type": "string"]],
                [
                    "name": "force", "in": "query", "description": "Whether it must.", "required": false,
                    "schema": ["type": "boolean"],
                ],
            ])
        let part: JSONValue = ["application/json": ["schema": ["$ref": "#/components/schemas/Part"]]]
        #expect(put?["requestBody"] == ["required": true, "content": part])
        #expect(put?["responses"]?.object?.map(\.name) == ["200", "204", "default"])
        #expect(put?["responses"]?["200"] == ["description": "The part.", "content": part])
        #expect(put?["responses"]?["204"] == ["description": "Nothing."])
        #expect(
            json["components"]?["schemas"]?["Part"] == [
                "type": "object",
                "properties": ["size": ["type": "integer"], "note": ["type": "string", "nullable": true]],
                "required": ["size"],
            ])
        #expect(json["paths"]?["/"]?["get"]?["responses"]?["200"]?["content"]?.object?.map(\.name) == ["text/plain"])
        #expect(json["security"] == nil)
    }

    @Test func aDocumentIsServedAndNamesItself() async throws {
        var table = table
        var document = document
        document.needsPassword = true
        table.add(document)
        let answer = await table.respond(to: ServiceRequest(method: .get, target: "/openapi.json"))
        let json = try JSONValue(parsing: answer.body)
        #expect(json["paths"]?.object?.count == 3 && json["paths"]?[OpenAPIDocument.path]?["get"] != nil)
        #expect(json["components"]?["securitySchemes"]?["basic"]?["scheme"] == "basic")
        #expect(table.entries.count == 6)
        #expect(table.entries[1].parameters == ["name", "part"])
    }

    @Test func bodiesAndAnswersHaveTheirMediaTypes() {
        var description = RouteDescription(
            "Reads.", body: .anyObject, isBodyRequired: false, answers: [.init(.ok, "All.", .anyObject)])
        description.bodyTypes = ["application/thing+json", "application/json"]
        description.answers[0].types = ["application/thing+json", "text/event-stream"]
        description.errorTypes = ["application/thing+json"]
        var table = RouteTable()
        table.add(.post, "/read", description) { _ in ServiceResponse(.ok) }
        let operation = document.json(of: table)["paths"]?["/read"]?["post"]
        #expect(operation?["requestBody"]?["required"] == false)
        #expect(operation?["requestBody"]?["content"]?.object?.map(\.name) == description.bodyTypes)
        // Events are text, whatever each of them carries.
        #expect(
            operation?["responses"]?["200"]?["content"] == [
                "application/thing+json": ["schema": ["type": "object"]],
                "text/event-stream": ["schema": ["type": "string"]],
            ])
        #expect(operation?["responses"]?["default"]?["content"]?.object?.map(\.name) == description.errorTypes)
    }

    @Test func schemasAreWhatOpenAPIKnows() {
        #expect(JSONSchema.array(of: .string).json == ["type": "array", "items": ["type": "string"]])
        #expect(JSONSchema.oneOf(["a"]).json == ["type": "string", "enum": ["a"]])
        #expect(JSONSchema.map(of: .boolean).json["additionalProperties"] == ["type": "boolean"])
        // Beside $ref nothing counts in 3.0.
        #expect(
            JSONSchema.named("X").orNull.json == [
                "allOf": [["$ref": "#/components/schemas/X"]], "nullable": true,
            ])
        #expect(JSONSchema.any(of: [.integer, .anyObject]).json["anyOf"]?.array?.count == 2)
    }
}
