public import RecordFormat

/// How a producer gathers, sends and repeats. The defaults are those of Kafka's own producer.
public struct ProducerConfiguration: Sendable {
    /// When a record counts as written.
    public enum Acknowledgement: Int16, Sendable, Hashable {
        /// When it is on its way; nothing tells whether it arrived.
        case none = 0
        /// When the partition's leader has it.
        case leader = 1
        /// When every in-sync replica has it.
        case all = -1
    }

    /// When a record counts as written (`acks`).
    public var acknowledgement: Acknowledgement
    /// Whether repeated batches are recognised, so that each record is there once and in order (`enable.idempotence`).
    /// Takes effect with acknowledgement `.all` only.
    public var isIdempotent: Bool
    /// How batches are compressed (`compression.type`).
    public var compression: CompressionCodec
    /// The bytes at which a batch is full, before compression (`batch.size`).
    public var batchSize: Int
    /// How long a batch that is not full waits for more (`linger.ms`).
    public var linger: Duration
    /// The largest request in bytes, and so the largest record (`max.request.size`).
    public var maximumRequestSize: Int
    /// Bytes of records that may wait for acknowledgement; senders suspend while they are used up (`buffer.memory`).
    public var bufferMemory: Int
    /// How long a sender suspends for room or for a topic's metadata before it fails (`max.block.ms`).
    public var maximumBlockTime: Duration
    /// How long a record may take from being handed over to being acknowledged (`delivery.timeout.ms`).
    public var deliveryTimeout: Duration
    /// Unanswered requests to one broker (`max.in.flight.requests.per.connection`).
    public var maximumInFlight: Int
    /// How long the broker may wait for its in-sync replicas (`request.timeout.ms`).
    public var requestTimeout: Duration
    /// The name under which transactions are continued after a restart; `nil` for a producer without (`transactional.id`).
    public var transactionalID: String?
    /// How long a transaction may stay open before the cluster aborts it and fences the producer
    /// (`transaction.timeout.ms`).
    public var transactionTimeout: Duration

    /// Creates a configuration.
    public init(
        acknowledgement: Acknowledgement = .all, isIdempotent: Bool = true, compression: CompressionCodec = .none,
        batchSize: Int = 16 << 10, linger: Duration = .zero, maximumRequestSize: Int = 1 << 20,
        bufferMemory: Int = 32 << 20, maximumBlockTime: Duration = .seconds(60),
        deliveryTimeout: Duration = .seconds(120),
        maximumInFlight: Int = 5, requestTimeout: Duration = .seconds(30), transactionalID: String? = nil,
        transactionTimeout: Duration = .seconds(60)
    ) {
        self.acknowledgement = acknowledgement
        self.isIdempotent = isIdempotent
        self.compression = compression
        self.batchSize = batchSize
        self.linger = linger
        self.maximumRequestSize = maximumRequestSize
        self.bufferMemory = bufferMemory
        self.maximumBlockTime = maximumBlockTime
        self.deliveryTimeout = deliveryTimeout
        self.maximumInFlight = maximumInFlight
        self.requestTimeout = requestTimeout
        self.transactionalID = transactionalID
        self.transactionTimeout = transactionTimeout
    }

    /// Whether batches carry a producer's identity.
    var usesIdentity: Bool { isIdempotent && acknowledgement == .all }

    /// Refuses settings that contradict each other.
    ///
    /// - Throws: ``KafkaClientError`` with code `.invalidConfiguration`.
    func validate() throws(KafkaClientError) {
        func require(_ holds: Bool, _ message: String) throws(KafkaClientError) {
            if !holds { throw KafkaClientError(.invalidConfiguration, message) }
        }
        try require(batchSize > 0, "batchSize must be above 0")
        try require(linger >= .zero, "linger must not be negative")
        try require(maximumRequestSize > 0, "maximumRequestSize must be above 0")
        try require(bufferMemory >= batchSize, "bufferMemory must hold at least one batch of \(batchSize) bytes")
        try require(maximumInFlight > 0, "maximumInFlight must be above 0")
        // A broker remembers the last five batches of a producer to recognise repeated ones (KIP-98).
        try require(
            !usesIdentity || maximumInFlight <= 5, "maximumInFlight must be at most 5 for an idempotent producer")
        try require(
            deliveryTimeout >= linger + requestTimeout, "deliveryTimeout must be at least linger + requestTimeout")
        try require(transactionalID != "", "transactionalID must not be empty; leave it nil for no transactions")
        try require(
            transactionalID == nil || usesIdentity,
            "a transactional producer must be idempotent and wait for all acknowledgements")
        try require(
            transactionTimeout > .zero && transactionTimeout <= .milliseconds(Int64(Int32.max)),
            "transactionTimeout must be above 0 and at most 2^31 - 1 ms")
    }
}
