import JSON
import KafkaClient
import RecordFormat
import Testing

@testable import RESTProxy

@Suite struct ResourceNamesTests {
    @Test func namesListTypesAndNames() {
        let names = ResourceNames(base: "http://h:1")
        #expect(names.name(["kafka": "c", "topic": "t"]) == "crn:///kafka=c/topic=t")
        #expect(names.name(["kafka": "c", "lag-summary": nil]) == "crn:///kafka=c/lag-summary")
        #expect(ResourceNames(base: "", authority: "//a/").name(["kafka": "/c/"]) == "crn://a/kafka=c")
    }

    @Test func addressesAreEncoded() {
        let names = ResourceNames(base: "http://h:1")
        #expect(names.url(["v3", "a/b c"]) == "http://h:1/v3/a%2Fb%20c")
        #expect(names.url(["v3"], query: ["a": "", "b": "&"]) == "http://h:1/v3?a=&b=%26")
    }

    @Test func aReassignmentSaysWhereAPartitionGoes() {
        let resources = ClusterResources(clusterID: "c", names: ResourceNames(base: "http://h"))
        let reassignment = PartitionReassignment(
            TopicPartition("t", 1), replicas: [1, 2, 3], addingReplicas: [3], removingReplicas: [1])
        let url = "http://h/v3/clusters/c/topics/t/partitions/1"
        #expect(
            resources.reassignment(reassignment) == [
                "kind": "KafkaReassignment",
                "metadata": [
                    "self": .string(url + "/reassignment"),
                    "resource_name": "crn:///kafka=c/topic=t/partition=1/reassignment",
                ], "cluster_id": "c", "topic_name": "t", "partition_id": 1, "adding_replicas": [3],
                "removing_replicas": [1], "replicas": ["related": .string(url + "/replicas")],
            ])
    }

    @Test func lagIsNeverNegativeAndTheFirstOfTheFurthestIsNamed() {
        func lag(_ partition: Int32, _ current: Int64, _ end: Int64) -> ConsumerLag {
            ConsumerLag(
                partition: TopicPartition("t", partition), currentOffset: LogOffset(current), endOffset: LogOffset(end))
        }
        let resources = ClusterResources(clusterID: "c", names: ResourceNames(base: "http://h"))
        let lags = [lag(0, 9, 5), lag(1, 1, 4), lag(2, 0, 3)]
        #expect(lags.map(\.lag) == [0, 3, 3])
        let summary = resources.lagSummary(lags, of: "g")
        #expect(summary?["max_lag_partition_id"] == 1)
        #expect(summary?["total_lag"] == 6 && summary?["max_lag_consumer_id"] == "")
        #expect(resources.lagSummary([], of: "g") == nil)
    }
}
