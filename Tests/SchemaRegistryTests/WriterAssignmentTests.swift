import JSON
import Testing

@testable import SchemaRegistry

@Suite struct WriterAssignmentTests {
    private func identity(_ host: String, isEligible: Bool = true, isWriter: Bool = false) -> InstanceIdentity {
        var identity = InstanceIdentity(host: host, port: 8081, scheme: "http", isEligible: isEligible)
        identity.isWriter = isWriter
        return identity
    }

    @Test func theFirstByItsAddressIsElected() {
        let members = ["m1": identity("b"), "m2": identity("a"), "m3": identity("0", isEligible: false)]
        let assignment = WriterAssignment(electing: members, isSticky: false)
        #expect(assignment.memberID == "m2" && assignment.identity?.host == "a" && !assignment.hasDuplicateURLs)
        #expect(WriterAssignment(electing: ["m": identity("a", isEligible: false)], isSticky: false).identity == nil)
    }

    @Test func theWriterStaysWhereThatIsAskedFor() {
        let members = ["m1": identity("b", isWriter: true), "m2": identity("a")]
        #expect(WriterAssignment(electing: members, isSticky: true).memberID == "m1")
        #expect(WriterAssignment(electing: members, isSticky: false).memberID == "m2")
        let two = ["m1": identity("b", isWriter: true), "m2": identity("a", isWriter: true)]
        #expect(WriterAssignment(electing: two, isSticky: true).memberID == "m2")
    }

    @Test func theMessagesAreThoseOfOthers() throws {
        let identity = identity("h")
        #expect(
            identity.json.text
                == #"{"host":"h","port":8081,"master_eligibility":true,"scheme":"http","version":1,"leader":false}"#)
        let assignment = WriterAssignment(electing: ["m": identity], isSticky: false)
        #expect(
            String(decoding: assignment.utf8, as: UTF8.self)
                == #"{"error":0,"master":"m","master_identity":"# + identity.json.text + #","version":1}"#)
        #expect(WriterAssignment(parsing: assignment.utf8) == assignment)
        // Karapace's, and what a later version may add.
        let other = try JSONValue(
            parsing: #"{"version":2,"host":"k","port":8081,"scheme":"https","master_eligibility":true,"more":[]}"#)
        #expect(InstanceIdentity(other)?.url == "https://k:8081")
        for text in ["", "{", "[]", "7"] { #expect(WriterAssignment(parsing: Array(text.utf8)) == nil) }
        #expect(InstanceIdentity(["host": "h"]) == nil)
        let two = WriterAssignment(electing: ["a": identity, "b": identity], isSticky: false)
        #expect(two.hasDuplicateURLs && WriterAssignment(parsing: two.utf8)?.hasDuplicateURLs == true)
    }
}
