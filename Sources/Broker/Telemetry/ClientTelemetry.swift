import KafkaProtocol
import RecordFormat
import Synchronization

/// The clients that push metrics: what each was asked for, and whether what it sends is in order (KIP-714).
///
/// Safe to use from any thread.
final class ClientTelemetry: Sendable {
    /// What a client is asked for.
    struct Subscribed: Sendable, Hashable {
        var instance: TopicID
        var subscriptionID: Int32
        var interval: Int32
        var metrics: [String]
    }

    private struct Instance {
        var subscribed: Subscribed
        /// The generation of the subscriptions that it was asked by.
        var generation: Int
        var lastGet: Int64?
        var lastPush: Int64?
        /// Whether it has not pushed since it was last told what is wanted.
        var isToldAnew = false
        var isTerminating = false
        var lastError = ErrorCode.none
        var lastUse: Int64

        /// The last time that it came at all.
        var lastRequest: Int64? { [lastGet, lastPush].compactMap(\.self).max() }
    }

    private struct State {
        var subscriptions: [MetricsSubscription] = []
        var generation = 0
        var instances: [TopicID: Instance] = [:]
    }

    /// Clients that are remembered at a time, as many as Kafka does.
    static let maxInstances = 16_384
    /// Metrics compress well, but not without end.
    private static let maxExpansion = 64

    /// The most bytes of one push (`telemetry.max.bytes`).
    let maxBytes: Int
    /// The codecs that are read, the preferred first.
    static let codecs: [CompressionCodec] = [.zstd, .lz4, .gzip, .snappy]

    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())
    private let isWanted = Atomic(false)

    init(maxBytes: Int, now: @escaping @Sendable () -> Timestamp) {
        self.maxBytes = maxBytes
        self.now = now
    }

    /// Puts subscriptions in force, by name.
    func apply(_ settings: [String: [String: String]]) {
        let subscriptions = settings.sorted { $0.key < $1.key }.compactMap {
            // They were checked when they were set.
            try? MetricsSubscription(name: $0.key, settings: $0.value)
        }
        state.withLock { state in
            state.subscriptions = subscriptions
            state.generation += 1
        }
        isWanted.store(!subscriptions.isEmpty, ordering: .relaxed)
    }

    /// What a client is to push.
    ///
    /// - Parameter client: The client; its instance is zero if it has no name yet, and gets one.
    /// - Throws: ``RequestRefusal`` with THROTTLING_QUOTA_EXCEEDED for one that asks again before its interval is over,
    ///   although nothing has changed.
    func subscriptions(for client: MetricsSubscription.Client) throws(RequestRefusal) -> Subscribed {
        try withInstance(client) { instance, now throws(RequestRefusal) in
            let isEarly = instance.lastRequest.map { now - $0 < Int64(instance.subscribed.interval) } ?? false
            // Who was told that something is wrong with what it has may ask at once.
            guard !isEarly || [.unknownSubscriptionID, .unsupportedCompressionType].contains(instance.lastError) else {
                throw RequestRefusal(
                    .throttlingQuotaExceeded, "the client asked again before its push interval was over")
            }
            instance.lastGet = now
            instance.isToldAnew = true
            instance.lastError = .none
            return instance.subscribed
        }
    }

    /// Takes a client's metrics.
    ///
    /// - Returns: The metrics, not compressed: OpenTelemetry's MetricsData v1 as protobuf.
    /// - Throws: ``RequestRefusal`` with INVALID_REQUEST for a client without a name, or that said goodbye before;
    ///   THROTTLING_QUOTA_EXCEEDED before the interval is over; UNKNOWN_SUBSCRIPTION_ID when the subscriptions have
    ///   changed; UNSUPPORTED_COMPRESSION_TYPE; TELEMETRY_TOO_LARGE; INVALID_RECORD for what cannot be decompressed.
    func push(
        _ request: PushTelemetryRequest, from client: MetricsSubscription.Client
    ) throws(RequestRefusal) -> ByteSlice {
        guard client.instance != .zero, client.instance != Self.reserved else {
            throw RequestRefusal(.invalidRequest, "a client without an instance id cannot push")
        }
        let codec = try withInstance(client) { [maxBytes] instance, now throws(RequestRefusal) in
            defer { instance.isTerminating = instance.isTerminating || request.terminating }
            do throws(RequestRefusal) {
                let codec = try Self.check(request, &instance, now: now, maxBytes: maxBytes)
                instance.lastError = .none
                return codec
            } catch {
                instance.lastError = error.code
                throw error
            }
        }
        return try Self.decompress(request.metrics, codec, maxBytes: maxBytes)
    }

    /// Whether any client could be asked for metrics.
    var hasSubscriptions: Bool { isWanted.load(ordering: .relaxed) }

    /// The clients that are remembered.
    var count: Int { state.withLock { $0.instances.count } }

    private static let reserved = TopicID(high: 0, low: 1)

    private static func check(
        _ request: PushTelemetryRequest, _ instance: inout Instance, now: Int64, maxBytes: Int
    ) throws(RequestRefusal) -> CompressionCodec {
        guard !instance.isTerminating else {
            throw RequestRefusal(.invalidRequest, "the client has announced its last push before")
        }
        // The push that follows a subscription comes when the client likes, the last one too.
        let isDue = instance.lastPush.map { now - $0 >= Int64(instance.subscribed.interval) } ?? true
        if instance.isToldAnew || isDue {
            instance.lastPush = now
            instance.isToldAnew = false
        } else if !request.terminating {
            throw RequestRefusal(.throttlingQuotaExceeded, "the push came before the interval was over")
        }
        guard request.subscriptionID == instance.subscribed.subscriptionID else {
            throw RequestRefusal(.unknownSubscriptionID, "the subscriptions have changed")
        }
        guard let codec = CompressionCodec(rawValue: request.compressionType) else {
            throw RequestRefusal(.unsupportedCompressionType, "there is no codec \(request.compressionType)")
        }
        guard request.metrics.count <= maxBytes else {
            throw RequestRefusal(
                .telemetryTooLarge, "\(request.metrics.count) bytes are more than telemetry.max.bytes, \(maxBytes)")
        }
        return codec
    }

    private static func decompress(
        _ metrics: ByteSlice, _ codec: CompressionCodec, maxBytes: Int
    ) throws(RequestRefusal) -> ByteSlice {
        guard codec != .none, !metrics.isEmpty else { return metrics }
        do { return try codec.decompress(metrics.bytes, limit: maxBytes * maxExpansion) } catch {
            throw RequestRefusal(.invalidRecord, "the metrics cannot be decompressed: \(error)")
        }
    }

    /// Runs `body` on the instance of `client`, made or made anew for the subscriptions as they are.
    private func withInstance<Result: Sendable>(
        _ client: MetricsSubscription.Client,
        _ body: (inout Instance, Int64) throws(RequestRefusal) -> Result
    ) throws(RequestRefusal) -> Result {
        let now = now().milliseconds
        var client = client
        while client.instance == .zero || client.instance == Self.reserved { client.instance = .random() }
        let renewed = renewal(of: client, at: now)
        return try state.withLock { state throws(RequestRefusal) in
            if state.instances[client.instance] == nil { Self.makeRoom(in: &state) }
            // Without a renewal it was there a moment ago; if others have pushed it out since, it is new.
            var instance =
                renewed ?? state.instances.removeValue(forKey: client.instance)
                ?? Instance(
                    subscribed: Self.subscribe(client, []), generation: -1, lastUse: now)
            instance.lastUse = now
            defer { state.instances[client.instance] = instance }
            return try body(&instance, now)
        }
    }

    /// A new instance for a client that is not known, or was asked by other subscriptions; `nil` if it stands.
    ///
    /// The patterns are matched outside of the lock: that takes as long as an administrator makes it take.
    private func renewal(of client: MetricsSubscription.Client, at now: Int64) -> Instance? {
        let (present, subscriptions, generation) = state.withLock { state in
            (state.instances[client.instance], state.subscriptions, state.generation)
        }
        guard present?.generation != generation else { return nil }
        // With new subscriptions come new terms: what was refused or taken before does not count.
        return Instance(
            subscribed: Self.subscribe(client, subscriptions), generation: generation,
            isTerminating: present?.isTerminating ?? false, lastUse: now)
    }

    private static func makeRoom(in state: inout State) {
        guard state.instances.count >= maxInstances else { return }
        // A sixteenth at once, so that finding the oldest is not the work of every request.
        let oldest = state.instances.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(maxInstances / 16)
        for (key, _) in oldest { state.instances[key] = nil }
    }

    private static func subscribe(
        _ client: MetricsSubscription.Client, _ subscriptions: [MetricsSubscription]
    ) -> Subscribed {
        let matching = subscriptions.filter { $0.matches(client) }
        let names = Set(matching.flatMap(\.metrics))
        let everything = MetricsSubscription.everything
        let metrics = names.contains(everything) ? [everything] : names.sorted()
        let interval = matching.map(\.interval).min() ?? MetricsSubscription.defaultInterval
        let checksum = CRC32C.checksum(of: ByteSlice("\(metrics)\(interval)").bytes)
        let instance = UInt32(truncatingIfNeeded: client.instance.high ^ client.instance.low)
        return Subscribed(
            instance: client.instance, subscriptionID: Int32(bitPattern: checksum ^ instance), interval: interval,
            metrics: metrics)
    }
}
