import ConnectAPI
import JSON
import Testing

@testable import ConnectRuntime

/// The bytes that Kafka Connect's workers write, from its sources; changing one makes a topic unreadable for the other
/// side.
@Suite struct InternalRecordTests {
    @Test(arguments: [
        (
            ConfigRecord.connector("a-b", configuration: ["name": "a-b", "connector.class": "X"]), "connector-a-b",
            #"{"properties":{"connector.class":"X","name":"a-b"}}"#
        ),
        (
            .task(ConnectorTaskID(connector: "a-b", task: 3), configuration: ["task.class": "T"]), "task-a-b-3",
            #"{"properties":{"task.class":"T"}}"#
        ),
        (.commit("a-b", taskCount: 4), "commit-a-b", #"{"tasks":4}"#),
        (.targetState("a", .started), "target-state-a", #"{"state":"STARTED","state.v2":"STARTED"}"#),
        (.targetState("a", .paused), "target-state-a", #"{"state":"PAUSED","state.v2":"PAUSED"}"#),
        (.targetState("a", .stopped), "target-state-a", #"{"state":"PAUSED","state.v2":"STOPPED"}"#),
        (
            .restart(RestartRequest(connector: "a", onlyFailed: true, includesTasks: false)), "restart-connector-a",
            #"{"include-tasks":false,"only-failed":true}"#
        ),
        (.loggerLevel("org.apache", .debug), "logger-cluster-org.apache", #"{"level":"DEBUG"}"#),
    ])
    func configRecordsAreAsKafkaStoresThem(record: ConfigRecord, key: String, value: String) throws {
        #expect(record.key == key)
        #expect(record.value?.text == value)
        #expect(try ConfigRecord(key: key, value: JSONValue(parsing: value)) == record)
    }

    @Test func tombstonesDelete() throws {
        #expect(try ConfigRecord(key: "connector-x", value: nil) == .connector("x", configuration: nil))
        #expect(try ConfigRecord(key: "target-state-x", value: nil) == .targetState("x", nil))
        #expect(ConfigRecord.connector("x", configuration: nil).value == nil)
    }

    @Test func recordsOfOtherFeaturesArePassedOver() throws {
        for key in ["feature-x", "connector-"] {
            #expect(try ConfigRecord(key: key, value: ["level": "DEBUG"]) == nil)
        }
    }

    @Test func aLoggersLevelIsReadInAnyCaseAndNeedsToBeOne() throws {
        #expect(try ConfigRecord(key: "logger-cluster-root", value: ["level": "warn"]) == .loggerLevel("root", .warn))
        #expect(try ConfigRecord(key: "logger-cluster-root", value: nil) == nil)
        for value: JSONValue in [["level": "LOUD"], [:], ["level": 7], "DEBUG"] {
            #expect(throws: RecordProblem.self) { try ConfigRecord(key: "logger-cluster-root", value: value) }
        }
    }

    @Test func aTargetStateOfAnOldWorkerIsUnderstood() throws {
        #expect(try ConfigRecord(key: "target-state-x", value: ["state": "PAUSED"]) == .targetState("x", .paused))
        #expect(throws: RecordProblem.self) { try ConfigRecord(key: "target-state-x", value: ["state": "LATER"]) }
    }

    @Test func statusRecordsAreAsKafkaStoresThem() throws {
        let status = ConnectStatus(state: .running, workerID: "h:8083", generation: 7)
        let record = StatusRecord.task(ConnectorTaskID(connector: "a-b", task: 0), status)
        #expect(record.key == "status-task-a-b-0")
        #expect(
            record.value?.text
                == #"{"state":"RUNNING","trace":null,"worker_id":"h:8083","generation":7,"version":null}"#)
        #expect(try StatusRecord(key: record.key, value: record.value) == record)
        let failed = StatusRecord.connector(
            "c", ConnectStatus(state: .failed, trace: "why", workerID: "h:1", generation: 0, version: "1.10"))
        #expect(failed.key == "status-connector-c")
        #expect(
            failed.value?.text
                == #"{"state":"FAILED","trace":"why","worker_id":"h:1","generation":0,"version":"1.10"}"#)
        #expect(try StatusRecord(key: failed.key, value: failed.value) == failed)
    }

    /// Workers before Kafka 4.1 write no version; `undefined` is how later ones may say that there is none.
    @Test(arguments: ["", #","version":null"#, #","version":"undefined""#, #","version":"""#, #","version":7"#])
    func statusRecordsWithoutAVersionAreUnderstood(_ member: String) throws {
        let text = #"{"state":"PAUSED","trace":null,"worker_id":"h:1","generation":2\#(member)}"#
        let status = ConnectStatus(state: .paused, workerID: "h:1", generation: 2)
        let value = try JSONValue(parsing: text)
        #expect(try StatusRecord(key: "status-connector-c", value: value) == .connector("c", status))
        let id = ConnectorTaskID(connector: "c", task: 1)
        #expect(try StatusRecord(key: "status-task-c-1", value: value) == .task(id, status))
    }

    @Test func usedTopicsAreAsKafkaStoresThem() throws {
        let record = StatusRecord.topic(
            "a.b-c", connector: "my:connector-x", TopicUse(task: 3, discovered: 1_700_000_000_000))
        #expect(record.key == "status-topic-a.b-c:connector-my:connector-x")
        #expect(
            record.value?.text
                == #"{"topic":{"name":"a.b-c","connector":"my:connector-x","task":3,"#
                + #""discoverTimestamp":1700000000000}}"#)
        #expect(try StatusRecord(key: record.key, value: record.value) == record)
        #expect(
            try StatusRecord(key: "status-topic-t:connector-c", value: nil) == .topic("t", connector: "c", nil))
        #expect(throws: RecordProblem.self) { try StatusRecord(key: "status-topic-t:connector-c", value: [:]) }
        #expect(try StatusRecord(key: "status-topic-t", value: nil) == nil)
        #expect(try StatusRecord(key: "status-unknown", value: nil) == nil)
    }

    @Test func offsetRecordsAreAsKafkaStoresThem() throws {
        let record = OffsetRecord(
            connector: "first", partition: ["filename": .string("/var/log/dpkg.log")], offset: ["position": .int64(30)])
        #expect(try record.key().text == #"["first",{"filename":"/var/log/dpkg.log"}]"#)
        #expect(try record.value()?.text == #"{"position":30}"#)
        #expect(try OffsetRecord(key: record.key(), value: record.value()) == record)
        #expect(try OffsetRecord(key: record.key(), value: nil).offset == nil)
    }

    @Test func offsetsHoldSingleValuesOnly() {
        let nested = OffsetRecord(connector: "c", partition: ["a": .array([])], offset: nil)
        #expect(throws: ConnectError.self) { try nested.key() }
        #expect(throws: RecordProblem.self) { try OffsetRecord(key: ["only one"], value: nil) }
    }
}
