import HTTPService
import JSON

/// One streaming produce request: records as they come, and for each an object in the answer once it is acknowledged,
/// in the order of the records.
///
/// What is held at any time is one part of the body, with as many of its records as there is room for, and a bounded number
/// of records that wait for their acknowledgement. When those do not get fewer nothing more is read, and so a client that
/// sends faster than the cluster writes, or does not read its answer, is held back.
struct ProduceStream: Sendable {
    let production: Production
    let settings: V3Settings
    let topic: String
    let clusterID: String

    /// What stands after each object of the answer.
    private static let separator: [UInt8] = [0x0D, 0x0A]
    /// How many bytes of an answer are gathered before they are sent, where that many are known.
    private static let bytesAtOnce = 32 << 10

    /// Reads a body to its end and answers it.
    ///
    /// - Parameter send: Sends a part of the answer; it waits while the client is slow.
    /// - Throws: What `send` throws once the client has gone.
    func run<Body: AsyncSequence & Sendable>(
        _ body: Body, send: (_ bytes: [UInt8]) async throws -> Void
    ) async throws where Body.Element == [UInt8] {
        let replies = ReplyQueue<Production.Pending>(capacity: settings.maximumInFlight)
        let deadline = ContinuousClock.now.advanced(by: settings.maximumStreamDuration)
        let grace = settings.streamGracePeriod
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer {
                replies.finish()
                group.cancelAll()
            }
            group.addTask {
                await read(body, until: deadline, into: replies)
                replies.finish()
            }
            group.addTask {
                guard (try? await Task.sleep(until: deadline.advanced(by: grace), clock: .continuous)) != nil else {
                    return
                }
                _ = await replies.add(.refused(.streamTooLong))
                replies.finish()
            }
            try await write(replies, send)
        }
    }

    // MARK: Answering

    private func write(
        _ replies: ReplyQueue<Production.Pending>, _ send: (_ bytes: [UInt8]) async throws -> Void
    ) async throws {
        var output = JSONWriter(capacity: 1024)
        var bytes: [UInt8] = []
        while let pending = await replies.next() {
            bytes.removeAll(keepingCapacity: true)
            try await Self.add(pending, to: &bytes, with: &output)
            // What is known by now goes along, so that a stream of small records is not one of small writes.
            while bytes.count < Self.bytesAtOnce, let next = replies.next(if: \.isDone) {
                try await Self.add(next, to: &bytes, with: &output)
            }
            try await send(bytes)
        }
    }

    private static func add(
        _ pending: Production.Pending, to bytes: inout [UInt8], with writer: inout JSONWriter
    ) async throws {
        writer.removeAll()
        switch try await pending.result() {
        case .success(let reply): reply.write(to: &writer)
        case .failure(let error): writer.add(error.withinStream.json)
        }
        bytes += writer.utf8
        bytes += separator
    }

    // MARK: Reading

    private func read<Body: AsyncSequence & Sendable>(
        _ body: Body, until deadline: ContinuousClock.Instant, into replies: ReplyQueue<Production.Pending>
    ) async where Body.Element == [UInt8] {
        var splitter = JSONDocumentSplitter(limit: settings.maximumRecordSize)
        var isEmpty = true
        do {
            for try await part in body {
                var documents: [[UInt8]] = []
                var fault: (any Error)?
                do { try splitter.append(part) { documents.append($0) } } catch { fault = error }
                isEmpty = isEmpty && documents.isEmpty
                guard try await take(documents, until: deadline, into: replies) else { return }
                if let fault { throw fault }
            }
            try splitter.finish()
            if isEmpty { _ = await replies.add(try await nothing()) }
        } catch is CancellationError {
            // The client has gone, or the stream was open for too long.
        } catch let fault as JSONDocumentSplitter.Fault {
            _ = await replies.add(.refused(fault.error))
        } catch let error as ServiceError {
            _ = await replies.add(.refused(RESTError(error.errorCode, error.message)))
        } catch {
            // The connection ended in the middle; what came before it is written.
        }
    }

    /// Hands records over, as many at once as there is room for.
    ///
    /// - Returns: Whether the stream goes on.
    private func take(
        _ documents: [[UInt8]], until deadline: ContinuousClock.Instant, into replies: ReplyQueue<Production.Pending>
    ) async throws -> Bool {
        var rest = documents[...]
        while !rest.isEmpty {
            let room = await replies.room()
            guard room > 0 else { return false }
            guard ContinuousClock.now < deadline else {
                return await replies.add(contentsOf: rest.map { _ in .refused(.streamTooLong) })
            }
            var records: [Production.Submission] = []
            var fault: RESTError?
            for document in rest.prefix(room) {
                do {
                    let json = try JSONValue(parsing: document)
                    records.append(.init(size: document.count, reading: json.object ?? JSONObject()))
                } catch {
                    // Where the next record begins is not certain any more.
                    fault = .badRequest("Error processing message: \(error)")
                    break
                }
            }
            rest = rest.dropFirst(records.count)
            let goesOn = try await production.submit(records, to: topic, of: clusterID) {
                await replies.add(contentsOf: $0)
            }
            guard goesOn else { return false }
            if let fault {
                _ = await replies.add(.refused(fault))
                return false
            }
        }
        return true
    }

    /// What becomes of a request without any record.
    private func nothing() async throws -> Production.Pending {
        guard settings.emptyBodyIsARecord else {
            return .refused(.invalidPayload("Request body is empty. Data is required."))
        }
        return try await production.submit(.init(size: 0, entry: .success(.empty)), to: topic, of: clusterID)
    }
}

extension RESTError {
    /// The error as an object.
    var json: JSONValue { ["error_code": .integer(code), "message": .string(message)] }
}
