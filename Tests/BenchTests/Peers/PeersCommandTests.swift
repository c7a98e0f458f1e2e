import ArgumentParser
import ServerHarness
import Testing

@testable import millrace_bench

struct PeersCommandTests {
    @Test func serversAndMeasuresAreLists() throws {
        let command = try PeersCommand.parse([
            "--servers", "null,redis", "--measures", "publish,single", "--rate", "1000", "--rate", "20000", "--durable",
        ])
        #expect(command.servers == [.null, .redis] && command.measures == [.publish, .single])
        #expect(command.rate == [1000, 20000] && command.durable)
    }

    @Test(arguments: [
        ["--servers", "null,mysql"], ["--servers", "null,null"], ["--servers", "kafka"], ["--measures", "speed"],
        ["--rounds", "0"], ["--rate", "0"], ["--seconds", "0"], ["--messages", "0"], ["--window", "0"],
        ["--batch", "0"],
        ["--size", "7"], ["--size", "524289"], ["--servers", "rabbitmq", "--durable"],
    ])
    func whatCannotBeMeasuredIsRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try PeersCommand.parse(arguments) }
    }

    @Test func aBrokerThatRunsTakesPartByItsPort() throws {
        let command = try PeersCommand.parse(["--servers", "kafka", "--kafka-port", "9092"])
        #expect(command.servers == [.kafka] && command.kafkaPort == 9092)
    }

    /// A program that is missing is told before anything is measured, with what there is to do about it.
    @Test func aPeerThatIsNotThereIsTold() throws {
        let directory = try TemporaryDirectory()
        let contest = PeerContest(
            ruler: PeerRuler(), peers: [.null, .redis], rounds: 1, isDurable: false,
            programs: PeerPrograms(given: [.redis: directory.path("redis-server")]), kafkaPort: nil,
            directory: directory.path("")
        ) { line in Issue.record("\(line) before all are there") }
        let failure = #expect(throws: BenchFailure.self) { _ = try contest.run() }
        #expect(failure?.description == "--redis-server \(directory.path("redis-server")): there is no program")
    }
}
