import ConnectPlugins
import Crypto
import JSON

/// The key with which the workers of a group sign what they ask of each other, kept in the config topic (KIP-507).
struct SessionKey: Sendable, Hashable {
    /// The key itself.
    var bytes: [UInt8]
    /// What it was made for, such as `HmacSHA256`.
    var algorithm: String
    /// When it was made, in milliseconds since 1970.
    var createdAt: Int64

    /// Makes a key.
    ///
    /// - Parameter bits: Its size; `nil` for the size that the algorithm's own output has.
    static func generate(for algorithm: SignatureAlgorithm, bits: Int?, createdAt: Int64) -> SessionKey {
        let size = bits.map { ($0 + 7) / 8 } ?? algorithm.digestSize
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return SessionKey(bytes: bytes, algorithm: algorithm.rawValue, createdAt: createdAt)
    }
}

/// A way of signing requests, under the name that Java gives it.
enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    case sha256 = "HmacSHA256"
    case sha384 = "HmacSHA384"
    case sha512 = "HmacSHA512"
    case sha1 = "HmacSHA1"

    /// How many bytes a signature has.
    var digestSize: Int {
        switch self {
        case .sha256: SHA256.byteCount
        case .sha384: SHA384.byteCount
        case .sha512: SHA512.byteCount
        case .sha1: Insecure.SHA1.byteCount
        }
    }

    /// Signs `body`.
    func signature(of body: [UInt8], with key: SessionKey) -> [UInt8] {
        let key = SymmetricKey(data: key.bytes)
        return switch self {
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: body, using: key))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: body, using: key))
        case .sha512: Array(HMAC<SHA512>.authenticationCode(for: body, using: key))
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: body, using: key))
        }
    }

    /// Whether `signature` is that of `body`; takes as long for a wrong one as for the right one.
    func isValid(_ signature: [UInt8], of body: [UInt8], with key: SessionKey) -> Bool {
        let key = SymmetricKey(data: key.bytes)
        return switch self {
        case .sha256: HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: body, using: key)
        case .sha384: HMAC<SHA384>.isValidAuthenticationCode(signature, authenticating: body, using: key)
        case .sha512: HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: body, using: key)
        case .sha1: HMAC<Insecure.SHA1>.isValidAuthenticationCode(signature, authenticating: body, using: key)
        }
    }
}
