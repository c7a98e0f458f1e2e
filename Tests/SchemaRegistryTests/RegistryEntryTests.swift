import JSON
import SchemaFormat
import Testing

@testable import SchemaRegistry

@Suite struct RegistryEntryTests {
    private static func schema(_ text: String = "a", isDeleted: Bool = false) -> RegisteredSchema {
        RegisteredSchema(subject: "s", version: 1, id: 7, text: text, isDeleted: isDeleted)
    }

    /// Keys and values as Confluent's registry writes them, byte for byte.
    private static let written: [(RegistryEntry, key: String, value: String?)] = [
        (
            RegistryEntry(schema()), #"{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}"#,
            #"{"subject":"s","version":1,"id":7,"md5":"DMF1ucDxtqgxw5niaXcmYQ==","schemaType":"AVRO","schema":"a","deleted":false}"#
        ),
        (
            RegistryEntry(.config(subject: nil), .config(config { $0.level = .fullTransitive })),
            #"{"keytype":"CONFIG","magic":0}"#, #"{"compatibilityLevel":"FULL_TRANSITIVE"}"#
        ),
        (
            RegistryEntry(
                .config(subject: "s"),
                .config(
                    config {
                        $0.alias = "t"
                        $0.normalize = true
                        $0.level = .backward
                        $0.group = "g"
                    })), #"{"keytype":"CONFIG","subject":"s","magic":0}"#,
            #"{"subject":"s","alias":"t","normalize":true,"compatibilityLevel":"BACKWARD","compatibilityGroup":"g"}"#
        ),
        (
            RegistryEntry(.mode(subject: "s"), .mode(.readOnlyOverride)),
            #"{"keytype":"MODE","subject":"s","magic":0}"#, #"{"subject":"s","mode":"READONLY_OVERRIDE"}"#
        ),
        (
            RegistryEntry(.deleteSubject("s"), .deleteSubject(through: 3)),
            #"{"keytype":"DELETE_SUBJECT","subject":"s","magic":0}"#, #"{"subject":"s","version":3}"#
        ),
        (
            RegistryEntry(.clearSubject("s"), .clearSubject),
            #"{"keytype":"CLEAR_SUBJECT","subject":"s","magic":0}"#, #"{"subject":"s"}"#
        ),
        (
            RegistryEntry(.context(".c"), .context),
            #"{"keytype":"CONTEXT","tenant":"default","context":".c","magic":0}"#,
            #"{"tenant":"default","context":".c"}"#
        ),
        (
            RegistryEntry(.noop, .noop(highestIDs: [".": 4, ".c": 1])), #"{"keytype":"NOOP","magic":0}"#,
            #"{"maxIds":{".":4,".c":1}}"#
        ),
        (RegistryEntry(.noop, nil), #"{"keytype":"NOOP","magic":0}"#, nil),
    ]

    private static func config(_ change: (inout SubjectConfig) -> Void) -> SubjectConfig {
        var config = SubjectConfig()
        change(&config)
        return config
    }

    @Test func recordsAreWrittenAsOthersWriteThem() throws {
        for (entry, key, value) in Self.written {
            #expect(String(decoding: entry.key.utf8, as: UTF8.self) == key)
            #expect(entry.valueUTF8.map { String(decoding: $0, as: UTF8.self) } == value)
            #expect(try RegistryEntry(key: Array(key.utf8), value: value.map { Array($0.utf8) }) == entry)
        }
    }

    @Test func metadataAndRulesGoIntoTheRecordInTheirOrder() throws {
        let json = try JSONValue(
            parsing: #"""
                {"subject":"s","version":2,"id":3,"schemaType":"JSON","schema":"x","references":[{"version":1,"subject":"r","name":"n"}],
                "metadata":{"properties":{"b":"2","a":1},"tags":{"p":["z","a","z"]},"sensitive":["b"]},
                "ruleSet":{"domainRules":[{"type":"CEL","name":"r1","params":{"y":"1","x":true},"mode":"WRITE","expr":"e"}],"enableAt":"CLIENT"}}
                """#)
        let schema = try RegisteredSchema(#require(json.object))
        let text = schema.record.text
        let members = try #require(JSONValue(parsing: text).object).members.map(\.name)
        #expect(
            members == [
                "subject", "version", "id", "md5", "schemaType", "references", "metadata", "ruleSet", "schema",
                "deleted",
            ])
        #expect(
            schema.metadata?.json.text
                == #"{"tags":{"p":["a","z"]},"properties":{"a":"1","b":"2"},"sensitive":["b"]}"#)
        #expect(
            schema.ruleSet?.json.text
                == #"{"domainRules":[{"name":"r1","kind":"TRANSFORM","mode":"WRITE","type":"CEL","params":{"x":"true","y":"1"},"expr":"e","disabled":false}],"enableAt":"CLIENT"}"#
        )
        #expect(try RegisteredSchema(#require(JSONValue(parsing: text).object)) == schema)
    }

    @Test func keysAreReadInAnyOrder() throws {
        let karapace = #"{"subject":"s","version":3,"magic":1,"keytype":"SCHEMA"}"#
        #expect(try RegistryKey(parsing: Array(karapace.utf8)) == .schema(SubjectVersion(subject: "s", version: 3)))
        let old = #"{"keytype":"CONFIG","subject":null,"magic":0}"#
        #expect(try RegistryKey(parsing: Array(old.utf8)) == .config(subject: nil))
        let entry = try RegistryEntry(
            key: Array(karapace.utf8), value: Array(#"{"subject":"s","version":3,"id":9,"schema":"a"}"#.utf8))
        guard case .schema(let schema) = entry.value else { return #expect(Bool(false), "a schema") }
        #expect(schema.type == "AVRO" && !schema.isDeleted && schema.id == 9)
    }

    @Test func whatOthersKeepThereIsNoFault() {
        for key in [
            #"{"keytype":"ASSOC","magic":0,"tenant":"default"}"#,
            #"{"keytype":"CONTEXT","tenant":"other","context":".c","magic":0}"#,
        ] {
            #expect(throws: RegistryKey.Fault.self) { try RegistryKey(parsing: Array(key.utf8)) }
            do {
                _ = try RegistryKey(parsing: Array(key.utf8))
            } catch {
                guard case .foreign = error else {
                    #expect(Bool(false), "\(key)")
                    continue
                }
            }
        }
    }

    @Test(
        arguments: [
            ("", nil), ("nonsense", nil), ("[]", nil), ("{}", nil), (#"{"keytype":{}}"#, nil),
            (#"{"keytype":"SCHEMA","subject":"s","magic":1}"#, nil),
            (#"{"keytype":"SCHEMA","subject":"s","version":1,"magic":2}"#, nil),
            (#"{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}"#, "[]"),
            (#"{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}"#, "{}"),
            (
                #"{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}"#,
                #"{"subject":"s","version":1,"id":{},"schema":"a"}"#
            ),
            (#"{"keytype":"MODE","magic":0}"#, #"{"mode":"WRITEONLY"}"#),
            (#"{"keytype":"CONFIG","magic":0}"#, #"{"compatibilityLevel":"SOME"}"#),
            (#"{"keytype":"DELETE_SUBJECT","subject":"s","magic":0}"#, #"{"subject":"s"}"#),
        ] as [(String, String?)])
    func whatIsMalformedIsSaidToBe(_ key: String, _ value: String?) {
        do {
            _ = try RegistryEntry(key: Array(key.utf8), value: value.map { Array($0.utf8) })
            #expect(Bool(false), "\(key) \(value ?? "")")
        } catch {
            guard case .malformed(let reason) = error else { return #expect(Bool(false), "\(error)") }
            #expect(!reason.isEmpty)
        }
    }

    @Test func fingerprintsAreThoseOfOthers() throws {
        // The MD5 of a text by itself, as any tool computes it.
        let guid = SchemaGUID(text: "a", references: [], metadata: nil, ruleSet: nil)
        #expect(guid.description == "0cc175b9-c0f1-b6a8-31c3-99e269772661")
        #expect(SchemaGUID(parsing: guid.description) == guid)
        #expect(SchemaGUID(parsing: "0CC175B9C0F1B6A831C399E269772661") == guid)
        #expect(SchemaGUID(base64: guid.base64) == guid)
        for text in ["", "0cc175b9", "0cc175b9-c0f1-b6a8-31c3-99e26977266", "+cc175b9c0f1b6a831c399e269772661"] {
            #expect(SchemaGUID(parsing: text) == nil, "\(text)")
        }
        let reference = SchemaReference(name: "n", subject: "s", version: 258)
        // name, subject and the version in four bytes behind the text: "ans" 00 00 01 02.
        #expect(
            SchemaGUID(text: "a", references: [reference], metadata: nil, ruleSet: nil)
                != SchemaGUID(text: "a", references: [], metadata: nil, ruleSet: nil))
        #expect(
            SchemaGUID(text: "a", references: [], metadata: SchemaMetadata(), ruleSet: nil)
                == SchemaGUID(text: "a\u{1}", references: [], metadata: nil, ruleSet: nil))
    }

    @Test func rulesAreHeldToTheirForm() throws {
        func problem(_ json: String) throws -> String? {
            try RuleSet(#require(JSONValue(parsing: json).object)).problem
        }
        #expect(
            try problem(#"{"domainRules":[{"name":"a","type":"CEL"},{"name":"a","type":"CEL"}]}"#)
                == "Found rule with duplicate name 'a'")
        #expect(try problem(#"{"domainRules":[{"type":"CEL"}]}"#) == "Missing rule name")
        #expect(
            try problem(#"{"domainRules":[{"name":"1a","type":"CEL"}]}"#)
                == "Illegal initial character in rule name: 1a")
        #expect(try problem(#"{"domainRules":[{"name":"a b","type":"CEL"}]}"#) == "Illegal character in rule name: a b")
        #expect(try problem(#"{"domainRules":[{"name":"a"}]}"#) == "Missing rule type")
        #expect(
            try problem(#"{"domainRules":[{"name":"a","type":"CEL","mode":"UPGRADE"}]}"#)
                == "Domain rules can only be WRITE, READ, WRITEREAD")
        #expect(
            try problem(#"{"migrationRules":[{"name":"a","type":"CEL"}]}"#)
                == "Migration rules can only be UPGRADE, DOWNGRADE, UPDOWN")
        #expect(
            try problem(#"{"domainRules":[{"name":"a","type":"CEL","mode":"READ","onSuccess":"x,y"}]}"#)
                == "Multiple actions only valid with WRITEREAD and UPDOWN")
        #expect(try problem(#"{"domainRules":[{"name":"a","type":"CEL","onSuccess":"x,y"}]}"#) == nil)
    }
}
