import JSON
import RecordFormat
import Testing

@testable import ConnectRuntime

@Suite struct RequestSignatureTests {
    private static let key = SessionKey(bytes: Array("key".utf8), algorithm: "HmacSHA256", createdAt: 0)
    private static let body = Array("The quick brown fox jumps over the lazy dog".utf8)

    private static func signed(_ body: [UInt8], by algorithm: SignatureAlgorithm = .sha256) -> RequestSignature? {
        let fields = RequestSignature.fields(for: body, algorithm, key: key)
        func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        return RequestSignature(
            algorithm: value("X-Connect-Request-Signature-Algorithm"), signature: value("X-Connect-Authorization"))
    }

    /// The well-known HMACs of this key and text.
    @Test func signaturesAreHMACs() throws {
        func text(_ algorithm: SignatureAlgorithm) -> String {
            algorithm.signature(of: Self.body, with: Self.key).map {
                String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
            }
            .joined()
        }
        #expect(text(.sha256) == "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")
        #expect(text(.sha1) == "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9")
    }

    @Test(arguments: SignatureAlgorithm.allCases) func aSignedRequestIsTaken(_ algorithm: SignatureAlgorithm) throws {
        try RequestSignature.check(
            Self.signed(Self.body, by: algorithm), of: Self.body, key: Self.key, allowed: [algorithm])
    }

    @Test func othersAreNot() {
        let allowed: Set<SignatureAlgorithm> = [.sha256]
        func problem(_ signature: RequestSignature?, of body: [UInt8], key: SessionKey?) -> RequestSignature.Problem? {
            do {
                try RequestSignature.check(signature, of: body, key: key, allowed: allowed)
                return nil
            } catch {
                return error
            }
        }
        #expect(
            problem(nil, of: Self.body, key: Self.key) == .malformed("Internal request missing required signature"))
        #expect(problem(Self.signed(Self.body), of: Self.body, key: nil) == .noKey)
        #expect(problem(Self.signed(Self.body), of: [1], key: Self.key) == .wrong)
        let another = SessionKey(bytes: [9], algorithm: "HmacSHA256", createdAt: 0)
        #expect(problem(Self.signed(Self.body), of: Self.body, key: another) == .wrong)
        guard case .malformed = problem(Self.signed(Self.body, by: .sha1), of: Self.body, key: Self.key) else {
            Issue.record("an algorithm that is not allowed was taken")
            return
        }
        let garbled = RequestSignature(algorithm: "HmacSHA256", signature: "%%%")
        guard case .malformed = problem(garbled, of: Self.body, key: Self.key) else {
            Issue.record("a signature that is no Base64 was taken")
            return
        }
    }

    @Test func keysComeBackFromTheConfigTopic() throws {
        let key = SessionKey.generate(for: .sha512, bits: nil, createdAt: 1_700_000_000_000)
        #expect(key.bytes.count == 64)
        let record = ConfigRecord.sessionKey(key)
        #expect(record.key == "session-key")
        #expect(try ConfigRecord(key: record.key, value: record.value) == record)
        #expect(throws: RecordProblem.self) { try ConfigRecord(key: "session-key", value: ["key": "AA=="]) }
        #expect(SessionKey.generate(for: .sha256, bits: 128, createdAt: 0).bytes.count == 16)
    }
}
