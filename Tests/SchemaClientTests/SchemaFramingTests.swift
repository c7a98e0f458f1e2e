import SchemaClient
import Testing

@Suite struct SchemaFramingTests {
    @Test func theNumberStandsInNetworkOrder() throws {
        let framed = SchemaFraming.framed([7, 8], id: 0x0102_0304)
        #expect(framed == [0, 1, 2, 3, 4, 7, 8])
        #expect(try SchemaFraming.schemaID(of: framed.span.bytes) == 0x0102_0304)
        #expect(try SchemaFraming.schemaID(of: SchemaFraming.framed([], id: .max).span.bytes) == .max)
    }

    @Test(arguments: [[], [0, 1, 2, 3], [1, 0, 0, 0, 1], Array("{\"a\":1}".utf8)] as [[UInt8]])
    func otherBytesAreRefused(_ bytes: [UInt8]) {
        #expect(throws: SchemaClientError.self) { try SchemaFraming.schemaID(of: bytes.span.bytes) }
    }

    @Test func strategiesNameTheSubject() throws {
        func subject(_ strategy: SubjectNameStrategy, isKey: Bool = false) throws -> String {
            try strategy.subject(topic: "t", isKey: isKey, recordName: "a.R")
        }
        #expect(try subject(.topicName) == "t-value")
        #expect(try subject(.topicName, isKey: true) == "t-key")
        #expect(try subject(.recordName) == "a.R")
        #expect(try subject(.topicRecordName, isKey: true) == "t-a.R")
        #expect(throws: SchemaClientError.self) {
            try SubjectNameStrategy.recordName.subject(topic: "t", isKey: true, recordName: nil)
        }
        #expect(
            SubjectNameStrategy(className: "io.confluent.kafka.serializers.subject.RecordNameStrategy") == .recordName)
        #expect(SubjectNameStrategy(className: "TopicNameStrategy") == .topicName)
        #expect(SubjectNameStrategy(className: "com.example.Mine") == nil)
    }
}
