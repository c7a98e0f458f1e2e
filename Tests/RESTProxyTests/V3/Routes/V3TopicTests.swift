import JSON
import KafkaClient
import RecordFormat
import Testing

@Suite(.timeLimit(.minutes(1))) struct V3TopicTests {
    @Test func aTopicIsCreatedDescribedGrownAndDeleted() async throws {
        try await V3Fixture.with { proxy in
            let created = try await proxy.send(
                "POST", "/topics",
                #"{"topic_name":"t","partitions_count":2,"replication_factor":1,"configs":[{"name":"retention.ms","value":"5"}]}"#
            )
            #expect(created.status == 201)
            #expect(created.headers["location"] == "\(proxy.base)/topics/t")
            let url = "\(proxy.base)/topics/t"
            let topic: JSONValue = [
                "kind": "KafkaTopic",
                "metadata": [
                    "self": .string(url), "resource_name": .string("crn:///kafka=\(proxy.clusterID)/topic=t"),
                ], "cluster_id": .string(proxy.clusterID), "topic_name": "t", "is_internal": false,
                "replication_factor": 1, "partitions_count": 2, "partitions": ["related": .string(url + "/partitions")],
                "configs": ["related": .string(url + "/configs")],
                "partition_reassignments": ["related": .string(url + "/partitions/-/reassignment")],
                "authorized_operations": [],
            ]
            #expect(created.json == topic)
            #expect(try await proxy.send("GET", "/topics/t").json == topic)
            let list = try await proxy.send("GET", "/topics").json
            #expect(list["kind"] == "KafkaTopicList" && list["data"] == [topic])
            let grown = try await proxy.send("PATCH", "/topics/t", #"{"partitions_count":3}"#)
            #expect(grown.status == 200 && grown.json["partitions_count"] == 3)
            let deleted = try await proxy.send("DELETE", "/topics/t")
            #expect(deleted.status == 204 && deleted.text.isEmpty)
            let gone = try await proxy.send("GET", "/topics/t")
            #expect(gone.status == 404)
            #expect(
                gone.json == [
                    "error_code": 40403, "message": "This server does not host this topic-partition.",
                ])
        }
    }

    @Test func operationsAreToldToWhoAsks() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let one = try await proxy.send("GET", "/topics/t?include_authorized_operations=true").json
            let operations = Set(one["authorized_operations"]?.array?.compactMap(\.string) ?? [])
            #expect(operations.isSuperset(of: ["READ", "WRITE", "DESCRIBE", "ALTER_CONFIGS"]))
            let list = try await proxy.send("GET", "/topics?includeAuthorizedOperations=true").json
            #expect(list["data"]?.array?.first?["authorized_operations"] == one["authorized_operations"])
        }
    }

    @Test func aTopicIsCheckedWithoutBeingCreated() async throws {
        try await V3Fixture.with { proxy in
            let checked = try await proxy.send("POST", "/topics", #"{"topic_name":"t","validate_only":true}"#)
            #expect(checked.status == 200 && checked.json["partitions_count"] == 1)
            #expect(try await proxy.send("GET", "/topics/t").status == 404)
        }
    }

    @Test(arguments: [
        #"[{"partition_id":0,"broker_ids":[BROKER]},{"partition_id":1,"broker_ids":[BROKER]}]"#,
        #"{"0":[BROKER],"1":[BROKER]}"#,
    ])
    func replicasAreAssigned(assignments: String) async throws {
        try await V3Fixture.with { proxy in
            let text = assignments.replacing("BROKER", with: String(proxy.brokerID))
            let created = try await proxy.send(
                "POST", "/topics", #"{"topic_name":"t","replicas_assignments":\#(text)}"#)
            #expect(created.status == 201)
            #expect(created.json["partitions_count"] == 2 && created.json["replication_factor"] == 1)
        }
    }

    @Test(
        arguments: [
            ("POST", "/topics", #"{"topic_name":"t"}"#, 400, 40002, "Topic 't' already exists."),
            ("POST", "/topics", #"{"topic_name":"x","replication_factor":9}"#, 400, 40002, ""),
            ("POST", "/topics", #"{"topic_name":"x","configs":[{"name":"no.such","value":"1"}]}"#, 400, 40002, ""),
            ("POST", "/topics", #"{"topic_name":"a b"}"#, 422, 42206, "Payload error. Invalid topic name."),
            ("POST", "/topics", "{}", 400, 400, "Bad Request: Missing required property 'topic_name'"),
            ("POST", "/topics", #"{"topic_name":"x","replicas_assignments":[{}]}"#, 400, 400, ""),
            ("POST", "/topics", #"{"topic_name":"x","partitions_count":"many"}"#, 400, 400, ""),
            ("POST", "/topics", "{", 400, 400, ""), ("POST", "/topics", "[]", 400, 400, ""),
            ("POST", "/topics", "null", 422, 42206, "Payload error. Request body is empty. Data is required."),
            ("PATCH", "/topics/t", #"{"partitions_count":1}"#, 400, 40002, ""),
            ("PATCH", "/topics/t", "{}", 422, 42206, ""),
            ("PATCH", "/topics/none", #"{"partitions_count":2}"#, 404, 40403, ""),
            ("DELETE", "/topics/none", nil, 404, 40403, "This server does not host this topic-partition."),
            ("GET", "/topics/none/partitions", nil, 404, 40403, ""),
        ] as [(String, String, String?, Int, Int, String)])
    func whatCannotBeDoneIsRefused(
        method: String, path: String, body: String?, status: Int, code: Int, message: String
    ) async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            let answer = try await proxy.send(method, path, body)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.json["error_code"] == .integer(code), "\(answer.text)")
            #expect(answer.json["message"]?.string?.isEmpty == false)
            if !message.isEmpty { #expect(answer.json["message"] == .string(message)) }
            #expect(try await proxy.send("GET", "/topics").json["data"]?.array?.count == 1)
        }
    }

    @Test func partitionsAndReplicasAreDescribed() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t", partitions: 2)
            let broker = String(proxy.brokerID)
            let url = "\(proxy.base)/topics/t/partitions/1"
            let partition = try await proxy.send("GET", "/topics/t/partitions/1").json
            #expect(
                partition == [
                    "kind": "KafkaPartition",
                    "metadata": [
                        "self": .string(url),
                        "resource_name": .string("crn:///kafka=\(proxy.clusterID)/topic=t/partition=1"),
                    ], "cluster_id": .string(proxy.clusterID), "topic_name": "t", "partition_id": 1,
                    "leader": ["related": .string("\(url)/replicas/\(broker)")],
                    "replicas": ["related": .string(url + "/replicas")],
                    "reassignment": ["related": .string(url + "/reassignment")],
                ])
            let list = try await proxy.send("GET", "/topics/t/partitions").json
            #expect(list["kind"] == "KafkaPartitionList" && list["data"]?.array?.last == partition)
            let replica = try await proxy.send("GET", "/topics/t/partitions/1/replicas/\(broker)").json
            #expect(replica["is_leader"] == true && replica["is_in_sync"] == true)
            #expect(
                replica["metadata"]?["resource_name"]
                    == .string("crn:///kafka=\(proxy.clusterID)/topic=t/partition=1/replica=\(broker)"))
            #expect(try await proxy.send("GET", "/topics/t/partitions/1/replicas").json["data"] == [replica])
            #expect(try await proxy.send("GET", "/topics/t/partitions/9").json["error_code"] == 404)
            #expect(try await proxy.send("GET", "/topics/t/partitions/1/replicas/99").json["error_code"] == 404)
            #expect(
                try await proxy.send("GET", "/topics/t/partitions/9/replicas").json["message"]
                    == .string("Partition 9 of topic t could not be found on cluster \(proxy.clusterID)."))
        }
    }

    @Test func offsetsAreTold() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            try await proxy.write(["a", "b", "c"], to: "t")
            let both = try await proxy.send("GET", "/topics/t/partitions/0/offset").json
            #expect(both["kind"] == "KafkaPartitionWithOffsets")
            #expect(both["earliest_offset"] == 0 && both["latest_offset"] == 3)
            #expect(
                both["metadata"]?["resource_name"]
                    == .string(
                        "crn:///kafka=\(proxy.clusterID)/topic=t/partition=0/offset_type=earliest_and_latest"))
            let latest = try await proxy.send("GET", "/topics/t/partitions/0/offset?offset_type=latest").json
            #expect(latest["latest_offset"] == 3 && latest["earliest_offset"] == nil)
            let invalid = try await proxy.send("GET", "/topics/t/partitions/0/offset?offset_type=middle")
            #expect(invalid.json == ["error_code": 400, "message": "Bad Request: offset_type:middle is invalid"])
            let missing = try await proxy.send("GET", "/topics/t/partitions/5/offset")
            #expect(missing.json == ["error_code": 40402, "message": "Partition not found."])
        }
    }

    @Test func reassignmentsAreListed() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t")
            // One broker has nowhere to send a partition to; more is seen in the resource's own test.
            for path in ["/topics/-/partitions/-/reassignment", "/topics/t/partitions/-/reassignment"] {
                let list = try await proxy.send("GET", path)
                #expect(list.status == 200)
                #expect(
                    list.json == [
                        "kind": "KafkaReassignmentList",
                        "metadata": ["self": .string(proxy.base + path), "next": nil], "data": [],
                    ])
            }
            #expect(try await proxy.send("GET", "/topics/t/partitions/0/reassignment").status == 404)
            #expect(
                try await proxy.send("GET", "/topics/none/partitions/-/reassignment").json["error_code"] == 40403)
        }
    }
}
