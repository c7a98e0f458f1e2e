import RecordFormat
import Testing

@Suite struct TopicPartitionTests {
    @Test(arguments: ["t-0", "t-1", "t-10", "a-b-7", "t.x_y-2147483647", "t--1"])
    func directoryNamesLeadBackToTheirPartition(name: String) {
        #expect(TopicPartition(directoryName: name)?.directoryName == name)
    }

    /// `t-01` beside `t-1` would be two directories for one partition.
    @Test(arguments: ["t-01", "t-00", "t-", "-1", "t", "", "t-1x", "t-2147483648", "t-1.abc-delete"])
    func otherNamesArePartitionsOfNothing(name: String) { #expect(TopicPartition(directoryName: name) == nil) }
}
