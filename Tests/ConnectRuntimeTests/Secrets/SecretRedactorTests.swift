import ConnectAPI
import LogHarness
import Logging
import Testing

@testable import ConnectRuntime

@Suite struct SecretRedactorTests {
    @Test(arguments: [
        ("canary", "a canary, canaryx and xcanary", "a [hidden], [hidden]x and x[hidden]"),
        ("canary", "no bird", "no bird"),
        ("canary\n", "line canary.", "line [hidden]."),
        ("7", "7 of 77, x7 7x: 7.", "[hidden] of 77, x7 7x: [hidden]."),
        ("pä$s", "pä$s", "[hidden]"),
        ("a\"b\\c", #"{"p":"a\"b\\c"}"#, #"{"p":"[hidden]"}"#),
        ("p@ss/w d", "https://u:p%40ss%2Fw%20d@h", "https://u:[hidden]@h"),
        ("e\u{301}lan", "e\u{301}lan\u{300}", "[hidden]\u{300}"),
        ("", "nothing", "nothing"), ("  ", "  ", "  "),
    ])
    func secretsAreStruckOut(secret: String, text: String, expected: String) {
        #expect(SecretRedactor([secret]).redact(text) == expected)
    }

    @Test func theLongestSecretCounts() {
        let redactor = SecretRedactor(["canary", "canary-bird"])
        #expect(redactor.redact("canary-bird canary") == "[hidden] [hidden]")
        redactor.learn(["cage"])
        #expect(redactor.redact("canary in a cage") == "[hidden] in a [hidden]")
    }

    @Test func eachLineOfAKeyIsASecret() {
        let key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nshort\n-----END KEY-----\n"
        let redactor = SecretRedactor([key])
        #expect(redactor.redact("bad: \(key)") == "bad: [hidden]")
        #expect(redactor.redact("bad line MIIEvQIBADANBgkq") == "bad line [hidden]")
    }

    @Test func theOldestOfTooManyGo() {
        let redactor = SecretRedactor((0..<1001).map { "secret-\($0)-" })
        #expect(redactor.redact("secret-0- secret-1- secret-1000-") == "secret-0- [hidden] [hidden]")
    }

    @Test func errorsKeepTheirKindWithoutTheSecret() throws {
        let redactor = SecretRedactor(["canary"])
        struct Plain: Error { let text = "canary" }
        let cause = ConnectError(.unavailable, "canary refused", isRetriable: true, cause: Plain())
        let redacted = try #require(redactor.redact(cause) as? ConnectError)
        #expect(redacted.code == .unavailable && redacted.isRetriable && redacted.message == "[hidden] refused")
        #expect(!"\(redacted)".contains("canary"))
        #expect("\(redactor.redact(Plain()))".contains("[hidden]"))
        let harmless = ConnectError(.failed, "fine")
        #expect((redactor.redact(harmless) as? ConnectError)?.line == harmless.line)
    }

    @Test func logLinesHaveNoSecrets() {
        let lines = LogLines()
        let redactor = SecretRedactor(["canary"])
        var logger = lines.logger.redacted(by: redactor)
        logger[metadataKey: "always"] = "canary"
        logger.logLevel = .info
        logger.debug("not canary")
        logger.info(
            "the canary sings",
            metadata: [
                "a": "canary", "b": .array(["x", "canary"]), "c": .dictionary(["d": "canary"]),
                "e": .stringConvertible(ConnectError(.failed, "canary")),
            ])
        #expect(lines.all.count == 1)
        #expect(lines.all[0].hasPrefix("info the [hidden] sings a=[hidden] always=[hidden] b="))
        #expect(!lines.all[0].contains("canary"))
    }
}
