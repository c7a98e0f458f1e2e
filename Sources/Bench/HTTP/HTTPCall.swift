import RecordFormat

/// One request to an HTTP API, over a connection of its own.
struct HTTPCall {
    /// What was answered.
    struct Answer {
        var status = 0
        var body: [UInt8] = []

        /// The body as text, for messages to people.
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// The most bytes of an answer's body.
    private static let limit = 16 << 20

    let port: UInt16
    let method: String
    let target: String
    /// JSON.
    var body: [UInt8] = []

    /// Makes the request and waits for its answer.
    ///
    /// - Throws: ``BenchFailure`` if there is none within ``PeerConnection/patience``.
    func answer() throws -> Answer {
        let connection = try PeerConnection(port: port)
        let request = HTTPRequest(
            method, target, fields: [(name: "Content-Type", value: "application/json")], body: body)
        connection.output.append(request.beginning)
        var reading = Reading()
        return try connection.ask("\(method) \(target)") { input, _ in try reading.take(&input) }
    }

    /// What has come of an answer.
    private struct Reading {
        var reader = HTTPMessageReader()
        var answer = Answer()

        /// - Returns: The answer once it is whole.
        mutating func take(_ input: inout ReceivedBytes) throws -> Answer? {
            while let part = try reader.next(&input) {
                switch part {
                case .head(_, let status): answer.status = status ?? 0
                case .body(let bytes):
                    answer.body += bytes.array
                    guard answer.body.count <= HTTPCall.limit else {
                        throw BenchFailure(description: "an answer of more than \(HTTPCall.limit) bytes")
                    }
                case .end: return answer
                }
            }
            return nil
        }
    }
}
