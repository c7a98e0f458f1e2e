import JSON
import KafkaClient
import Testing

@testable import RESTProxy

@Suite(.timeLimit(.minutes(1))) struct V3AccessControlTests {
    private static let entry =
        #"{"resource_type":"TOPIC","resource_name":"t","pattern_type":"LITERAL","principal":"User:a","host":"*","operation":"READ","permission":"ALLOW"}"#
    private static let query = "resource_type=topic&pattern_type=LITERAL&operation=READ&permission=ALLOW"

    /// The broker of this test has no ACLs, and what it answers is passed on.
    @Test(
        arguments: [
            ("GET", "/acls", nil), ("POST", "/acls", entry), ("POST", "/acls:batch", #"{"data":[\#(entry)]}"#),
            ("DELETE", "/acls?" + query, nil),
        ] as [(String, String, String?)])
    func theBrokersAnswerIsPassedOn(method: String, path: String, body: String?) async throws {
        try await V3Fixture.with { proxy in
            let answer = try await proxy.send(method, path, body)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.json["error_code"] == 40002)
            #expect(answer.json["message"]?.string?.contains("Acls") == true, "\(answer.text)")
        }
    }

    @Test(
        arguments: [
            ("GET", "/acls?resource_type=UNKNOWN", nil, "resource_type cannot be UNKNOWN"),
            ("GET", "/acls?operation=DANCE", nil, "operation is DANCE; it has to be one of UNKNOWN, ANY, ALL, READ"),
            ("DELETE", "/acls", nil, "resource_type cannot be unspecified or UNKNOWN"),
            (
                "DELETE", "/acls?resource_type=TOPIC&pattern_type=ANY&operation=ANY", nil,
                "permission cannot be unspecified or UNKNOWN"
            ),
            ("POST", "/acls", entry.replacing("TOPIC", with: "ANY"), "resource_type cannot be ANY"),
            ("POST", "/acls", entry.replacing("LITERAL", with: "MATCH"), "pattern_type cannot be MATCH"),
            ("POST", "/acls", entry.replacing("READ", with: "ANY"), "operation cannot be ANY"),
            ("POST", "/acls", entry.replacing("ALLOW", with: "UNKNOWN"), "permission cannot be ANY"),
            ("POST", "/acls", "{}", "Missing required property 'resource_type'"),
            ("POST", "/acls:batch", "{}", "Missing required property 'data'"),
        ] as [(String, String, String?, String)])
    func whatCannotBeMeantIsRefused(method: String, path: String, body: String?, message: String) async throws {
        try await V3Fixture.with { proxy in
            let answer = try await proxy.send(method, path, body)
            #expect(answer.status == 400)
            #expect(answer.json["error_code"] == 400)
            #expect(
                answer.json["message"]?.string?.hasPrefix("Bad Request: " + message) == true, "\(answer.text)")
        }
    }

    @Test func anEntryIsAResource() {
        let resources = ClusterResources(clusterID: "c", names: ResourceNames(base: "http://test"))
        let entry = AccessControlEntry(
            resourceType: .transactionalID, resourceName: "a b", patternType: .prefixed, principal: "User:a",
            operation: .describe, permission: .deny)
        #expect(
            resources.accessControl(entry) == [
                "kind": "KafkaAcl",
                "metadata": [
                    "self": .string(
                        "http://test/v3/clusters/c/acls?resource_type=TRANSACTIONAL_ID&resource_name=a%20b"
                            + "&pattern_type=PREFIXED&principal=User%3Aa&host=%2A&operation=DESCRIBE&permission=DENY")
                ], "cluster_id": "c", "resource_type": "TRANSACTIONAL_ID", "resource_name": "a b",
                "pattern_type": "PREFIXED", "principal": "User:a", "host": "*", "operation": "DESCRIBE",
                "permission": "DENY",
            ])
    }
}
