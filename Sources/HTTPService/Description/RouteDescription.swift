public import HTTPTypes

/// What a route is for, what it takes and what it answers: from these the OpenAPI document is written.
public struct RouteDescription: Sendable {
    /// Something in the path or in the query.
    public struct Parameter: Sendable {
        /// Its name.
        public var name: String
        /// What it does.
        public var summary: String
        /// What it may be; a list in a query may be given several times.
        public var schema: JSONSchema

        /// Creates a parameter; one in a query is never required.
        public init(_ name: String, _ summary: String, _ schema: JSONSchema = .string) {
            self.name = name
            self.summary = summary
            self.schema = schema
        }
    }

    /// One of the answers.
    public struct Answer: Sendable {
        /// The status.
        public var status: HTTPResponse.Status
        /// When it is given.
        public var summary: String
        /// The body; `nil` for none.
        public var schema: JSONSchema?
        /// The body's media types; what is none of JSON is text, whatever the schema says.
        public var types: [String]

        /// Creates an answer of one media type.
        public init(
            _ status: HTTPResponse.Status, _ summary: String, _ schema: JSONSchema? = nil,
            type: String = "application/json"
        ) {
            self.status = status
            self.summary = summary
            self.schema = schema
            self.types = [type]
        }
    }

    /// One line that says what the route does.
    public var summary: String
    /// What the parts of the path are that have names between braces.
    public var path: [Parameter]
    /// What the query may say.
    public var query: [Parameter]
    /// What is to be sent; `nil` for nothing.
    public var body: JSONSchema?
    /// Whether something has to be sent, where there is a ``body``.
    public var isBodyRequired: Bool
    /// The media types that the body may have.
    public var bodyTypes = ["application/json"]
    /// What comes back, beside the error body of everything that is not named here.
    public var answers: [Answer]
    /// The media types of the errors that are not named.
    public var errorTypes = ["application/json"]

    /// Creates a description of a route that reads and writes JSON.
    public init(
        _ summary: String, path: [Parameter] = [], query: [Parameter] = [], body: JSONSchema? = nil,
        isBodyRequired: Bool = true, answers: [Answer]
    ) {
        self.summary = summary
        self.path = path
        self.query = query
        self.body = body
        self.isBodyRequired = isBodyRequired
        self.answers = answers
    }
}
