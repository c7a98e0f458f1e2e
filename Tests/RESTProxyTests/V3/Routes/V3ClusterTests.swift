import JSON
import Testing

@Suite(.timeLimit(.minutes(1))) struct V3ClusterTests {
    @Test func theClusterRefersToWhatItHas() async throws {
        try await V3Fixture.with { proxy in
            let id = proxy.clusterID
            let cluster: JSONValue = [
                "kind": "KafkaCluster",
                "metadata": ["self": .string(proxy.base), "resource_name": .string("crn:///kafka=\(id)")],
                "cluster_id": .string(id),
                "controller": ["related": .string("\(proxy.base)/brokers/\(proxy.brokerID)")],
                "acls": ["related": .string("\(proxy.base)/acls")],
                "brokers": ["related": .string("\(proxy.base)/brokers")],
                "broker_configs": ["related": .string("\(proxy.base)/broker-configs")],
                "consumer_groups": ["related": .string("\(proxy.base)/consumer-groups")],
                "topics": ["related": .string("\(proxy.base)/topics")],
                "partition_reassignments": [
                    "related": .string("\(proxy.base)/topics/-/partitions/-/reassignment")
                ],
            ]
            let one = try await proxy.send("GET", "")
            #expect(one.status == 200)
            #expect(one.headers["content-type"] == "application/json")
            #expect(one.json == cluster)
            let list = try await proxy.sendAnywhere("GET", "/v3/clusters")
            #expect(
                list.json == [
                    "kind": "KafkaClusterList", "metadata": ["self": "http://test/v3/clusters", "next": nil],
                    "data": [cluster],
                ])
        }
    }

    @Test func anotherClusterIsNotFound() async throws {
        try await V3Fixture.with { proxy in
            for path in ["", "/topics", "/brokers", "/acls", "/consumer-groups"] {
                let answer = try await proxy.sendAnywhere("GET", "/v3/clusters/other\(path)")
                #expect(answer.status == 404)
                #expect(answer.json == ["error_code": 404, "message": "Cluster other cannot be found."])
            }
        }
    }

    @Test func namesHaveAnAuthorityAndAddressesTheAdvertisedListener() async throws {
        try await V3Fixture.with([
            "confluent.resource.name.authority": "/example.com/", "advertised.listeners": "https://proxy.example:443",
        ]) { proxy in
            let metadata = try await proxy.send("GET", "").json["metadata"]
            #expect(metadata?["resource_name"] == .string("crn://example.com/kafka=\(proxy.clusterID)"))
            #expect(metadata?["self"] == .string("https://proxy.example:443/v3/clusters/\(proxy.clusterID)"))
        }
    }

    @Test func brokersAreDescribed() async throws {
        try await V3Fixture.with { proxy in
            let number = String(proxy.brokerID)
            let one = try await proxy.send("GET", "/brokers/\(number)")
            #expect(one.status == 200)
            #expect(one.json["kind"] == "KafkaBroker" && one.json["broker_id"] == .integer(proxy.brokerID))
            #expect(one.json["host"] == "127.0.0.1" && one.json["rack"] == .null)
            #expect(one.json["configs"] == ["related": .string("\(proxy.base)/brokers/\(number)/configs")])
            let list = try await proxy.send("GET", "/brokers").json
            #expect(list["kind"] == "KafkaBrokerList" && list["data"] == [one.json])
            for path in ["/brokers/99", "/brokers/x"] {
                let missing = try await proxy.send("GET", path)
                #expect(missing.status == 404)
                #expect(missing.json == ["error_code": 404, "message": "HTTP 404 Not Found"])
            }
        }
    }

    @Test func replicasOfABrokerAreListed() async throws {
        try await V3Fixture.with { proxy in
            try await proxy.create("t", partitions: 2)
            let list = try await proxy.send("GET", "/brokers/\(proxy.brokerID)/partition-replicas").json
            #expect(list["kind"] == "KafkaReplicaList")
            #expect(list["data"]?.array?.map { $0["partition_id"] } == [0, 1])
            let missing = try await proxy.send("GET", "/brokers/99/partition-replicas")
            #expect(missing.json == ["error_code": 404, "message": "Broker 99 cannot be found."])
        }
    }

    @Test func theDocumentHasEveryRoute() async throws {
        try await V3Fixture.with { proxy in
            let document = try await proxy.sendAnywhere("GET", "/openapi.json").json
            let paths = document["paths"]?.object ?? JSONObject()
            let root = "/v3/clusters/{cluster_id}"
            for (path, methods) in Self.routes {
                let operations = paths[root + path]?.object?.members.map(\.name) ?? []
                #expect(Set(operations) == Set(methods), "\(path)")
                for method in methods {
                    let operation = paths[root + path]?[method]
                    #expect(operation?["summary"]?.string?.hasSuffix(".") == true)
                    let parameters = operation?["parameters"]?.array ?? []
                    #expect(parameters.allSatisfy { $0["description"]?.string?.isEmpty == false }, "\(path)")
                }
            }
        }
    }

    private static let routes: KeyValuePairs<String, [String]> = [
        "": ["get"], "/acls": ["get", "post", "delete"], "/acls:batch": ["post"], "/broker-configs": ["get"],
        "/broker-configs/{name}": ["get", "put", "delete"], "/broker-configs:alter": ["post"], "/brokers": ["get"],
        "/brokers/{broker_id}": ["get"], "/brokers/-/configs": ["get"], "/brokers/{broker_id}/configs": ["get"],
        "/brokers/{broker_id}/configs/{name}": ["get", "put", "delete"],
        "/brokers/{broker_id}/configs:alter": ["post"], "/brokers/{broker_id}/partition-replicas": ["get"],
        "/consumer-groups": ["get"], "/consumer-groups/{consumer_group_id}": ["get"],
        "/consumer-groups/{consumer_group_id}/consumers": ["get"],
        "/consumer-groups/{consumer_group_id}/consumers/{consumer_id}": ["get"],
        "/consumer-groups/{consumer_group_id}/consumers/{consumer_id}/assignments": ["get"],
        "/consumer-groups/{consumer_group_id}/consumers/{consumer_id}/assignments/{topic_name}/partitions/{partition_id}":
            ["get"],
        "/consumer-groups/{consumer_group_id}/lag-summary": ["get"],
        "/consumer-groups/{consumer_group_id}/lags": ["get"],
        "/consumer-groups/{consumer_group_id}/lags/{topic_name}/partitions/{partition_id}": ["get"],
        "/topics": ["get", "post"], "/topics/{topic_name}": ["get", "patch", "delete"], "/topics/-/configs": ["get"],
        "/topics/-/configs:alter": ["post"], "/topics/{topic_name}/configs": ["get"],
        "/topics/{topic_name}/configs/{name}": ["get", "put", "delete"], "/topics/{topic_name}/configs:alter": ["post"],
        "/topics/{topic_name}/partitions": ["get"], "/topics/{topic_name}/partitions/{partition_id}": ["get"],
        "/topics/{topic_name}/partitions/{partition_id}/offset": ["get"],
        "/topics/{topic_name}/partitions/{partition_id}/replicas": ["get"],
        "/topics/{topic_name}/partitions/{partition_id}/replicas/{broker_id}": ["get"],
        "/topics/-/partitions/-/reassignment": ["get"], "/topics/{topic_name}/partitions/-/reassignment": ["get"],
        "/topics/{topic_name}/partitions/{partition_id}/reassignment": ["get"],
        "/topics/{topic_name}/records": ["get", "post"], "/topics/{topic_name}/records:batch": ["post"],
        "/topics/{topic_name}/records:socket": ["get"],
    ]
}
