/// The requests of the workload `rest`.
struct RESTRequests: Sendable {
    /// Bytes of a value without text in it.
    static let smallestSize = 8
    /// Records in a chunk of a stream's body.
    private static let recordsInChunk = 200

    /// Requests of one record.
    var requests = 100_000
    /// Connections of requests that end, and how many are made on each before the first is answered.
    var connections = 64
    var pipeline = 1
    /// Records of a request that has many.
    var batch = 100
    /// Requests that are streams, side by side.
    var streams = 1
    /// Records of everything but single ones.
    var records = 200_000
    /// Bytes of a value.
    var size = 100

    /// The value of each record, as JSON.
    var value: [UInt8] {
        Array("{\"v\":\"".utf8)
            + [UInt8](repeating: UInt8(ascii: "x"), count: size - Self.smallestSize) + Array("\"}".utf8)
    }

    /// How many records a measure writes or reads, in whole requests.
    func records(of measure: RESTMeasure) -> Int { requests(of: measure) * recordsOfRequest(measure) }

    /// How many requests a measure makes.
    func requests(of measure: RESTMeasure) -> Int {
        switch measure {
        case .single: requests
        case .batch: max(1, records / batch)
        case .stream: streams
        case .events: 1
        }
    }

    private func recordsOfRequest(_ measure: RESTMeasure) -> Int {
        switch measure {
        case .single: 1
        case .batch: batch
        case .stream: max(1, records / streams)
        case .events: records
        }
    }

    /// Where a proxy is asked for it.
    static func target(_ measure: RESTMeasure, topic: String, cluster: String) -> String {
        switch measure {
        case .single, .batch: "/topics/\(topic)"
        case .stream: "/v3/clusters/\(cluster)/topics/\(topic)/records"
        case .events: "/v3/clusters/\(cluster)/topics/\(topic)/records?partition=0&offset=earliest&format=json"
        }
    }

    /// All requests of a measure.
    func load(_ measure: RESTMeasure, port: UInt16, target: String) -> HTTPLoad {
        let total = records(of: measure)
        return HTTPLoad(
            port: port, request: request(measure, target), goodCode: measure.goodCode, requests: requests(of: measure),
            connections: connections(of: measure), pipeline: measure == .single ? pipeline : 1,
            end: measure.isReading ? .records(total) : .answers(records: total))
    }

    /// A few requests, one after the other, whose last answer is kept.
    func trial(_ measure: RESTMeasure, port: UInt16, target: String) -> HTTPLoad {
        let count = measure == .single || measure == .batch ? min(100, requests(of: measure)) : 1
        let total = count * recordsOfRequest(measure)
        return HTTPLoad(
            port: port, request: request(measure, target), goodCode: measure.goodCode, requests: count,
            end: measure.isReading ? .records(total) : .answers(records: total), isRecorded: true)
    }

    private func connections(of measure: RESTMeasure) -> Int {
        switch measure {
        case .single, .batch: min(connections, requests(of: measure))
        case .stream: streams
        case .events: 1
        }
    }

    private func request(_ measure: RESTMeasure, _ target: String) -> HTTPRequest {
        switch measure {
        case .single, .batch:
            let record: [UInt8] = Array("{\"value\":".utf8) + value + Array("}".utf8)
            let list = [[UInt8]](repeating: record, count: recordsOfRequest(measure)).joined(separator: [0x2C])
            return HTTPRequest(
                "POST", target, fields: [(name: "Content-Type", value: "application/vnd.kafka.json.v2+json")],
                body: Array("{\"records\":[".utf8) + Array(list) + Array("]}".utf8))
        case .stream:
            let record: [UInt8] = Array("{\"value\":{\"type\":\"JSON\",\"data\":".utf8) + value + Array("}}\n".utf8)
            let count = recordsOfRequest(measure)
            func many(_ count: Int) -> [UInt8] { Array([[UInt8]](repeating: record, count: count).joined()) }
            return HTTPRequest(
                "POST", target, fields: [(name: "Content-Type", value: "application/json")],
                chunk: many(Self.recordsInChunk), count: count / Self.recordsInChunk,
                rest: many(count % Self.recordsInChunk))
        case .events:
            return HTTPRequest("GET", target, fields: [(name: "Accept", value: "text/event-stream")])
        }
    }
}
