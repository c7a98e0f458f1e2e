import ConnectAPI
import JSON

/// Which requests are open between a worker and one plug-in, without I/O: what is asked gets its id here, and what
/// comes in is told what it belongs to.
struct Conversation<Waiter> {
    /// What an incoming message is for.
    enum Event {
        /// A request of the worker's is answered.
        case settle(Waiter, Result<JSONValue, ConnectError>)
        /// The plug-in asks for something.
        case serve(id: Int64, call: String, with: JSONValue)
        /// The plug-in says something.
        case notice(String, with: JSONValue)
    }

    /// The most requests that a plug-in may have open: every one of them costs memory here.
    static var servedLimit: Int { 64 }

    private var open: [Int64: (call: String, waiter: Waiter)] = [:]
    private var served: Set<Int64> = []
    private var nextID: Int64 = 1

    /// The calls that wait for their answers, in the order in which they were made.
    var openCalls: [String] { open.sorted { $0.key < $1.key }.map(\.value.call) }

    /// Whether the plug-in waits for an answer from here.
    var owesAnswer: Bool { !served.isEmpty }

    /// Opens a request.
    ///
    /// - Returns: The message to send.
    mutating func ask(_ call: String, with: JSONValue, _ waiter: Waiter) -> PluginMessage {
        let id = nextID
        nextID += 1
        open[id] = (call, waiter)
        return .request(id: id, call: call, with: with)
    }

    /// Forgets a request that was not sent.
    mutating func withdraw(_ message: PluginMessage) {
        if case .request(let id, _, _) = message { open[id] = nil }
    }

    /// Takes a message of the plug-in's.
    ///
    /// - Throws: ``ConnectError`` for one that breaks the protocol; there is no going on then.
    mutating func receive(_ message: PluginMessage) throws -> Event {
        switch message {
        case .notice(let notice, let with): return .notice(notice, with: with)
        case .answer(let id, let result): return .settle(try take(id), .success(result))
        case .refusal(let id, let failure): return .settle(try take(id), .failure(failure.error))
        case .request(let id, let call, let with):
            guard served.count < Self.servedLimit else {
                throw ConnectError(.failed, "more than \(Self.servedLimit) requests at a time")
            }
            guard served.insert(id).inserted else {
                throw ConnectError(.failed, "a second request with the id \(id), whose first is not answered yet")
            }
            return .serve(id: id, call: call, with: with)
        }
    }

    /// Notes that a request of the plug-in's has its answer.
    mutating func answered(_ id: Int64) { served.remove(id) }

    /// Ends it.
    ///
    /// - Returns: Those whose answers will not come.
    mutating func end() -> [Waiter] {
        defer { open = [:] }
        return open.values.map(\.waiter)
    }

    private mutating func take(_ id: Int64) throws -> Waiter {
        guard let request = open.removeValue(forKey: id) else {
            throw ConnectError(.failed, "an answer with the id \(id), which no open request has")
        }
        return request.waiter
    }
}
