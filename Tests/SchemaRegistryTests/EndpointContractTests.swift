import HTTPTestSupport
import JSON
import LogHarness
import Logging
import Testing

/// Every endpoint: the request, the status and the body, which has to be what the OpenAPI document says.
@Suite(.timeLimit(.minutes(2))) struct EndpointContractTests {
    @Test func everyEndpointAnswersAsDescribed() async throws {
        try await RegistryFixture.with { fixture async throws in
            try await fixture.serving { server async throws in
                let document = try await ServedDocument(server)
                let rows =
                    Self.server + Self.registration + Self.reading + Self.absences + Self.compatibility + Self.config
                    + Self.references + Self.deletion + Self.modes + Self.contexts + Self.mistakes
                for row in rows { try await row.check(server, against: document) }
                let covered = Set(try rows.map { try document.route($0) })
                #expect(
                    Set(document.routes).subtracting(covered).map(\.description).sorted() == [],
                    "each endpoint has a row here")
                #expect(server.lines.messages(from: .error) == [])
            }
        }
    }

    private static let server: [Contract] = [
        Contract("GET /", 200, .exactly("{}")), Contract("POST /", "{}", 200, .exactly("{}")),
        Contract("GET /v1/metadata/id"),
        Contract("GET /v1/metadata/version", 200, .exactly(#"{"version":"1.0","commitId":"abc"}"#)),
        Contract("GET /schemas/types", 200, .exactly(#"["JSON","AVRO"]"#)),
        Contract("GET /openapi.json"), Contract("GET /subjects", 200, .exactly("[]")),
        Contract("GET /contexts", 200, .exactly(#"["."]"#)),
        Contract("GET /config", 200, .exactly(#"{"compatibilityLevel":"BACKWARD"}"#)),
        Contract("GET /mode", 200, .exactly(#"{"mode":"READWRITE"}"#)),
    ]

    private static let guid = "0cc175b9-c0f1-b6a8-31c3-99e269772661"

    private static let registration: [Contract] = [
        Contract(
            "POST /subjects/s/versions", #"{"schema":" a "}"#, 200,
            .exactly(#"{"id":1,"version":1,"guid":"\#(guid)","schema":"a"}"#)),
        Contract(
            "POST /subjects/s/versions", #"{"schema":"a","schemaType":"AVRO"}"#, 200,
            .exactly(#"{"id":1,"version":1,"guid":"\#(guid)","schema":"a"}"#)),
        Contract("POST /subjects/s/versions", #"{"schema":"a b?"}"#),
        Contract(
            "POST /subjects/s/versions", #"{"schema":"a c"}"#, 409,
            .error(
                40901,
                #"Schema being registered is incompatible with an earlier schema for subject "s", details: "#
                    + "[the new schema needs c, which the old one has not, {oldSchemaVersion: 2}, {oldSchema: 'a b?'}, "
                    + "{validateFields: 'false', compatibility: 'BACKWARD'}]")),
        Contract("POST /subjects/s/versions?normalize=true", #"{"schema":"b? a"}"#, 200, .described),
        Contract(
            "POST /subjects/other/versions", #"{"schema":"a"}"#, 200,
            .exactly(#"{"id":1,"version":1,"guid":"\#(guid)","schema":"a"}"#)),
        Contract("POST /subjects/j/versions", #"{"schema":"a","schemaType":"JSON"}"#),
        Contract(
            "POST /subjects/x/versions", #"{"schema":"a","schemaType":"XML"}"#, 422,
            .error(42201, "Invalid schema type XML")),
        Contract("POST /subjects/x/versions", #"{"schema":"a!"}"#, 422),
        Contract("POST /subjects/x/versions", "{}", 422, .error(42201, "Empty schema")),
        Contract(
            "POST /subjects/__EMPTY/versions", #"{"schema":"a"}"#, 422,
            .error(42208, "The specified subject '__EMPTY' is not a valid.")),
        Contract(
            "POST /subjects/x/versions", #"{"schema":"a","id":5}"#, 422,
            .error(42205, "Subject x in context  is not in import mode")),
        Contract(
            "POST /subjects/x/versions", #"{"schema":"a","version":3}"#, 422,
            .error(42201, "Version is not one more than previous version")),
        Contract(
            "POST /subjects/x/versions", #"{"schema":"a","ruleSet":{"domainRules":[{"name":"r"}]}}"#, 422,
            .error(42210, "Missing rule type")),
    ]

    private static let reading: [Contract] = [
        Contract("GET /subjects", 200, .exactly(#"["j","other","s"]"#)),
        Contract("GET /subjects?subjectPrefix=o", 200, .exactly(#"["other"]"#)),
        Contract("GET /subjects?offset=1&limit=1", 200, .exactly(#"["other"]"#)),
        Contract("GET /subjects?limit=x", 400),
        Contract("GET /subjects/s/versions", 200, .exactly("[1,2]")),
        Contract("GET /subjects/none/versions", 404, .error(40401, "Subject 'none' not found.")),
        Contract(
            "GET /subjects/s/versions/1", 200,
            .exactly(#"{"subject":"s","version":1,"id":1,"guid":"\#(guid)","schema":"a"}"#)),
        Contract("GET /subjects/s/versions/latest"), Contract("GET /subjects/s/versions/-1"),
        Contract("GET /subjects/s/versions/9", 404, .error(40402, "Version 9 not found.")),
        Contract("GET /subjects/none/versions/1", 404, .error(40401, "Subject 'none' not found.")),
        Contract(
            "GET /subjects/s/versions/0", 422,
            .error(
                42202,
                "The specified version '0' is not a valid version id. Allowed values are between [1, 2^31-1] and the"
                    + " string \"latest\"")),
        Contract("GET /subjects/s/versions/2/schema", 200, .text("a b?")),
        Contract("GET /subjects/s/versions/2/schema?format=upper", 200, .text("A B?")),
        Contract("GET /subjects/s/versions/1/referencedby", 200, .exactly("[]")),
        Contract("GET /subjects/s/metadata?key=a&value=b", 404, .error(40403, "Schema not found")),
        Contract("POST /subjects/s", #"{"schema":"a  b?"}"#),
        Contract("POST /subjects/s", #"{"schema":"z"}"#, 404, .error(40403, "Schema not found")),
        Contract("POST /subjects/none", #"{"schema":"a"}"#, 404, .error(40401, "Subject 'none' not found.")),
        Contract("GET /schemas"), Contract("GET /schemas?latestOnly=true&subjectPrefix=s"),
        Contract("GET /schemas/ids/1", 200, .exactly(#"{"guid":"\#(guid)","schema":"a"}"#)),
        Contract(
            "GET /schemas/ids/1?fetchMaxId=true&subject=s", 200,
            .exactly(#"{"subject":"s","version":1,"guid":"\#(guid)","schema":"a","maxId":3}"#)),
        Contract("GET /schemas/ids/77", 404, .error(40403, "Schema 77 not found")),
        Contract("GET /schemas/ids/1/schema", 200, .text("a")),
        Contract("GET /schemas/ids/1/subjects", 200, .exactly(#"["other","s"]"#)),
        Contract("GET /schemas/ids/77/subjects", 404, .error(40403, "Schema not found")),
        Contract(
            "GET /schemas/ids/1/versions", 200,
            .exactly(#"[{"subject":"other","version":1},{"subject":"s","version":1}]"#)),
        Contract("GET /schemas/guids/\(guid)", 200, .exactly(#"{"guid":"\#(guid)","schema":"a"}"#)),
        Contract("GET /schemas/guids/nonsense", 404, .error(40403, "Schema nonsense not found")),
        Contract("GET /schemas/guids/\(guid)/ids", 200, .exactly(#"[{"context":".","id":1}]"#)),
    ]

    /// What there is not, and what is left out of lists.
    private static let absences: [Contract] = [
        Contract("GET /schemas/ids/x", 404, .error(404, "HTTP 404 Not Found")),
        Contract("GET /schemas/ids/77/schema", 404, .error(40403, "Schema 77 not found")),
        Contract("GET /schemas/ids/77/versions", 404, .error(40403, "Schema not found")),
        Contract(
            "GET /schemas/guids/\(noGUID)", 404, .error(40403, "Schema \(noGUID) not found")),
        Contract("GET /schemas/guids/\(noGUID)/ids", 200, .exactly("[]")),
        Contract("GET /subjects/s/versions/9/schema", 404, .error(40402, "Version 9 not found.")),
        Contract("GET /subjects/none/versions/1/referencedby", 404, .error(40401, "Subject 'none' not found.")),
        Contract("GET /subjects/none/metadata?key=a&value=b", 404, .error(40401, "Subject 'none' not found.")),
        Contract("GET /schemas/ids/1/subjects?limit=x", 400),
        Contract("GET /schemas/ids/1/subjects?offset=1&limit=1", 200, .exactly(#"["s"]"#)),
        Contract("GET /schemas/ids/1/versions?offset=1", 200, .exactly(#"[{"subject":"s","version":1}]"#)),
        Contract("GET /subjects/s/versions?offset=1&limit=1", 200, .exactly("[2]")),
        Contract(
            "GET /schemas?subjectPrefix=o&limit=1", 200,
            .exactly(#"[{"subject":"other","version":1,"id":1,"guid":"\#(guid)","schema":"a"}]"#)),
        Contract(
            "POST /compatibility/subjects/s/versions/x", #"{"schema":"a"}"#, 422,
            .error(
                42202,
                "The specified version 'x' is not a valid version id. Allowed values are between [1, 2^31-1] and the"
                    + " string \"latest\"")),
        Contract("GET /mode/none?defaultToGlobal=true", 200, .exactly(#"{"mode":"READWRITE"}"#)),
    ]
    private static let noGUID = "00000000-0000-0000-0000-000000000000"

    private static let compatibility: [Contract] = [
        Contract(
            "POST /compatibility/subjects/s/versions/latest", #"{"schema":"a"}"#, 200,
            .exactly(#"{"is_compatible":true}"#)),
        Contract(
            "POST /compatibility/subjects/s/versions/1?verbose=true", #"{"schema":"a"}"#, 200,
            .exactly(#"{"is_compatible":true,"messages":[]}"#)),
        Contract("POST /compatibility/subjects/s/versions?verbose=true", #"{"schema":"z"}"#),
        Contract(
            "POST /compatibility/subjects/s/versions", #"{"schema":"z"}"#, 200,
            .exactly(#"{"is_compatible":false}"#)),
        Contract(
            "POST /compatibility/subjects/s/versions/9", #"{"schema":"z"}"#, 404,
            .error(40402, "Version 9 not found.")),
        Contract(
            "POST /compatibility/subjects/none/versions/latest", #"{"schema":"z"}"#, 200,
            .exactly(#"{"is_compatible":true}"#)),
        Contract("POST /compatibility/subjects/s/versions", #"{"schema":"!"}"#, 422),
        Contract("POST /compatibility/subjects/s/versions?verbose=true", #"{"schema":"!"}"#, 200),
    ]

    private static let config: [Contract] = [
        Contract(
            "GET /config/s", 404, .error(40408, "Subject 's' does not have subject-level compatibility configured")),
        Contract("GET /config/s?defaultToGlobal=true", 200, .exactly(#"{"compatibilityLevel":"BACKWARD"}"#)),
        Contract("PUT /config", #"{"compatibility":"full"}"#, 200, .exactly(#"{"compatibility":"FULL"}"#)),
        Contract(
            "PUT /config/s", #"{"compatibility":"NONE","normalize":true}"#, 200,
            .exactly(#"{"normalize":true,"compatibility":"NONE"}"#)),
        Contract(
            "PUT /config/s", #"{"normalize":null,"compatibilityGroup":"g"}"#, 200,
            .exactly(#"{"compatibility":"NONE","compatibilityGroup":"g"}"#)),
        Contract(
            "PUT /config/s", #"{"compatibility":"SOME"}"#, 422,
            .error(
                42203,
                "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive,"
                    + " forward_transitive, and full_transitive")),
        Contract("PUT /config/s", #"{"normalize":[]}"#, 400),
        Contract("GET /config/s", 200, .exactly(#"{"compatibilityLevel":"NONE","compatibilityGroup":"g"}"#)),
        Contract("DELETE /config/s", 200, .exactly(#"{"compatibilityLevel":"NONE","compatibilityGroup":"g"}"#)),
        Contract("DELETE /config/s", 404, .error(40401, "Subject 's' not found.")),
        Contract("DELETE /config", 200, .exactly(#"{"compatibilityLevel":"FULL"}"#)),
        Contract("GET /config", 200, .exactly(#"{"compatibilityLevel":"BACKWARD"}"#)),
        Contract("PUT /config/:.__GLOBAL:", #"{"compatibility":"FORWARD"}"#),
        Contract("GET /config/none?defaultToGlobal=true", 200, .exactly(#"{"compatibilityLevel":"FORWARD"}"#)),
        Contract("DELETE /config/:.__GLOBAL:"),
    ]

    private static let references: [Contract] = [
        Contract(
            "POST /subjects/r/versions",
            #"{"schema":"@other x","references":[{"name":"other","subject":"other","version":-1}]}"#),
        Contract(
            "POST /subjects/r2/versions",
            #"{"schema":"@q","references":[{"name":"q","subject":"nowhere","version":1}]}"#, 422),
        Contract("GET /subjects/other/versions/1/referencedby", 200, .exactly("[4]")),
        Contract(
            "DELETE /subjects/other/versions/1", 422,
            .error(
                42206,
                "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=other,version=1}.")),
        Contract(
            "DELETE /subjects/other", 422,
            .error(
                42206,
                "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=other,version=1}.")),
        Contract("DELETE /subjects/r", 200, .exactly("[1]")),
        Contract("DELETE /subjects/r?permanent=true", 200, .exactly("[1]")),
    ]

    private static let deletion: [Contract] = [
        Contract(
            "DELETE /subjects/s/versions/1?permanent=true", 404,
            .error(40407, "Subject 's' Version 1 was not deleted first before being permanently deleted")),
        Contract("DELETE /subjects/s/versions/1", 200, .exactly("1")),
        Contract(
            "DELETE /subjects/s/versions/1", 404,
            .error(40406, "Subject 's' Version 1 was soft deleted.Set permanent=true to delete permanently")),
        Contract("GET /schemas/ids/1/subjects", 200, .exactly(#"["other"]"#)),
        Contract("GET /schemas/ids/1/subjects?deleted=true", 200, .exactly(#"["other","s"]"#)),
        Contract("POST /subjects/s", #"{"schema":"a"}"#, 404, .error(40403, "Schema not found")),
        Contract("POST /subjects/s?deleted=true", #"{"schema":"a"}"#),
        Contract("GET /subjects/s/versions?deleted=true", 200, .exactly("[1,2]")),
        Contract("GET /subjects/s/versions?deletedOnly=true", 200, .exactly("[1]")),
        Contract("GET /subjects/s/versions?deletedAsNegative=true", 200, .exactly("[-1,2]")),
        Contract("GET /subjects/s/versions/1", 404, .error(40402, "Version 1 not found.")),
        Contract("GET /subjects/s/versions/1?deleted=true"),
        Contract("DELETE /subjects/s/versions/1?permanent=true", 200, .exactly("1")),
        Contract("DELETE /subjects/s/versions/1", 404, .error(40402, "Version 1 not found.")),
        Contract("DELETE /subjects/none/versions/1", 404, .error(40401, "Subject 'none' not found.")),
        Contract("DELETE /subjects/s/versions/x", 422),
        Contract(
            "DELETE /subjects/s?permanent=true", 404,
            .error(40405, "Subject 's' was not deleted first before being permanently deleted")),
        Contract("DELETE /subjects/s", 200, .exactly("[2]")),
        Contract(
            "DELETE /subjects/s", 404,
            .error(40404, "Subject 's' was soft deleted.Set permanent=true to delete permanently")),
        Contract("GET /subjects?deletedOnly=true", 200, .exactly(#"["s"]"#)),
        Contract("DELETE /subjects/s?permanent=true", 200, .exactly("[2]")),
        Contract("DELETE /subjects/s", 404, .error(40401, "Subject 's' not found.")),
    ]

    private static let modes: [Contract] = [
        Contract("GET /mode/s", 404, .error(40409, "Subject 's' does not have subject-level mode configured")),
        Contract("PUT /mode/other", #"{"mode":"readonly"}"#, 200, .exactly(#"{"mode":"READONLY"}"#)),
        Contract("GET /mode/other", 200, .exactly(#"{"mode":"READONLY"}"#)),
        Contract(
            "POST /subjects/other/versions", #"{"schema":"a k?"}"#, 422,
            .error(42205, "Subject other in context  is in read-only mode")),
        Contract("DELETE /mode/other", 200, .exactly(#"{"mode":"READONLY"}"#)),
        Contract("DELETE /mode/other", 404, .error(40401, "Subject 'other' not found.")),
        Contract(
            "PUT /mode/s", #"{"mode":"SOME"}"#, 422,
            .error(42204, "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.")),
        Contract(
            "PUT /mode", #"{"mode":"FORWARD"}"#, 422,
            .error(42204, "Forward mode only supported on global level")),
        Contract(
            "PUT /mode", #"{"mode":"IMPORT"}"#, 422,
            .error(42205, "Cannot import since found existing subjects")),
        Contract("PUT /mode/i", #"{"mode":"IMPORT"}"#),
        Contract("POST /subjects/i/versions", #"{"schema":"i1","id":500,"version":7}"#),
        Contract("GET /subjects/i/versions", 200, .exactly("[7]")),
        Contract(
            "POST /subjects/i/versions", #"{"schema":"i2","id":500,"version":8}"#, 422,
            .error(42205, "Overwrite new schema with id 500 in context  is not permitted.")),
        Contract(
            "POST /subjects/i/versions", #"{"schema":"i2"}"#, 422,
            .error(42205, "Subject i in context  is not in read-write mode")),
        Contract("PUT /mode?force=true", #"{"mode":"READONLY_OVERRIDE"}"#),
        Contract("GET /mode/i?defaultToGlobal=true", 200, .exactly(#"{"mode":"READONLY_OVERRIDE"}"#)),
        Contract("DELETE /mode", 200, .exactly(#"{"mode":"READONLY_OVERRIDE"}"#)),
    ]

    private static let contexts: [Contract] = [
        Contract(
            "POST /subjects/:.c:s/versions", #"{"schema":"a"}"#, 200,
            .exactly(#"{"id":1,"version":1,"guid":"\#(guid)","schema":"a"}"#)),
        Contract("GET /contexts", 200, .exactly(#"[".",".c"]"#)),
        Contract("GET /subjects?subjectPrefix=:.c:", 200, .exactly(#"[":.c:s"]"#)),
        Contract("GET /subjects?subjectPrefix=:*:s", 200, .exactly(#"[":.c:s"]"#)),
        Contract("GET /subjects/:.c:s/versions", 200, .exactly("[1]")),
        Contract("DELETE /contexts/.c", 422, .error(42211, "The specified context ':.c:' is not empty.")),
        Contract("DELETE /subjects/:.c:s"), Contract("DELETE /subjects/:.c:s?permanent=true"),
        Contract("DELETE /contexts/.c", 204, .empty),
        Contract("GET /contexts", 200, .exactly(#"["."]"#)),
    ]

    private static let mistakes: [Contract] = [
        Contract("POST /subjects/s/versions", nil, 422), Contract("POST /subjects/s/versions", "null", 422),
        Contract("POST /subjects/s/versions", "[]", 400), Contract("POST /subjects/s/versions", "{", 400),
        Contract("POST /subjects/s/versions", #"{"schema":{}}"#, 400),
        Contract("POST /subjects/s/versions", #"{"schema":"a","references":[{}]}"#, 400),
        Contract("PUT /mode", "{}", 422),
    ]
}
