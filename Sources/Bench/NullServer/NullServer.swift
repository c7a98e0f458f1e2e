import ArgumentParser
import KafkaProtocol
import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The least that a server of Kafka's protocol can do, so that a ratio to it says what an engine costs: one thread looks at
/// all sockets, writes what they brought to each partition's file with one call, syncs it if it is to be durable, and
/// answers. Readers get stretches of the file. There are no indexes, no checks, and nothing is left after it.
final class NullServer {
    /// What an acknowledgement means.
    enum Storage: String, CaseIterable, ExpressibleByArgument {
        /// Nothing: records are thrown away.
        case nothing
        /// Written.
        case pageCache = "page-cache"
        /// Written and synced.
        case device
    }

    private struct Answer {
        let connection: FrameConnection
        let frame: EncodedFrame
    }

    /// A fetch that found nothing.
    private struct Waiting {
        let connection: FrameConnection
        let header: RequestHeader
        let request: FetchRequest
        let deadline: Int64
    }

    let port: UInt16
    private let listener: Int32
    private let storage: Storage
    private let topics: NullTopics
    private var connections: [FrameConnection] = []
    private var waiting: [Waiting] = []

    /// Creates a server that listens.
    ///
    /// - Parameter directory: Where files are put; they go with the topics.
    init(port: UInt16 = 0, storage: Storage, directory: String) throws {
        (listener, self.port) = try LoopbackSocket.listening(on: port)
        self.storage = storage
        topics = NullTopics(directory: directory, port: self.port)
    }

    deinit { close(listener) }

    /// How often ``run(while:)`` asks whether it may go on, in nanoseconds.
    private static let askInterval: Int64 = 250_000_000

    /// Serves until `mayGoOn` says no, which is asked some four times a second and not for each request.
    func run(while mayGoOn: () -> Bool) throws {
        // A client that has gone is told by the call that writes to it.
        signal(SIGPIPE, SIG_IGN)
        var nextAsk = Int64.min
        while true {
            if MonotonicClock.nanoseconds >= nextAsk {
                guard mayGoOn() else { return }
                nextAsk = MonotonicClock.nanoseconds + Self.askInterval
            }
            var watched = connections.map {
                pollfd(fd: $0.descriptor, events: Int16($0.hasOutput ? POLLIN | POLLOUT : POLLIN), revents: 0)
            }
            watched.append(pollfd(fd: listener, events: Int16(POLLIN), revents: 0))
            poll(&watched, nfds_t(watched.count), patience)
            if watched[watched.count - 1].revents != 0 {
                connections.append(FrameConnection(try LoopbackSocket.nextConnection(of: listener)))
            }
            let ready = zip(connections, watched).filter { $0.1.revents != 0 }.map(\.0)
            let gone = try serve(ready)
            if !gone.isEmpty {
                connections.removeAll { gone.contains(ObjectIdentifier($0)) }
                waiting.removeAll { gone.contains(ObjectIdentifier($0.connection)) }
            }
        }
    }

    /// How long to wait for a socket, in milliseconds.
    private var patience: Int32 {
        let now = MonotonicClock.nanoseconds
        let next = waiting.map { max(0, $0.deadline - now) }.min() ?? Self.askInterval
        return Int32(min(Self.askInterval, next) / 1_000_000 + 1)
    }

    /// Takes what sockets have and answers it.
    ///
    /// - Returns: The clients that have gone.
    private func serve(_ ready: [FrameConnection]) throws -> Set<ObjectIdentifier> {
        var gone: Set<ObjectIdentifier> = []
        for connection in ready where !connection.receive() { gone.insert(ObjectIdentifier(connection)) }
        // Behind a fetch that is answered there may be more to take.
        var open = ready.filter { !gone.contains(ObjectIdentifier($0)) }
        var isFirst = true
        while isFirst || !open.isEmpty {
            isFirst = false
            var answers: [Answer] = []
            // Who cannot be understood goes; the others stay.
            for connection in open where (try? takeFrames(of: connection, &answers)) != true {
                gone.insert(ObjectIdentifier(connection))
            }
            for log in topics.logs { try log.commit(storage) }
            for answer in answers { try answer.connection.enqueue(answer.frame) }
            open = try answerWaiting()
        }
        for connection in connections where connection.hasOutput && !connection.flush() {
            gone.insert(ObjectIdentifier(connection))
        }
        return gone
    }

    /// Takes the requests that have come; none behind a fetch that waits, since answers have the order of requests.
    ///
    /// - Returns: Whether all of them are spoken here.
    private func takeFrames(of connection: FrameConnection, _ answers: inout [Answer]) throws -> Bool {
        while !waiting.contains(where: { $0.connection === connection }), let frame = try connection.nextFrame() {
            guard try take(frame, from: connection, &answers) else { return false }
        }
        return true
    }

    /// - Returns: Whether the request is one that is spoken.
    private func take(_ frame: ByteSlice, from connection: FrameConnection, _ answers: inout [Answer]) throws -> Bool {
        var (header, body) = try KafkaFrame.decodeRequestHeader(frame)
        switch header.apiKey {
        case .produce:
            let request = try ProduceRequest(from: &body, version: header.apiVersion)
            let response = ProduceResponse(responses: try request.topicData.map { try stage($0) })
            guard request.acks != 0 else { return true }
            answers.append(
                Answer(
                    connection: connection,
                    frame: try KafkaFrame.encodeResponse(
                        response, for: .produce, version: header.apiVersion, correlationID: header.correlationID)))
        case .fetch:
            let request = try FetchRequest(from: &body, version: header.apiVersion)
            let deadline = MonotonicClock.nanoseconds + Int64(request.maxWaitMs) * 1_000_000
            waiting.append(Waiting(connection: connection, header: header, request: request, deadline: deadline))
        default:
            guard let frame = try topics.answer(header, &body) else { return false }
            answers.append(Answer(connection: connection, frame: frame))
        }
        return true
    }

    private func stage(_ topic: ProduceRequest.TopicProduceData) throws -> ProduceResponse.TopicProduceResponse {
        .init(
            name: topic.name,
            partitionResponses: try topic.partitionData.map { partition in
                guard let log = topics.log(topic.name, partition.index), let records = partition.records else {
                    return .init(index: partition.index, errorCode: ErrorCode.unknownTopicOrPartition.rawValue)
                }
                return .init(index: partition.index, baseOffset: try log.stage(records))
            })
    }

    // MARK: Readers

    /// - Returns: The connections that wait no longer.
    private func answerWaiting() throws -> [FrameConnection] {
        guard !waiting.isEmpty else { return [] }
        var answered: [FrameConnection] = []
        let now = MonotonicClock.nanoseconds
        var still: [Waiting] = []
        for fetch in waiting {
            let (response, size) = answer(fetch.request)
            guard size > 0 || now >= fetch.deadline else {
                still.append(fetch)
                continue
            }
            try fetch.connection.enqueue(
                try KafkaFrame.encodeResponse(
                    response, for: .fetch, version: fetch.header.apiVersion,
                    correlationID: fetch.header.correlationID))
            answered.append(fetch.connection)
        }
        waiting = still
        return answered
    }

    private func answer(_ request: FetchRequest) -> (FetchResponse, size: Int) {
        var size = 0
        let responses = request.topics.map { topic in
            FetchResponse.FetchableTopicResponse(
                topic: topic.topic,
                partitions: topic.partitions.map { asked in
                    guard let log = topics.log(topic.topic, asked.partition) else {
                        return .init(
                            partitionIndex: asked.partition, errorCode: ErrorCode.unknownTopicOrPartition.rawValue)
                    }
                    let limit = min(Int(asked.partitionMaxBytes), max(0, Int(request.maxBytes) - size))
                    let region = log.region(from: asked.fetchOffset, limit: limit)
                    size += region?.byteCount ?? 0
                    return .init(
                        partitionIndex: asked.partition, highWatermark: log.committedEnd,
                        lastStableOffset: log.committedEnd, logStartOffset: 0, abortedTransactions: nil,
                        records: region.map { .external($0) } ?? .bytes(.empty))
                })
        }
        return (FetchResponse(responses: responses), size)
    }
}
