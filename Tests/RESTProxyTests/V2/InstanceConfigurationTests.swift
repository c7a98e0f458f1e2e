import KafkaClient
import Testing

@testable import RESTProxy

@Suite struct InstanceConfigurationTests {
    @Test func everyKeyIsRead() throws {
        let (configuration, name) = try InstanceConfiguration.parse(
            Array(
                #"""
                {"name":"n","format":"JSON","auto.offset.reset":"earliest","auto.commit.enable":"FALSE",
                "fetch.min.bytes":"10","consumer.request.timeout.ms":50}
                """#.utf8))
        #expect(name == "n")
        #expect(configuration.format == .json)
        #expect(configuration.startingPoint == .earliest)
        #expect(configuration.commitsAutomatically == false)
        #expect(configuration.fetchMinimumBytes == 10)
        #expect(configuration.requestTimeoutMs == 50)
    }

    @Test func anIDCountsMoreThanAName() throws {
        #expect(try InstanceConfiguration.parse(Array(#"{"id":"i","name":"n"}"#.utf8)).name == "i")
        let (configuration, name) = try InstanceConfiguration.parse([])
        #expect(name == nil)
        #expect(configuration == InstanceConfiguration())
        #expect(
            try InstanceConfiguration.parse(Array(#"{"responseMinBytes":5,"requestWaitMs":6}"#.utf8)).configuration
                .requestTimeoutMs == 6)
    }

    @Test(arguments: [
        (#"{"format":"xml"}"#, 422), (#"{"auto.offset.reset":"middle"}"#, 42204),
        (#"{"auto.commit.enable":"yes"}"#, 42204),
        (#"{"fetch.min.bytes":-2}"#, 40001), (#"{"fetch.min.bytes":10000001}"#, 40001),
        (#"{"consumer.request.timeout.ms":-1}"#, 40001), (#"{"foo":1}"#, 422), (#"{"name":[]}"#, 400), ("[]", 400),
        ("{", 400), ("null", 42206), (#"{"fetch.min.bytes":"x"}"#, 400),
    ])
    func whatCannotBeMeantIsRefused(text: String, code: Int) {
        let error = #expect(throws: RESTError.self) { try InstanceConfiguration.parse(Array(text.utf8)) }
        #expect(error?.code == code, "\(String(describing: error))")
    }

    @Test(arguments: [
        ("{}", 422), (#"{"topics":["a"],"topic_pattern":"b"}"#, 422), (#"{"topics":[""]}"#, 422),
        (#"{"topics":"a"}"#, 422),
        (#"{"topic_pattern":"("}"#, 422), (#"{"topic_pattern":1}"#, 400), (#"{"topic":["a"]}"#, 422), ("", 42206),
    ])
    func subscriptionsNameTopicsOrAPattern(text: String, code: Int) {
        let error = #expect(throws: RESTError.self) { try InstanceTarget.subscription(Array(text.utf8)) }
        #expect(error?.code == code, "\(String(describing: error))")
    }
}
