import HTTPService
import HTTPTypes
import RecordFormat
import Synchronization

/// An answer with records that is on its way: the records count as answered once it is written, and are read again
/// where it cannot be.
///
/// Holds the instance's turn until then. Whoever drops the ticket gives the records back.
final class ReadTicket: Sendable {
    /// The answer.
    let body: [UInt8]
    private let instance: ConsumerInstance
    private let records: [InstanceRecords.Pending]
    private let memory: RequestMemory
    private struct State {
        var isSettled = false
        var reserved = 0
    }
    private let state = Mutex(State())

    init(
        _ instance: ConsumerInstance, records: [InstanceRecords.Pending], body: [UInt8], memory: RequestMemory
    ) {
        self.instance = instance
        self.records = records
        self.body = body
        self.memory = memory
    }

    deinit { settle(isDelivered: false) }

    /// Counts the answer's bytes while it is on its way.
    ///
    /// - Throws: ``RESTError`` with status 503 where there is no room for it.
    func reserve() throws {
        try memory.reserve(body.count)
        state.withLock { $0.reserved = body.count }
    }

    /// How much is written at once.
    private static let pieceSize = 64 * 1024

    /// The answer, written piece by piece while the client reads.
    func response(type: String) -> ServiceResponse {
        var response = ServiceResponse(.ok, type: type) { send in try await self.write(to: send) }
        response.headers[.contentLength] = String(body.count)
        return response
    }

    private func write(to send: (_ bytes: [UInt8]) async throws -> Void) async throws {
        do {
            var start = 0
            while start < body.count {
                let end = min(start + Self.pieceSize, body.count)
                try await send(start == 0 && end == body.count ? body : Array(body[start..<end]))
                start = end
            }
        } catch {
            settle(isDelivered: false)
            throw error
        }
        settle(isDelivered: true)
        await instance.shadow.store()
    }

    private func settle(isDelivered: Bool) {
        let reserved = state.withLock { state -> Int? in
            if state.isSettled { return nil }
            state.isSettled = true
            return state.reserved
        }
        guard let reserved else { return }
        memory.release(reserved)
        if isDelivered {
            instance.noteAnswered(records)
        } else {
            instance.state.withLock { $0.records.putBack(records) }
        }
        instance.reads.give()
    }
}
