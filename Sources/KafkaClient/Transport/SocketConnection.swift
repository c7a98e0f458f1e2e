import DequeModule
import KafkaProtocol
import Logging
import NIOCore
import NIOPosix
import RecordFormat
import Synchronization

/// One connection to a broker: dials when there is something to send, learns the broker's versions, pipelines requests
/// and pairs the answers, which come in the order of the requests.
///
/// After it broke, requests that were written fail with `.disconnected`, since nobody knows whether they took effect;
/// the next request dials again, after a pause if the last tries failed.
///
/// Callers may be on any thread: they leave requests in `inbox`, and one wake of the event loop takes them all.
/// Everything else here is touched on `eventLoop` only.
final class SocketConnection: @unchecked Sendable {
    // Sendable because the mutable state below `inbox` is confined to `eventLoop`, checked on entry.
    let addresses: [BrokerAddress]
    private let configuration: KafkaClientConfiguration
    private let tls: ClientTLS?
    let eventLoop: any EventLoop
    private let logger: Logger

    private struct Inbox {
        var calls: [SocketCall] = []
        var isWakeScheduled = false
        var isClosed = false
        /// Accepted and not completed, wherever they stand.
        var unanswered = 0
    }

    private let inbox = Mutex(Inbox())
    private let closed: EventLoopPromise<Void>

    private enum Phase {
        case idle
        case pausing(Scheduled<Void>)
        case dialling
        case negotiating(any Channel)
        case ready(any Channel, APIVersionTable)
        case closed
    }

    private struct Waiting {
        var call: SocketCall
        var deadline: NIODeadline
    }

    private struct Sent {
        var correlationID: Int32
        var call: SocketCall
        var version: Int16
        var deadline: NIODeadline
    }

    private var phase = Phase.idle
    private var waiting = Deque<Waiting>()
    private var sent = Deque<Sent>()
    private var nextCorrelationID: Int32 = 0
    /// Rounds through `addresses` without success.
    private var failures = 0
    /// Tries in the round under way.
    private var triesInRound = 0
    /// The address to dial; stays at one that works.
    private var addressIndex = 0
    private var expiryTimer: (at: NIODeadline, scheduled: Scheduled<Void>)?

    init(
        addresses: [BrokerAddress], configuration: KafkaClientConfiguration, tls: ClientTLS?, eventLoop: any EventLoop,
        logger: Logger
    ) {
        self.addresses = addresses
        self.configuration = configuration
        self.tls = tls
        self.eventLoop = eventLoop
        self.logger = logger
        closed = eventLoop.makePromise()
    }

    // MARK: Any thread

    /// Takes a request; its callbacks come later, on the event loop.
    func send(_ call: SocketCall) {
        let limit = configuration.maximumRequestsPerConnection
        let (refusal, mustWake) = inbox.withLock { inbox -> (KafkaClientError?, Bool) in
            if inbox.isClosed {
                return (KafkaClientError(.closed, "the connection to \(addresses[0]) is closed"), false)
            }
            if inbox.unanswered >= limit {
                return (
                    KafkaClientError(
                        .tooManyRequests, "\(limit) requests to \(addresses[0]) are unanswered; wait for some"),
                    false
                )
            }
            inbox.unanswered += 1
            inbox.calls.append(call)
            defer { inbox.isWakeScheduled = true }
            return (nil, !inbox.isWakeScheduled)
        }
        // Not from the event loop, which may have ended with the client.
        if let refusal { Task { call.fail(refusal) } }
        if mustWake { eventLoop.execute { self.takeInbox() } }
    }

    /// Ends the connection; requests under way fail with `error`.
    func close(_ error: KafkaClientError = KafkaClientError(.closed, "the connection was closed")) {
        inbox.withLock { $0.isClosed = true }
        eventLoop.execute {
            self.takeInbox()
            self.shutDown(error)
        }
    }

    /// Waits until ``close()`` has taken effect.
    func waitUntilClosed() async { try? await closed.futureResult.get() }

    // MARK: Event loop

    private func takeInbox() {
        eventLoop.preconditionInEventLoop()
        let calls = inbox.withLock { inbox in
            inbox.isWakeScheduled = false
            defer { inbox.calls.removeAll(keepingCapacity: true) }
            return inbox.calls
        }
        let now = NIODeadline.now()
        for call in calls {
            let deadline = now + TimeAmount(call.timeout)
            waiting.append(Waiting(call: call, deadline: deadline))
            scheduleExpiry(at: deadline)
        }
        advance()
    }

    /// Does what the phase allows: dials, or writes what waits.
    private func advance() {
        switch phase {
        case .idle where !waiting.isEmpty: dialOrPause()
        case .ready(let channel, let versions): write(to: channel, versions: versions)
        default: break
        }
    }

    private func dialOrPause() {
        guard failures > 0, triesInRound == 0 else { return dial() }
        let pause = configuration.reconnectBackoff.delay(afterFailures: failures)
        phase = .pausing(
            eventLoop.scheduleTask(in: TimeAmount(pause)) {
                guard case .pausing = self.phase else { return }
                self.dial()
            })
    }

    private func dial() {
        phase = .dialling
        let address = addresses[addressIndex]
        let (limit, tls) = (configuration.maximumResponseSize, tls)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(tls.makeHandler(for: address.host)) }
                    try pipeline.addHandler(SocketConnectionHandler(connection: self, limit: limit))
                }
            }
            .connect(host: address.host, port: address.port)
            .hop(to: eventLoop)
            .whenComplete { result in self.dialled(address, result) }
    }

    private func dialled(_ address: BrokerAddress, _ result: Result<any Channel, any Error>) {
        switch (result, phase) {
        case (.success(let channel), .dialling):
            phase = .negotiating(channel)
            negotiate(over: channel, version: WireFormat.newestNegotiation)
        case (.success(let channel), _):
            channel.close(promise: nil)
        case (.failure(let error), .dialling):
            connectionFailed(KafkaClientError(.connectionFailed, "no connection to \(address)", cause: error))
        case (.failure, _): break
        }
    }

    /// Goes on to the next address, or, once all have failed, fails what waits.
    private func connectionFailed(_ error: KafkaClientError) {
        phase = .idle
        addressIndex = (addressIndex + 1) % addresses.count
        triesInRound += 1
        if triesInRound == addresses.count {
            triesInRound = 0
            failures += 1
            logger.debug("connection failed", metadata: ["error": "\(error)"])
            failWaiting(error)
        }
        advance()
    }

    private func negotiate(over channel: any Channel, version: Int16) {
        do {
            let bytes = try WireFormat.encodeNegotiation(
                version: version, correlationID: 0, clientID: configuration.clientID)
            channel.writeAndFlush(bytes, promise: nil)
        } catch {
            channelFailed(KafkaClientError(.malformedResponse, "the version request cannot be encoded", cause: error))
            return
        }
        let deadline = NIODeadline.now() + TimeAmount(configuration.connectTimeout)
        let wanted = tls == nil ? "a Kafka listener without TLS" : "a Kafka listener with TLS"
        eventLoop.scheduleTask(deadline: deadline) {
            guard case .negotiating(let current) = self.phase, current === channel else { return }
            self.channelFailed(KafkaClientError(.timeout, "no answer to the version request; is this \(wanted)?"))
        }
        negotiationVersion = version
    }

    private var negotiationVersion: Int16 = 0

    /// Takes one answer from a channel. One that was given up may still bring some: with TLS it takes leave of the broker
    /// before it closes.
    func receive(_ frame: ByteSlice, from channel: any Channel) {
        switch phase {
        case .negotiating(let current) where current === channel: receiveVersions(frame, over: channel)
        case .ready(let current, _) where current === channel: receiveAnswer(frame)
        default: break
        }
    }

    private func receiveVersions(_ frame: ByteSlice, over channel: any Channel) {
        do {
            switch try WireFormat.decodeNegotiation(frame, version: negotiationVersion) {
            case .versions(let table):
                failures = 0
                triesInRound = 0
                phase = .ready(channel, table)
                advance()
            case .tryVersion(let version): negotiate(over: channel, version: version)
            }
        } catch {
            channelFailed(
                KafkaClientError(.malformedResponse, "the answer to the version request is damaged", cause: error))
        }
    }

    private func receiveAnswer(_ frame: ByteSlice) {
        guard let correlationID = WireFormat.correlationID(of: frame), let first = sent.first,
            first.correlationID == correlationID
        else {
            channelFailed(KafkaClientError(.malformedResponse, "the broker answered a request that was not next"))
            return
        }
        sent.removeFirst()
        settle(1)
        first.call.succeed(frame, first.version)
    }

    private func write(to channel: any Channel, versions: APIVersionTable) {
        guard !waiting.isEmpty else { return }
        while let next = waiting.popFirst() {
            let correlationID = nextCorrelationID
            do {
                let (bytes, version) = try next.call.encode(versions, correlationID, configuration.clientID)
                nextCorrelationID = nextCorrelationID == .max ? 0 : nextCorrelationID + 1
                channel.write(bytes, promise: nil)
                if next.call.expectsResponse {
                    sent.append(
                        Sent(correlationID: correlationID, call: next.call, version: version, deadline: next.deadline))
                } else {
                    settle(1)
                    next.call.finishUnanswered()
                }
            } catch {
                settle(1)
                next.call.fail(
                    error as? KafkaClientError
                        ?? KafkaClientError(.invalidArgument, "the request cannot be encoded", cause: error))
            }
        }
        channel.flush()
    }

    private func settle(_ count: Int) { inbox.withLock { $0.unanswered -= count } }

    // MARK: Failures

    /// Takes the end of `channel`, for whatever reason.
    func channelClosed(_ channel: any Channel, error: (any Error)?) {
        switch phase {
        case .negotiating(let current) where current === channel: break
        case .ready(let current, _) where current === channel: break
        default: return
        }
        let address = addresses[addressIndex]
        let failure =
            error as? KafkaClientError ?? error.flatMap { ClientTLS.failure($0, with: address) }
            ?? KafkaClientError(.disconnected, "the connection to \(address) ended", cause: error)
        channelFailed(failure)
    }

    private func channelFailed(_ error: KafkaClientError) {
        let wasReady: Bool
        switch phase {
        case .negotiating(let channel):
            wasReady = false
            phase = .idle
            channel.close(promise: nil)
        case .ready(let channel, _):
            wasReady = true
            phase = .idle
            channel.close(promise: nil)
        default: return
        }
        failSent(error)
        if wasReady { advance() } else { connectionFailed(error) }
    }

    private func failSent(_ error: KafkaClientError) {
        let lost = sent
        sent = []
        settle(lost.count)
        for request in lost { request.call.fail(error) }
    }

    private func failWaiting(_ error: KafkaClientError) {
        let lost = waiting
        waiting = []
        settle(lost.count)
        for request in lost { request.call.fail(error) }
    }

    private func shutDown(_ error: KafkaClientError) {
        expiryTimer?.scheduled.cancel()
        expiryTimer = nil
        let before = phase
        // First: closing a channel tells of its end at once, and that is no lost connection which a retry would cure.
        phase = .closed
        switch before {
        case .closed: return
        case .pausing(let timer): timer.cancel()
        case .negotiating(let channel), .ready(let channel, _): channel.close(promise: nil)
        case .idle, .dialling: break
        }
        failSent(error)
        failWaiting(error)
        closed.succeed()
    }

    // MARK: Deadlines

    /// Makes sure that ``expire()`` runs at `deadline` or before; it finds the next one itself.
    private func scheduleExpiry(at deadline: NIODeadline) {
        if let timer = expiryTimer, timer.at <= deadline { return }
        expiryTimer?.scheduled.cancel()
        expiryTimer = (deadline, eventLoop.scheduleTask(deadline: deadline) { self.expire() })
    }

    private func expire() {
        expiryTimer = nil
        let now = NIODeadline.now()
        let expired = waiting.filter { $0.deadline <= now }
        waiting.removeAll { $0.deadline <= now }
        settle(expired.count)
        for request in expired {
            request.call.fail(
                KafkaClientError(.timeout, "no connection to \(addresses[0]) within \(request.call.timeout)"))
        }
        if let late = sent.first(where: { $0.deadline <= now }) {
            // Answers come in order, so nothing behind a request that hangs would be answered either.
            channelFailed(
                KafkaClientError(.timeout, "no answer within \(late.call.timeout); whether it took effect is unknown"))
        }
        let next = [sent.lazy.map(\.deadline).min(), waiting.lazy.map(\.deadline).min()].compactMap(\.self).min()
        if let next { scheduleExpiry(at: next) }
    }
}
