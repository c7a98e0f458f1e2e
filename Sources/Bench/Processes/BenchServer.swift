import KafkaClient
import RecordFormat
import TransportSecurity

/// The server that a workload drives: one that runs already, or one of this program's in a process of its own, so that
/// its time is told from that of the clients.
struct BenchServer {
    /// Which server of this program's.
    enum Kind {
        /// Millrace's broker.
        case broker
        /// The least that a server can do.
        case null(NullServer.Storage)
    }

    /// Where clients begin.
    let bootstrapServer: String
    private let child: ChildProgram?
    /// Whose certificates its connections are encrypted with: a file of PEM; `nil` for plain ones.
    private let authority: String?

    private init(bootstrapServer: String, child: ChildProgram?, authority: String?) {
        self.bootstrapServer = bootstrapServer
        self.child = child
        self.authority = authority
    }

    /// A server that runs already.
    ///
    /// - Parameter authority: Whose certificates its connections are encrypted with: a file of PEM; `nil` for plain ones.
    init(at bootstrapServer: String, authority: String? = nil) {
        self.init(bootstrapServer: bootstrapServer, child: nil, authority: authority)
    }

    /// A server that runs already, unless the options name none.
    static func start(_ options: TargetOptions, directory: String) throws -> BenchServer {
        if let server = options.bootstrapServer { return BenchServer(at: server, authority: options.tls) }
        return try start(.broker, directory: directory, certificate: options.tls)
    }

    /// Starts a server that keeps its data below `directory`.
    ///
    /// - Parameter certificate: What a broker encrypts its connections with: a file of PEM, with the key; `nil` for plain ones.
    static func start(_ kind: Kind, directory: String, certificate: String? = nil) throws -> BenchServer {
        let child =
            switch kind {
            case .broker:
                try ChildProgram(
                    ["broker", "--directory", directory] + (certificate.map { ["--certificate", $0] } ?? []))
            case .null(let storage):
                try ChildProgram([
                    "null-server", "--directory", directory, "--storage", storage.rawValue, "--ends-with-input",
                ])
            }
        return BenchServer(
            bootstrapServer: "127.0.0.1:" + (try child.nextLine()), child: child, authority: certificate)
    }

    /// Where a broker of ours keeps its logs.
    ///
    /// - Parameter directory: What it was started with.
    static func dataDirectory(below directory: String) -> String { directory + "/data" }

    /// What the report says of it.
    var name: String { child == nil ? bootstrapServer : "own" }

    /// Whether its connections are encrypted.
    var isEncrypted: Bool { authority != nil }

    /// The seconds of processors' time that it has used; `nil` for one that runs elsewhere.
    var processorTime: Double? { child?.processorTime }

    /// The bytes of memory that it has filled itself; `nil` for one that runs elsewhere.
    var memory: Int? { child?.memory }

    /// The bytes of it that are in memory, pages of files included; `nil` for one that runs elsewhere.
    var residentMemory: Int? { child?.residentMemory }

    /// A client of its own connections.
    func makeClient() throws -> KafkaClient {
        let tls = authority.flatMap { TLSSettings(["ssl.truststore.location": $0], prefix: "") }
        return try KafkaClient(
            bootstrapServers: [bootstrapServer],
            configuration: KafkaClientConfiguration(clientID: "millrace-bench", tls: tls))
    }

    /// Stops the server if it is ours.
    func stop() { child?.end(killing: false) }
}

/// The topic of one run.
struct BenchTopic {
    /// A name that no other run has.
    let name: String

    /// Creates a topic.
    static func create(partitions: Int32, durable: Bool, with client: KafkaClient) async throws -> BenchTopic {
        let topic = BenchTopic(name: "millrace-bench-\(UInt32.random(in: 0...UInt32.max))")
        // 2^63 - 1 is Kafka's own default: the page cache is what an acknowledgement means.
        let flush = durable ? "1" : String(Int64.max)
        try await KafkaAdmin(client: client).createTopic(
            NewTopic(topic.name, partitions: partitions, replicationFactor: 1, configs: ["flush.messages": flush]))
        return topic
    }

    /// Calls `body` with the name of a topic that is there for as long as it takes.
    static func with<Result>(
        partitions: Int32, durable: Bool, on server: BenchServer, _ body: (_ name: String) async throws -> Result
    ) async throws -> Result {
        let client = try server.makeClient()
        let topic = try await create(partitions: partitions, durable: durable, with: client)
        let result = try await body(topic.name)
        try await topic.delete(with: client)
        await client.close()
        return result
    }

    /// Where partition 0 ends.
    func end(with client: KafkaClient) async throws -> LogOffset {
        let partition = TopicPartition(name, 0)
        let ends = try await KafkaAdmin(client: client).listOffsets([partition: .latest])
        guard let end = try ends[partition]?.get().offset else {
            throw BenchFailure(description: "nobody tells where \(name) ends")
        }
        return end
    }

    /// Deletes it.
    func delete(with client: KafkaClient) async throws { try await KafkaAdmin(client: client).deleteTopic(name) }
}
