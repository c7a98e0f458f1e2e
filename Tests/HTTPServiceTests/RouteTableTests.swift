import HTTPService
import HTTPTypes
import JSON
import Testing

@Suite struct RouteTableTests {
    private let table: RouteTable = {
        var table = RouteTable()
        table.add(.get, "/") { _ in ServiceResponse(json: "root") }
        table.add(.get, "/things") { _ in ServiceResponse(json: "things") }
        table.add(.post, "/things") { request in ServiceResponse(.created, json: try request.json()) }
        table.add(.get, "/things/{name}") { ServiceResponse(json: .string($0.parameter("name"))) }
        table.add(.get, "/things/special") { _ in ServiceResponse(json: "fixed") }
        table.add(.delete, "/things/{name}") { _ in throw ServiceError(.conflict, "busy") }
        table.add(.put, "/things/{name}/part/{number}") { request in
            ServiceResponse(json: .array([.string(request.parameter("name")), .string(request.parameter("number"))]))
        }
        return table
    }()

    private func answer(
        _ method: HTTPRequest.Method, _ target: String, headers: HTTPFields = [:], body: String = ""
    ) async -> (Int, String, HTTPFields) {
        let request = ServiceRequest(method: method, target: target, headers: headers, body: Array(body.utf8))
        let response = await table.respond(to: request)
        return (response.status.code, String(decoding: response.body, as: UTF8.self), response.headers)
    }

    @Test(arguments: [
        ("/", "\"root\""), ("", "\"root\""), ("/things", "\"things\""), ("/things/", "\"things\""),
        ("/things?x=1", "\"things\""), ("/things/a%2Fb%20c", "\"a/b c\""), ("/things/a+b/", "\"a+b\""),
        ("/things/special", "\"fixed\""), ("http://proxy:1/things", "\"things\""), ("/things/%zz", "\"%zz\""),
    ])
    func pathsFindTheirRoute(target: String, body: String) async {
        let (status, found, _) = await answer(.get, target)
        #expect(status == 200)
        #expect(found == body)
    }

    @Test func severalParametersAreFilled() async {
        #expect(await answer(.put, "/things/x/part/7").1 == #"["x","7"]"#)
    }

    @Test func whatIsNotThereIsA404() async {
        let (status, body, _) = await answer(.get, "/nothing")
        #expect(status == 404)
        #expect(body == #"{"error_code":404,"message":"HTTP 404 Not Found"}"#)
    }

    @Test func anotherMethodIsA405ThatListsTheMethods() async {
        let (status, body, headers) = await answer(.patch, "/things")
        #expect(status == 405)
        #expect(body == #"{"error_code":405,"message":"HTTP 405 Method Not Allowed"}"#)
        #expect(headers[.allow] == "GET,HEAD,OPTIONS,POST")
    }

    @Test func optionsListsTheMethods() async {
        let (status, body, headers) = await answer(.options, "/things/x")
        #expect(status == 200)
        #expect(body.isEmpty)
        #expect(headers[.allow] == "DELETE,GET,HEAD,OPTIONS")
    }

    @Test func headAnswersWithoutTheBody() async {
        let (status, body, headers) = await answer(.head, "/things")
        #expect(status == 200)
        #expect(body.isEmpty)
        #expect(headers[.contentLength] == "8")
    }

    @Test(arguments: [("/nothing", 404), ("/things/x/part/7", 405)])
    func headGetsErrorsWithoutTheirBody(target: String, expected: Int) async {
        let (status, body, headers) = await answer(.head, target)
        #expect(status == expected)
        #expect(body.isEmpty)
        #expect(headers[.contentLength].flatMap { Int($0) } ?? 0 > 0)
    }

    @Test func bodiesMustBeJSON() async {
        #expect(await answer(.post, "/things", headers: [.contentType: "text/plain"], body: "{}").0 == 415)
        #expect(
            await answer(.post, "/things", headers: [.contentType: "Application/JSON; charset=utf-8"], body: "{}").0
                == 201)
        // What any page may have a browser send without asking: no type, or a form's.
        #expect(await answer(.post, "/things", body: "{}").0 == 415)
        let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        #expect(await answer(.post, "/things", headers: form, body: "{}").0 == 415)
        #expect(await answer(.put, "/things/x/part/7", headers: form).0 == 415)
        #expect(await answer(.put, "/things/x/part/7").0 == 200)
        let json: HTTPFields = [.contentType: "application/json"]
        let (status, body, _) = await answer(.post, "/things", headers: json, body: "{")
        #expect(status == 400)
        #expect(body.hasPrefix(#"{"error_code":400,"message":"Malformed JSON: "#))
    }

    @Test(arguments: [
        ("text/html", 406), ("application/json;q=0", 406), ("text/html, */*;q=0.1", 200), ("application/*", 200),
        ("", 200),
    ])
    func theClientHasToAcceptJSON(accept: String, status: Int) async {
        #expect(await answer(.get, "/things", headers: [.accept: accept]).0 == status)
    }

    @Test(arguments: [("text/plain", 200), ("text/*", 200), ("application/json", 200), ("text/html", 406)])
    func aRouteMayProduceOtherTypesToo(accept: String, status: Int) async {
        var table = RouteTable()
        table.add(.get, "/page", producing: ["text/plain"]) { _ in ServiceResponse(.ok) }
        let request = ServiceRequest(method: .get, target: "/page", headers: [.accept: accept])
        #expect(await table.respond(to: request).status.code == status)
    }

    @Test func errorsBecomeBodies() async {
        let (status, body, _) = await answer(.delete, "/things/x")
        #expect(status == 409)
        #expect(body == #"{"error_code":409,"message":"busy"}"#)
    }
}
