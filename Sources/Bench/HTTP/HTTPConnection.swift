import RecordFormat

/// A connection that stays open, on which one request is made again and again: more may be sent before the first is
/// answered.
///
/// One owner, one thread.
final class HTTPConnection {
    private let socket: PeerConnection
    private let request: HTTPRequest
    private var reader = HTTPMessageReader()
    private var lines = LineSplitter()
    /// Of the answer that comes.
    private var status = 0
    /// Whether there was anything in it.
    private var isEmpty = true
    /// What is left of the last request's pieces.
    private var pieces = 0
    /// When requests were made that are not answered, on ``MonotonicClock``.
    private var made: [Int64] = []
    /// What answers say.
    private(set) var tally: AnswerTally
    /// The bytes that have come since the last request was made, if they are wanted.
    private(set) var recording: [UInt8] = []
    private let isRecorded: Bool

    /// Connects.
    init(port: UInt16, request: HTTPRequest, goodCode: StaticString?, isRecorded: Bool = false) throws {
        socket = try PeerConnection(port: port)
        self.request = request
        tally = AnswerTally(goodCode: goodCode)
        self.isRecorded = isRecorded
    }

    var descriptor: Int32 { socket.descriptor }

    /// Whether the other end has not taken all that is for it.
    var hasOutput: Bool { socket.output.isPending || pieces > 0 }

    /// How many requests are not answered.
    var unanswered: Int { made.count }

    /// Makes the request once more; ``flush()`` sends it.
    ///
    /// - Precondition: One that is made of pieces waits for the answer to the one before it.
    func makeRequest() {
        precondition(pieces == 0, "requests in the middle of another")
        made.append(MonotonicClock.nanoseconds)
        recording.removeAll(keepingCapacity: true)
        socket.output.append(request.beginning)
        pieces = request.pieceCount
        if pieces == 0 { socket.output.append(request.ending) }
    }

    /// Sends what the socket takes.
    func flush() throws {
        try socket.output.flush()
        while !socket.output.isPending, pieces > 0 {
            pieces -= 1
            socket.output.append(request.piece)
            if pieces == 0 { socket.output.append(request.ending) }
            try socket.output.flush()
        }
    }

    /// Takes what has come.
    ///
    /// - Parameter answered: Is given the nanoseconds from each request that is answered now until its answer was whole.
    /// - Returns: How many records have an offset in it.
    func receive(_ answered: (Int64) -> Void) throws -> Int {
        let (before, counted) = (socket.input.count, tally.records)
        guard try socket.receiveWhatIsThere() else { return 0 }
        let now = MonotonicClock.nanoseconds
        if isRecorded { recording += socket.input.slice(before..<socket.input.count).array }
        while let part = try reader.next(&socket.input) {
            switch part {
            case .head(_, let status):
                self.status = status ?? 0
                isEmpty = true
            case .body(let bytes):
                isEmpty = false
                try lines.add(bytes.bytes) { tally.add($0, status: self.status) }
            case .end:
                try lines.finish { tally.add($0, status: self.status) }
                if isEmpty { tally.fail(status, "without a body") }
                guard !made.isEmpty else { throw HTTPMessageReader.unknown("an answer that nobody has asked for") }
                answered(now - made.removeFirst())
            }
        }
        return tally.records - counted
    }
}
