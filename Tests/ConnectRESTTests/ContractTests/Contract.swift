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
        /// An error body with this message.
        case error(String)
    }

    /// The method and the path, as in `GET /connectors`.
    let request: String
    /// The JSON that is sent.
    let body: String?
    let status: Int
    let answer: Answer
    /// A header field that the answer has, in lower case, and its value.
    let header: (name: String, value: String)?
    /// What has to be so before: a connector's state and its tasks'.
    let awaiting: (connector: String, state: String, tasks: [String])?

    /// A request without a body.
    init(
        _ request: String, _ status: Int, _ answer: Answer = .described,
        header: (name: String, value: String)? = nil,
        awaiting: (connector: String, state: String, tasks: [String])? = nil
    ) {
        self.init(request, nil, status, answer, header: header, awaiting: awaiting)
    }

    init(
        _ request: String, _ body: String?, _ status: Int, _ answer: Answer = .described,
        header: (name: String, value: String)? = nil,
        awaiting: (connector: String, state: String, tasks: [String])? = nil
    ) {
        self.request = request
        self.body = body
        self.status = status
        self.answer = answer
        self.header = header
        self.awaiting = awaiting
    }

    private var words: [String] { request.split(separator: " ", maxSplits: 1).map(String.init) }
    var method: String { words[0] }
    var target: String { words[1] }

    /// Makes the request and compares.
    func check(_ server: ConnectServer, against document: ServedDocument) async throws {
        if let awaiting { try await server.wait(for: awaiting.connector, awaiting.state, tasks: awaiting.tasks) }
        let found = try await server.send(method, target, body)
        #expect(found.status == status, "\(request): \(found.body)")
        if let header { #expect(found.headers[header.name] == header.value, "\(request)") }
        switch answer {
        case .empty: #expect(found.body.isEmpty, "\(request)")
        case .described: try document.check(found, of: self)
        case .exactly(let text):
            #expect(found.body == text, "\(request)")
            try document.check(found, of: self)
        case .error(let message):
            #expect(found.headers["content-type"] == "application/json", "\(request)")
            let expected: JSONValue = ["error_code": .integer(status), "message": .string(message)]
            #expect(found.body == expected.text, "\(request)")
        }
    }
}
