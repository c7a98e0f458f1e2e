import HTTPTypes

/// Which pages of other sites a browser lets ask (CORS), and how they are answered.
///
/// A page says where it is from in `Origin`; the browser shows it the answer only if that names the page's origin. Before
/// a request that no form could send, the browser asks with OPTIONS whether it may.
public struct CrossOriginPolicy: Sendable, Hashable {
    private let origins: [String]
    private let methods: [String]

    /// What a page may send beside the fields that every page may.
    private static let headers = ["X-Requested-With", "Content-Type", "Accept", "Origin", "Authorization"]
    /// For how many seconds a browser need not ask again.
    private static let maximumAge = 1800

    /// Creates a policy in the words of Kafka's `access.control.allow.origin` and `access.control.allow.methods`.
    ///
    /// - Parameters:
    ///   - origins: Origins separated by commas, in which `*` stands for any text; `*` by itself for every origin.
    ///   - methods: Methods separated by commas; GET, POST and HEAD when it is empty.
    /// - Returns: `nil` when there is no origin, which leaves other sites' pages out.
    public init?(origins: String, methods: String) {
        self.origins = Self.list(origins)
        let methods = Self.list(methods).map { $0.uppercased() }
        self.methods = methods.isEmpty ? ["GET", "POST", "HEAD"] : methods
        if self.origins.isEmpty { return nil }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
    }

    /// The answer to a browser that asks whether a page may ask; `nil` for every other request.
    func preflight(_ request: ServiceRequest) -> ServiceResponse? {
        guard request.method == .options, request.headers[.accessControlRequestMethod] != nil,
            request.headers[.origin] != nil
        else { return nil }
        var response = ServiceResponse(.ok)
        grant(request, to: &response)
        guard let method = request.headers[.accessControlRequestMethod], methods.contains(method),
            response.headers[.accessControlAllowOrigin] != nil
        else { return response }
        response.headers[.accessControlAllowMethods] = methods.joined(separator: ",")
        response.headers[.accessControlAllowHeaders] = Self.headers.joined(separator: ",")
        response.headers[.accessControlMaxAge] = String(Self.maximumAge)
        return response
    }

    /// Adds to an answer that the page may see it, if it may.
    func grant(_ request: ServiceRequest, to response: inout ServiceResponse) {
        guard let origin = request.headers[.origin] else { return }
        if origins.contains("*") {
            // Without credentials: a browser would else send any page's wishes with the passwords that it knows.
            response.headers[.accessControlAllowOrigin] = "*"
            return
        }
        // What is stored on the way must not be shown to another page.
        response.headers[.vary] = response.headers[.vary].map { "\($0), Origin" } ?? "Origin"
        guard origins.contains(where: { Self.matches(origin, $0) }) else { return }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlAllowCredentials] = "true"
    }

    /// Whether pages of an origin may ask.
    func allows(_ origin: String) -> Bool {
        origins.contains { $0 == "*" || Self.matches(origin, $0) }
    }

    /// Whether a text is what a pattern says, in a time that grows with the product of their lengths at most.
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        let text = Array(text.utf8), pattern = Array(pattern.utf8)
        var position = 0, wanted = 0
        // Where the last star was and how much of the text it has swallowed.
        var star: (pattern: Int, text: Int)?
        while position < text.count {
            if wanted < pattern.count, pattern[wanted] == UInt8(ascii: "*") {
                star = (wanted, position)
                wanted += 1
            } else if wanted < pattern.count, pattern[wanted] == text[position] {
                position += 1
                wanted += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                position = last.text + 1
                wanted = last.pattern + 1
            } else {
                return false
            }
        }
        return pattern[wanted...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
