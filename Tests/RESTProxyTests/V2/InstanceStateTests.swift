import RecordFormat
import Testing

@testable import RESTProxy

@Suite struct InstanceStateTests {
    @Test(arguments: [
        InstanceTarget.none, .topics(["a", "b"]), .pattern("a.*"),
        .partitions([TopicPartition("a", 0), TopicPartition("b", 7)]),
    ])
    func whatIsKeptIsReadAgain(target: InstanceTarget) throws {
        var configuration = InstanceConfiguration()
        configuration.format = .avro
        configuration.offsetReset = "earliest"
        configuration.commitsAutomatically = false
        configuration.fetchMinimumBytes = 9
        configuration.requestTimeoutMs = 250
        let state = InstanceState(configuration: configuration, target: target, owner: "http://a:1")
        #expect(InstanceState(decoding: try state.encoded()) == state)
    }

    @Test(arguments: ["", "{}", "[]", #"{"version":2,"owner":"x"}"#, #"{"version":1}"#, "\u{0}"])
    func otherBytesAreNoState(text: String) { #expect(InstanceState(decoding: ByteSlice(text)) == nil) }

    @Test func moreThanAGroupCanKeepIsRefused() {
        let topics = (0..<10_000).map { "a-topic-with-a-rather-long-name-that-takes-much-room-\($0)" }
        let state = InstanceState(configuration: .init(), target: .topics(topics), owner: "x")
        #expect(throws: RESTError.self) { try state.encoded() }
    }

    @Test func namesInTheClusterAreOneForEachInstance() {
        #expect(InstanceID(group: "a.b", name: "c").shadowGroup != InstanceID(group: "a", name: "b.c").shadowGroup)
        #expect(InstanceID(group: "a_2e", name: "c").shadowGroup != InstanceID(group: "a.", name: "c").shadowGroup)
        #expect(InstanceID(group: "g", name: "é/x").staticName == "rest._c3_a9_2fx")
        let longest = InstanceID(group: "g", name: String(repeating: "/", count: InstanceID.nameLimit))
        #expect(longest.staticName.utf8.count <= 249)
    }

    @Test func uniqueNamesAreUUIDs() {
        let name = UniqueName.make()
        let parts = name.split(separator: "-").map(\.count)
        #expect(parts == [8, 4, 4, 4, 12])
        #expect(name.split(separator: "-")[2].first == "4")
        #expect(name != UniqueName.make())
    }
}
