import HTTPService
import Testing

@testable import RESTProxy

@Suite struct ProxyAuthenticationTests {
    private let text = "# users\nalice: secret,admin, user\r\nbob:word\n\n"

    @Test func usersHaveTheirPasswords() throws {
        let users = try BasicAuthentication.users(text, in: "f", roles: [])
        #expect(users == ["alice": "secret", "bob": "word"])
        #expect(try BasicAuthentication.users(text, in: "f", roles: ["*"]).count == 2)
    }

    @Test func rolesLeaveOthersOut() throws {
        #expect(try BasicAuthentication.users(text, in: "f", roles: ["user"]) == ["alice": "secret"])
    }

    @Test(arguments: ["alice", ": secret", "alice:", "alice: MD5:0123", "alice: OBF:xyz"])
    func linesOfTheWrongFormAreNamedWithoutWhatTheySay(line: String) {
        let error = #expect(throws: HTTPServiceError.self) {
            try BasicAuthentication.users("ok: fine\n" + line, in: "f", roles: [])
        }
        #expect(error?.message.contains("line 2") == true)
        #expect(error?.message.contains("0123") == false)
        #expect(error?.message.contains("secret") == false)
    }

    @Test(arguments: [
        ["authentication.method": "BEARER"], ["authentication.method": "BASIC"],
        ["authentication.method": "BASIC", "authentication.realm": "R"],
    ])
    func whatIsMissingIsNamed(properties: [String: String]) {
        #expect(throws: HTTPServiceError.self) { try BasicAuthentication(PropertyReader(properties)) }
    }

    @Test func nobodyIsAskedUnlessTheSettingsSaySo() throws {
        #expect(try BasicAuthentication(PropertyReader([:])) == nil)
    }
}
