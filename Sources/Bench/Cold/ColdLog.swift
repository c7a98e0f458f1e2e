import KafkaClient

/// A topic that is on the device and not in memory, and the broker that has it, which starts and stops as it is wanted: what a
/// process has mapped would stay in the page cache.
struct ColdLog {
    /// Where the broker keeps its data.
    let directory: String
    let topic: String
    /// How many records there are.
    let records: Int

    /// Bytes of a record's value.
    static let recordSize = 1 << 10

    /// Starts a broker, fills a topic of one partition, and stops it.
    static func fill(_ directory: String, records: Int) async throws -> ColdLog {
        let server = try BenchServer.start(.broker, directory: directory)
        defer { server.stop() }
        let client = try server.makeClient()
        let topic = try await BenchTopic.create(partitions: 1, durable: false, with: client)
        let producer = try KafkaProducer(
            client: client, configuration: ProducerConfiguration(batchSize: 64 << 10, linger: .milliseconds(5)))
        try await producer.write(records, of: recordSize, to: topic.name)
        await producer.close()
        await client.close()
        let log = ColdLog(directory: directory, topic: topic.name, records: records)
        // A broker syncs what it has when it stops, which may take longer than it is given for its end.
        try log.segments.sync()
        return log
    }

    /// Calls `body` while a broker of its own has the topic.
    func withServer<Result>(_ body: (BenchServer) async throws -> Result) async throws -> Result {
        let server = try BenchServer.start(.broker, directory: directory)
        defer { server.stop() }
        return try await body(server)
    }

    /// Takes all that the broker keeps out of the page cache, while there is no broker.
    func drop() throws { try DataFiles(directory: BenchServer.dataDirectory(below: directory)).drop() }

    /// The files that the records are in.
    var segments: DataFiles {
        DataFiles(directory: BenchServer.dataDirectory(below: directory) + "/\(topic)-0", suffix: ".log")
    }
}

/// A consumer that reads a topic from its start, on a thread of its own and as fast as it comes, until it is told to stop or has
/// all of it.
struct ColdReader {
    private let stopFlag: StopFlag
    private let thread: SideThread<RawConsumer.Reading>

    /// Starts it, once it is connected.
    init(_ log: ColdLog, on server: BenchServer) {
        let (address, topic, records) = (server.bootstrapServer, log.topic, log.records)
        let stopFlag = StopFlag()
        self.stopFlag = stopFlag
        thread = SideThread("cold reader") { becomesReady in
            let consumer = try RawConsumer(address, topic: topic)
            becomesReady()
            return try consumer.read(records) { !stopFlag.isSet }
        }
        thread.waitUntilReady()
    }

    /// Has it read no more.
    func stop() { stopFlag.set() }

    /// What it has read, once it has ended.
    func reading() throws -> RawConsumer.Reading { try thread.wait() }

    /// Which part of the `seconds` that began at `start` a reading has gone on, from 0 to 1.
    static func share(of reading: Timeline, from start: Int64, seconds: Int) -> Double {
        let length = Int64(seconds) * 1_000_000_000
        let end = min(start + length, reading.start + Int64(reading.duration * 1e9))
        return Double(max(0, end - max(start, reading.start))) / Double(length)
    }
}
