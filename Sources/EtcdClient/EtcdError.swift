/// Why etcd could not be asked, would not do what it was asked, or may have done it without our hearing of it.
///
/// The code says what a caller can do; the message says what happened, in etcd's words where it answered.
package struct EtcdError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is. Codes may be added, so a `switch` over them needs a default.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidConfiguration, unavailable, outcomeUnknown, refused, unauthenticated, permissionDenied
            case compacted, leaseLost, malformedAnswer, tooLarge, wrongCluster
        }

        private let kind: Kind

        /// A setting that cannot be used; the message names it.
        package static let invalidConfiguration = Code(kind: .invalidConfiguration)
        /// No endpoint took the request, or answered a question in time. Nothing was changed.
        package static let unavailable = Code(kind: .unavailable)
        /// A write went out and its answer was lost: it may have been done, may be done yet, or may never be.
        /// Only reading tells, so it must not be sent again blindly.
        package static let outcomeUnknown = Code(kind: .outcomeUnknown)
        /// etcd understood the request and refused it. Nothing was changed.
        package static let refused = Code(kind: .refused)
        /// etcd does not accept the user and password. Nothing was changed.
        package static let unauthenticated = Code(kind: .unauthenticated)
        /// The user may not do this. Nothing was changed.
        package static let permissionDenied = Code(kind: .permissionDenied)
        /// The revision that was asked for is no longer kept: everything has to be read again.
        package static let compacted = Code(kind: .compacted)
        /// The lease has ended, or nobody has heard of it for so long that it has to be taken for ended.
        package static let leaseLost = Code(kind: .leaseLost)
        /// What came back is not what etcd's API says.
        package static let malformedAnswer = Code(kind: .malformedAnswer)
        /// An answer, or what is kept of several, is longer than the configuration allows.
        package static let tooLarge = Code(kind: .tooLarge)
        /// An endpoint belongs to another cluster than those that answered before.
        package static let wrongCluster = Code(kind: .wrongCluster)

        /// The code's name, for logs and messages.
        package var description: String { kind.rawValue }
    }

    /// What a caller can do about it.
    package let code: Code
    /// What happened, and the remedy where there is one.
    package let message: String
    /// The gRPC status code that etcd answered with; nil when the failure is not an answer of etcd's.
    /// The numbers are those of https://grpc.io/docs/guides/status-codes/.
    package let status: Int64?
    /// What was underneath, for logs.
    package let cause: (any Error)?
    /// Where it was made, as `Module/File.swift:line`.
    package let location: String

    /// Creates an error.
    package init(
        _ code: Code, _ message: String, status: Int64? = nil, cause: (any Error)? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.cause = cause
        self.location = "\(file):\(line)"
    }

    /// Code, message and cause, for logs and messages.
    package var description: String {
        "\(code): \(message)" + (cause.map { " (\($0))" } ?? "")
    }

    /// Whether the same request may succeed later without any danger of being done twice.
    package var isRetriable: Bool { code == .unavailable }
}
