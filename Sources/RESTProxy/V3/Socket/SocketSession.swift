import JSON

/// Carries out what a ``SocketConversation`` says, for one client.
///
/// Everything that happens goes through one bounded queue, and one task takes from it: it tells the conversation and
/// does what it says. Other tasks take the client's messages, wait for acknowledgements, and read records; each of
/// them waits while the queue is full, and so does whoever feeds it.
struct SocketSession: Sendable {
    let production: Production
    let readers: RecordReaders
    let settings: V3Settings
    let clients: ProxyClients
    let topic: String
    let clusterID: String

    private enum Input: Sendable {
        case event(SocketConversation.Event)
        /// What happened to the reader of that number; others are gone by now.
        case reader(Int, SocketConversation.Event)
    }

    private struct Written: Sendable {
        var id: JSONValue
        var pending: Production.Pending
    }

    /// How much may happen before it is looked at.
    private static let queueLength = 64
    /// How long a read waits for records before it looks whether it is still wanted.
    private static let readWait = Duration.milliseconds(500)

    /// Serves a client until it closes, or its messages are none.
    ///
    /// - Throws: What sending to the client throws.
    func run(_ peer: some SocketPeer) async throws {
        let inputs = ReplyQueue<Input>(capacity: Self.queueLength)
        // Never full: the conversation stops receiving at the number in flight, and what is received by then lies in
        // the other queue.
        let written = ReplyQueue<Written>(capacity: settings.maximumInFlight + Self.queueLength + 1)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            var reading = Reading()
            defer {
                inputs.finish()
                written.finish()
                gate.open()
                reading.commands?.finish()
                group.cancelAll()
            }
            group.addTask { await receive(from: peer, into: inputs, gate) }
            group.addTask { try await acknowledge(written, into: inputs) }
            var conversation = SocketConversation(
                settings: settings.records, maximumInFlight: settings.maximumInFlight)
            while let input = await inputs.next() {
                let event: SocketConversation.Event
                switch input {
                case .event(let happened): event = happened
                case .reader(let number, let happened):
                    guard number == reading.number else { continue }
                    event = happened
                }
                for action in conversation.receive(event) {
                    switch action {
                    case .send(let json): try await peer.send(text: json.text)
                    case .produce(let object, let id, let size):
                        let record = Production.Submission(size: size, reading: object)
                        let pending = try await production.submit(record, to: topic, of: clusterID)
                        _ = await written.add(Written(id: id, pending: pending))
                    case .pauseReceiving: gate.close()
                    case .resumeReceiving: gate.open()
                    case .openReader(let query):
                        let (number, commands) = reading.begin()
                        group.addTask { await read(query, number, commands, into: inputs) }
                    case .read(let limit): _ = await reading.commands?.add(limit)
                    case .closeReader: reading.end()
                    case .close(let code, let reason):
                        peer.close(code: code, reason: reason)
                        return
                    }
                }
            }
        }
    }

    /// The reader that there is now.
    private struct Reading {
        var number = 0
        var commands: ReplyQueue<Int>?

        mutating func begin() -> (number: Int, commands: ReplyQueue<Int>) {
            end()
            // One read is asked for at a time.
            let commands = ReplyQueue<Int>(capacity: 2)
            self.commands = commands
            return (number, commands)
        }

        mutating func end() {
            number += 1
            commands?.finish()
            commands = nil
        }
    }

    // MARK: Beside it

    private func receive(from peer: some SocketPeer, into inputs: ReplyQueue<Input>, _ gate: Gate) async {
        do {
            for try await message in peer.messages {
                await gate.pass()
                guard await inputs.add(.event(.message(message))) else { return }
            }
        } catch {
            // The client has gone without a word, which is an end as well.
        }
        inputs.finish()
    }

    private func acknowledge(_ written: ReplyQueue<Written>, into inputs: ReplyQueue<Input>) async throws {
        while let next = await written.next() {
            let result = try await next.pending.result()
            guard await inputs.add(.event(.produced(id: next.id, result))) else { return }
        }
    }

    private func read(
        _ query: RecordsQuery, _ number: Int, _ commands: ReplyQueue<Int>, into inputs: ReplyQueue<Input>
    ) async {
        let format = RecordJSON(keyFormat: query.keyFormat, valueFormat: query.valueFormat, schemas: clients.schemas)
        do {
            let start = try await readers.start(of: topic, query, orElse: .latest)
            try await readers.with(topic, from: start) { reader in
                guard await inputs.add(.reader(number, .opened(start))) else { return }
                // What one poll brought beyond what the client may get yet.
                var rest: ArraySlice<ReadRecord> = []
                while let limit = await commands.next() {
                    if rest.isEmpty { rest = try await reader.next(wait: Self.readWait)[...] }
                    var deliveries: [SocketConversation.Delivery] = []
                    for record in rest.prefix(limit) {
                        let json = await format.json(record.record, of: record.partition)
                        deliveries.append(.init(id: reader.advance(record).description, record: json))
                    }
                    rest = rest.dropFirst(limit)
                    guard await inputs.add(.reader(number, .read(deliveries))) else { return }
                }
            }
        } catch is CancellationError {
            // The socket has ended.
        } catch {
            _ = await inputs.add(.reader(number, .readerFailed(RESTError(v3: error))))
        }
    }
}
