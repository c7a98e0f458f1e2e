import JSON

/// What is said over one WebSocket of a topic: records that the client writes, each answered, and records that it
/// reads, each acknowledged.
///
/// A state machine without I/O: messages and what becomes of them go in, actions come out. Every queue in it is
/// bounded: when as many records wait for their answer as may, nothing more is received; when as many wait for the
/// client's acknowledgement as it asked for, nothing more is read.
///
/// The client says:
///
/// - `{"type":"produce","id":"1",…}`, with the record as in API v3's produce, and gets `{"type":"produced","id":"1",
///   "error_code":200,…}` once it is written.
/// - `{"type":"subscribe","partition":0,"offset":"earliest","format":"json","max_unacknowledged":100}`, with what the
///   query of a read may have, and gets `{"type":"record","id":"0:5","record":{…}}` for each record.
/// - `{"type":"ack","id":"0:5"}`, which acknowledges that record and all before it.
/// - `{"type":"unsubscribe"}`.
///
/// What it cannot mean is answered with `{"type":"error","error_code":400,"message":"…"}`.
struct SocketConversation: Sendable {
    /// What happens.
    enum Event: Sendable {
        /// The client has said something.
        case message([UInt8])
        /// It is known what became of a record that was to be written.
        case produced(id: JSONValue, Result<ProduceReply, RESTError>)
        /// The reader is open, and stands there.
        case opened(RecordMarks)
        /// Records were read, each with how far the reader has got with it; none if there were none in time.
        case read([Delivery])
        /// The reader could not be opened, or cannot go on.
        case readerFailed(RESTError)
    }

    /// A record for the client.
    struct Delivery: Sendable, Hashable {
        /// How far the reader has got with it.
        var id: String
        /// The record.
        var record: JSONValue
    }

    /// What is to be done, in order.
    enum Action: Sendable, Hashable {
        /// Say something to the client.
        case send(JSONValue)
        /// Write a record; an ``Event/produced(id:_:)`` is to follow.
        case produce(JSONObject, id: JSONValue, size: Int)
        /// Receive nothing more for now.
        case pauseReceiving
        /// Receive again.
        case resumeReceiving
        /// Open a reader; ``Event/opened(_:)`` or ``Event/readerFailed(_:)`` is to follow.
        case openReader(RecordsQuery)
        /// Read so many records at most; ``Event/read(_:)`` or ``Event/readerFailed(_:)`` is to follow.
        case read(limit: Int)
        /// Close the reader; what it reads yet is dropped.
        case closeReader
        /// Close the socket.
        case close(code: UInt16, reason: String)
    }

    private enum Reading {
        case none
        case opening(window: Int)
        case open(window: Int, isReading: Bool)
    }

    private let settings: RecordsSettings
    private let maximumInFlight: Int
    private var reading = Reading.none
    /// The records that the client has and has not acknowledged, in order.
    private var unacknowledged: [String] = []
    private var inFlight = 0
    private var isPaused = false

    /// How many records a client may leave unacknowledged where it does not say.
    private static let standardWindow = 100
    /// The most records that it may leave unacknowledged.
    private static let maximumWindow = 10_000
    /// The most records of one read.
    private static let recordsAtOnce = 500

    /// Creates a conversation in which nothing has been said.
    ///
    /// - Parameter maximumInFlight: The most records that wait for their answer.
    init(settings: RecordsSettings, maximumInFlight: Int) {
        self.settings = settings
        self.maximumInFlight = maximumInFlight
    }

    /// Takes an event.
    ///
    /// - Returns: What is to be done.
    mutating func receive(_ event: Event) -> [Action] {
        switch event {
        case .message(let bytes): return message(bytes)
        case .produced(let id, let result): return produced(id, result)
        case .opened(let marks):
            guard case .opening(let window) = reading else { return [] }
            reading = .open(window: window, isReading: false)
            return [.send(["type": "subscribed", "after": .string(marks.description)])] + readOn()
        case .read(let deliveries): return read(deliveries)
        case .readerFailed(let error):
            if case .none = reading { return [] }
            reading = .none
            unacknowledged = []
            return [.closeReader, Self.failure(error)]
        }
    }

    // MARK: Messages

    private mutating func message(_ bytes: [UInt8]) -> [Action] {
        guard let object = (try? JSONValue(parsing: bytes))?.object else {
            return [.close(code: 1007, reason: "a message has to be a JSON object")]
        }
        do {
            switch try object.text("type") {
            case "produce": return produce(object, size: bytes.count)
            case "subscribe": return try subscribe(object)
            case "unsubscribe": return unsubscribe()
            case "ack": return try acknowledge(try object.text("id"))
            case let other:
                throw RESTError.badRequest(
                    "'type' is \(other.prefix(32)); it has to be produce, subscribe, ack or unsubscribe")
            }
        } catch {
            return [Self.failure(RESTError(v3: error))]
        }
    }

    private static func failure(_ error: RESTError) -> Action {
        .send(["type": "error", "error_code": .integer(error.code), "message": .string(error.message)])
    }

    // MARK: Writing

    private mutating func produce(_ object: JSONObject, size: Int) -> [Action] {
        inFlight += 1
        var actions = [Action.produce(object, id: object["id"] ?? .null, size: size)]
        if inFlight >= maximumInFlight, !isPaused {
            isPaused = true
            actions.append(.pauseReceiving)
        }
        return actions
    }

    private mutating func produced(_ id: JSONValue, _ result: Result<ProduceReply, RESTError>) -> [Action] {
        inFlight -= 1
        var json = JSONBuilder()
        switch result {
        case .success(let reply): reply.write(to: &json)
        case .failure(let error): json.add(error.withinStream.json)
        }
        var answer = JSONObject()
        answer["type"] = "produced"
        answer["id"] = id
        for member in json.value?.object ?? JSONObject() { answer[member.name] = member.value }
        var actions = [Action.send(.object(answer))]
        if isPaused, inFlight <= maximumInFlight / 2 {
            isPaused = false
            actions.append(.resumeReceiving)
        }
        return actions
    }

    // MARK: Reading

    private mutating func subscribe(_ object: JSONObject) throws -> [Action] {
        guard case .none = reading else {
            throw RESTError.badRequest("there is a subscription already; unsubscribe first")
        }
        let window = try object.optionalInteger("max_unacknowledged", as: Int.self) ?? Self.standardWindow
        guard (1...Self.maximumWindow).contains(window) else {
            throw RESTError.badRequest("'max_unacknowledged' has to be from 1 to \(Self.maximumWindow)")
        }
        let pairs = try RecordsQuery.names.compactMap { name in
            try object.optionalText(name).map { (name: name, value: $0) }
        }
        let query = try RecordsQuery(pairs, settings: settings)
        reading = .opening(window: window)
        return [.openReader(query)]
    }

    private mutating func unsubscribe() -> [Action] {
        let answer = Action.send(["type": "unsubscribed"])
        if case .none = reading { return [answer] }
        reading = .none
        unacknowledged = []
        return [.closeReader, answer]
    }

    private mutating func acknowledge(_ id: String) throws -> [Action] {
        guard let place = unacknowledged.firstIndex(of: id) else {
            throw RESTError.badRequest("no record with the id \(id.prefix(64)) waits for an acknowledgement")
        }
        unacknowledged.removeSubrange(...place)
        return readOn()
    }

    private mutating func read(_ deliveries: [Delivery]) -> [Action] {
        guard case .open(let window, _) = reading else { return [] }
        reading = .open(window: window, isReading: false)
        unacknowledged += deliveries.map(\.id)
        let records = deliveries.map {
            Action.send(["type": "record", "id": .string($0.id), "record": $0.record])
        }
        return records + readOn()
    }

    /// Reads as much as the client may get, if nothing is being read.
    private mutating func readOn() -> [Action] {
        guard case .open(window: let window, isReading: false) = reading, unacknowledged.count < window else {
            return []
        }
        reading = .open(window: window, isReading: true)
        return [.read(limit: min(window - unacknowledged.count, Self.recordsAtOnce))]
    }
}
