import RecordFormat
import Testing

@Suite struct OffsetCommitKeyTests {
    private let key = OffsetCommitKey(group: "group", partition: TopicPartition("topic", 3))

    @Test func keyComesBackAsItWasWritten() throws {
        #expect(try OffsetCommitKey(decoding: key.encoded()) == key)
    }

    @Test func keyOfAnotherKindIsToldApart() throws {
        var group = RecordFieldWriter(version: 2)
        group.string("group")
        let error = #expect(throws: RecordDecodingError.self) { try OffsetCommitKey(decoding: group.finish()) }
        #expect(error?.code == .unsupportedVersion)
    }

    @Test func everyCutIsTruncated() throws {
        let whole = key.encoded()
        for count in 0..<whole.count {
            let error = #expect(throws: RecordDecodingError.self) { try OffsetCommitKey(decoding: whole[0..<count]) }
            #expect(error?.code == .truncated)
        }
    }
}
