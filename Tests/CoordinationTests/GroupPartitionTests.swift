import Testing

@testable import Coordination

@Suite struct GroupPartitionTests {
    /// The last is outside of the basic plane and hashed as its two surrogates.
    @Test(arguments: [
        ("abc", 96354 % 50), ("", 0), ("polygenelubricants", 0), ("a", 97 % 50), ("\u{E9}", 233 % 50),
        ("\u{1F600}", (0xD83D * 31 + 0xDE00) % 50),
    ])
    func partitionFollowsJavasHash(name: String, partition: Int) {
        #expect(GroupCoordinator.groupPartition(for: GroupID(name), partitionCount: 50) == Int32(partition))
    }

    @Test func negativeHashesCountByTheirAbsoluteValue() {
        // Java gives -1906497762.
        #expect(GroupCoordinator.groupPartition(for: "my-group", partitionCount: 50) == 12)
    }
}
