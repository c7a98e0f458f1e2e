import JSON

/// What etcd answered instead of doing what it was asked, and whether it is certain that nothing was done.
///
/// - SeeAlso: docs/decisions/0044-etcd-is-spoken-to-through-its-json-gateway.md
struct GatewayFailure: Error, Sendable {
    /// The gRPC status code.
    var status: Int64
    /// etcd's words.
    var message: String

    /// The status codes of gRPC that are looked at.
    ///
    /// - SeeAlso: https://grpc.io/docs/guides/status-codes/
    enum Status {
        static let invalidArgument: Int64 = 3
        static let notFound: Int64 = 5
        static let alreadyExists: Int64 = 6
        static let permissionDenied: Int64 = 7
        static let resourceExhausted: Int64 = 8
        static let failedPrecondition: Int64 = 9
        static let outOfRange: Int64 = 11
        static let unimplemented: Int64 = 12
        static let unavailable: Int64 = 14
        static let unauthenticated: Int64 = 16
    }

    /// What follows from it.
    enum Meaning: Hashable {
        /// The token is missing, unknown or out of date: with a new one it may work. Nothing was done.
        case needsAuthentication
        /// The member has no leader, or too much to do, and said so before it did anything. Another may do it, or the
        /// same one later.
        case notNow
        /// The revision is gone. Nothing was done.
        case compacted
        /// etcd refused. Nothing was done, and another member would say the same.
        case refused
        /// The member could not finish; what it passed on to the others may be done all the same.
        case unfinished
    }

    /// Creates a failure.
    init(status: Int64, message: String) {
        self.status = status
        self.message = message
    }

    /// Reads the body of an answer whose HTTP status is not 200.
    ///
    /// A body that is none of the gateway's, as of a proxy in between, becomes a failure that may have been done. The
    /// gateway of etcd 3.6 says `message` where the one of 3.4 says that and `error`.
    init(httpStatus: UInt, body: [UInt8]) {
        if let value = try? JSONValue(parsing: body), let fields = try? GatewayFields(value, path: "error"),
            let status = try? fields.integer("code"), status != 0, let message = try? fields.text("message"),
            !message.isEmpty
        {
            self.init(status: status, message: message)
        } else {
            let excerpt = String(decoding: body.prefix(200), as: UTF8.self)
            self.init(status: 2, message: "HTTP status \(httpStatus): \(excerpt)")
        }
    }

    /// Reads a line of a stream, or an answer that is one.
    ///
    /// - Returns: Nil when it is no failure.
    /// - Throws: ``EtcdError`` with code `.malformedAnswer` when it is one that cannot be read.
    init?(streamed answer: GatewayFields) throws {
        guard let error = try answer.fields("error") else { return nil }
        // As the gateway of etcd 3.4 names it, or that of 3.6.
        let status = try error.integer("grpc_code")
        self.init(status: status != 0 ? status : try error.integer("code"), message: try error.text("message"))
    }

    /// Reads the reason for which a watch was cancelled: `rpc error: code = Unauthenticated desc = …`, or bare text.
    init(cancelReason reason: String) {
        let names: [(String, Int64)] = [
            ("Unauthenticated", Status.unauthenticated), ("PermissionDenied", Status.permissionDenied),
            ("InvalidArgument", Status.invalidArgument), ("Unavailable", Status.unavailable),
        ]
        let status = names.first { reason.contains("code = \($0.0) ") }?.1
        let denied = reason.contains("permission denied") ? Status.permissionDenied : 2
        self.init(status: status ?? denied, message: reason)
    }

    /// What follows from the answer.
    var meaning: Meaning {
        switch status {
        case Status.unauthenticated: return .needsAuthentication
        case Status.invalidArgument where message.contains("user name is empty"): return .needsAuthentication
        // The users were changed since the token was given; the member that applies a write refuses it then.
        case Status.invalidArgument where message.contains("revision of auth store is old"):
            return .needsAuthentication
        case Status.outOfRange where message.contains("has been compacted"): return .compacted
        // Asked for a leader by the `hasleader` header, a member without one refuses before it looks at the request.
        case Status.unavailable where message.contains("etcdserver: no leader"): return .notNow
        case Status.resourceExhausted where message.contains("too many requests"): return .notNow
        case Status.invalidArgument, Status.notFound, Status.alreadyExists, Status.permissionDenied,
            Status.resourceExhausted, Status.failedPrecondition, Status.outOfRange, Status.unimplemented:
            return .refused
        default: return .unfinished
        }
    }

    /// The error for a caller, where it is certain that nothing was done.
    var refusal: EtcdError {
        let code: EtcdError.Code =
            switch (meaning, status) {
            case (.needsAuthentication, _): .unauthenticated
            case (.compacted, _): .compacted
            case (_, Status.permissionDenied): .permissionDenied
            case (.refused, _): .refused
            default: .unavailable
            }
        return EtcdError(code, "etcd answered: \(message)", status: status)
    }
}
