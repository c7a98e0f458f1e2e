import Foundation
import KafkaProtocol
import LogCore
import LogHarness
import Logging
import RecordFormat

@testable import Broker

/// A broker in this process: on a free port, with a data directory of its own unless it is handed one.
final class TestBroker: Sendable {
    let broker: Broker
    let directory: TestDirectory
    let log: LogLines

    private init(broker: Broker, directory: TestDirectory, log: LogLines) {
        self.broker = broker
        self.directory = directory
        self.log = log
    }

    /// Starts a broker; `settings` come on top of a free port and few partitions of the cluster's own topics, which make a
    /// start quick.
    static func start(
        _ settings: [String: String] = [:], in directory: TestDirectory? = nil,
        fileSystem: any LogFileSystem = KernelFileSystem(), authorizer: Authorizer = .allowAll,
        openMetadata: @escaping Broker.OpenMetadata = { try LocalMetadataStore(store: $0, pool: $1, now: $2) },
        cluster: (any ClusterStore)? = nil
    ) async throws -> TestBroker {
        let directory = try directory ?? TestDirectory()
        let base = [
            "listeners": "PLAINTEXT://127.0.0.1:0", "log.dirs": directory.path, "offsets.topic.num.partitions": "3",
            "transaction.state.log.num.partitions": "3",
        ]
        let lines = LogLines(from: .debug)
        let configuration = try BrokerConfiguration(base.merging(settings) { $1 })
        let broker =
            if let cluster {
                try await Broker.start(
                    configuration: configuration, logger: lines.logger, cluster: cluster, fileSystem: fileSystem,
                    authorizer: authorizer)
            } else {
                try await Broker.start(
                    configuration: configuration, logger: lines.logger, fileSystem: fileSystem, authorizer: authorizer,
                    openMetadata: openMetadata)
            }
        return TestBroker(broker: broker, directory: directory, log: lines)
    }

    /// Runs `body` against a broker and shuts it down, whatever comes.
    @discardableResult
    static func with<Result>(
        _ settings: [String: String] = [:], in directory: TestDirectory? = nil,
        fileSystem: any LogFileSystem = KernelFileSystem(), authorizer: Authorizer = .allowAll,
        _ body: (TestBroker) async throws -> Result
    ) async throws -> Result {
        let server = try await start(settings, in: directory, fileSystem: fileSystem, authorizer: authorizer)
        do {
            let result = try await body(server)
            try await server.broker.shutdown()
            return result
        } catch {
            try? await server.broker.shutdown()
            for line in server.log.messages(from: .warning) { print("broker: \(line)") }
            throw error
        }
    }

    var port: Int { broker.addresses[0].port }

    /// Opens a connection.
    func connect() async throws -> TestConnection { try await TestConnection.connect(port: port) }

    /// Asks over a connection of its own, in the newest version unless told otherwise.
    func ask<Request: KafkaRequest>(_ request: Request, version: Int16? = nil) async throws -> Request.Response {
        let client = try await connect()
        do {
            let answer = try await client.ask(request, version: version)
            // The broker may have been faster, which the answer does not suffer from.
            try? await client.close()
            return answer
        } catch {
            try? await client.close()
            throw error
        }
    }

    /// Asks in process, in the newest version unless told otherwise: for what only a handler's answer shows, and not the
    /// bytes that are made of it.
    func askInProcess<Request: KafkaRequest>(
        _ request: Request, version: Int16? = nil
    ) async throws -> Request.Response {
        try await broker.respond(to: request, version: version ?? Request.versions.upperBound, clientID: "test")
    }

    /// Creates a topic.
    ///
    /// - Returns: Its identity.
    @discardableResult
    func createTopic(
        _ name: String, partitions: Int32 = 1, replicationFactor: Int16 = 1, configs: [String: String] = [:]
    ) async throws -> TopicID {
        let response = try await ask(
            CreateTopicsRequest(topics: [
                .init(
                    name: name, numPartitions: partitions, replicationFactor: replicationFactor,
                    configs: configs.map { .init(name: $0.key, value: $0.value) })
            ]))
        let result = response.topics[0]
        guard result.errorCode == 0 else {
            throw TestFailure(
                "creating \(name): \(ErrorCode(rawValue: result.errorCode).name) \(result.errorMessage ?? "")")
        }
        return result.topicID
    }

    /// Makes the topic that keeps groups.
    func makeGroupsReady() async throws {
        let found = try await ask(FindCoordinatorRequest(coordinatorKeys: ["any"]))
        guard found.coordinators.first?.errorCode == 0 else { throw TestFailure("no coordinator: \(found)") }
    }
}

extension Partition {
    /// The open file that holds the first record.
    var descriptor: Int32 {
        get throws {
            let start = log.watermarks.logStartOffset
            let read = try log.read(from: start, upTo: .logEnd, limit: 1, mustProgress: true)
            guard let slice = read.slice else { throw TestFailure("a partition without a record") }
            return slice.file.descriptor
        }
    }
}

/// What went wrong with a test's own preparations.
struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
