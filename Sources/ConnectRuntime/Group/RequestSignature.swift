import ConnectAPI
import RecordFormat

/// The signature of a request that only workers of the group may make, as its header fields carry it (KIP-507).
public struct RequestSignature: Sendable {
    /// The field with the signature itself, in Base64.
    public static let signatureField = "X-Connect-Authorization"
    /// The field that names how it was made.
    public static let algorithmField = "X-Connect-Request-Signature-Algorithm"

    let algorithm: String
    let signature: String

    /// Takes the two fields; `nil` when one of them is missing.
    public init?(algorithm: String?, signature: String?) {
        guard let algorithm, let signature else { return nil }
        self.algorithm = algorithm
        self.signature = signature
    }

    /// The fields for a request with this body.
    static func fields(
        for body: [UInt8], _ algorithm: SignatureAlgorithm, key: SessionKey
    ) -> [(name: String, value: String)] {
        [
            (signatureField, Base64.encode(ByteSlice(algorithm.signature(of: body, with: key)))),
            (algorithmField, algorithm.rawValue),
        ]
    }

    /// Why a request is not taken for one of a worker of the group.
    public enum Problem: Error, Sendable, Hashable {
        /// There is no signature, or none that can be checked.
        case malformed(String)
        /// This worker knows no key yet.
        case noKey
        /// The signature is another one's.
        case wrong
    }

    /// Checks a request.
    ///
    /// - Throws: ``Problem``.
    static func check(
        _ signature: RequestSignature?, of body: [UInt8], key: SessionKey?, allowed: Set<SignatureAlgorithm>
    ) throws(Problem) {
        guard let signature else { throw .malformed("Internal request missing required signature") }
        guard let algorithm = SignatureAlgorithm(rawValue: signature.algorithm), allowed.contains(algorithm) else {
            throw .malformed(
                "This worker does not support the '\(signature.algorithm.prefix(64))' key signing algorithm used by other"
                    + " workers. This worker is currently configured to use: \(allowed.map(\.rawValue).sorted())."
                    + " Check that all workers' configuration files permit the same set of signature algorithms, and"
                    + " correct any misconfigured worker and restart it.")
        }
        guard let key else { throw .noKey }
        guard let bytes = Base64.decode(signature.signature) else {
            throw .malformed("\(signatureField) is not Base64")
        }
        guard algorithm.isValid(bytes.array, of: body, with: key) else { throw .wrong }
    }
}
