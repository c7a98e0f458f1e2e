import JSON

/// Reads the lines of one watch stream: puts the pieces of long answers together and holds what comes against what has
/// come before. A value without I/O.
///
/// - SeeAlso: https://etcd.io/docs/v3.4/learning/api/#watch-api
struct WatchAssembler: Sendable {
    /// What a line comes to.
    enum Step: Sendable {
        /// The watch is there; the member's revision of the store.
        case created(at: EtcdRevision, cluster: Int64)
        /// Changes, or just time.
        case batch(EtcdEventBatch)
        /// A piece, whose rest is to come, or what was told before.
        case partial
        /// The revision from which the watch was to begin is no longer kept.
        case compacted(EtcdRevision)
        /// etcd ends the watch.
        case cancelled(GatewayFailure)
    }

    private let keySpace: KeySpace
    private let range: EtcdKeyRange
    private let limit: Int
    /// The first revision that has not been told yet.
    private(set) var next: EtcdRevision
    /// Nothing before this one is told by etcd.
    private var floor: EtcdRevision
    private var pieces: [EtcdEvent] = []
    private var pieceBytes = 0

    /// Begins a stream.
    ///
    /// - Parameters:
    ///   - keySpace: What keys look like.
    ///   - range: What is watched.
    ///   - next: The first revision to be told.
    ///   - limit: How many bytes the lines of one answer in pieces may have together.
    init(_ keySpace: KeySpace, range: EtcdKeyRange, from next: EtcdRevision, limit: Int) {
        self.keySpace = keySpace
        self.range = range
        self.next = next
        self.limit = limit
        floor = Self.start(for: next)
    }

    /// The revision that etcd is asked to begin at: where there is one, the last that was told already.
    ///
    /// A compaction at revision *c* is to keep what happened at *c*. etcd 3.4.23 forgets what was
    /// deleted at *c*, takes a watch from *c* all the same, and never tells of the deletion
    /// (https://github.com/etcd-io/etcd/issues/18089). Asked to begin at *c* - 1 it refuses, and the caller reads
    /// everything again. What is told twice is left out here.
    static func start(for next: EtcdRevision) -> EtcdRevision {
        EtcdRevision(rawValue: max(1, next.rawValue - 1))
    }

    /// Takes in a line.
    ///
    /// - Throws: ``EtcdError`` with code `.malformedAnswer` for what no etcd sends, `.tooLarge` for too many pieces.
    mutating func take(_ line: [UInt8]) throws -> Step {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: line)
        } catch {
            throw EtcdError(.malformedAnswer, "a line of a watch on etcd is not JSON", cause: error)
        }
        let fields = try GatewayFields(value, path: "watch")
        if let failure = try GatewayFailure(streamed: fields) { return .cancelled(failure) }
        guard let result = try fields.fields("result") else {
            throw GatewayFields.malformed("watch", "has neither a result nor an error")
        }
        if try result.flag("canceled") {
            let compacted = try result.integer("compact_revision")
            if compacted != 0 { return .compacted(EtcdRevision(rawValue: compacted)) }
            return .cancelled(GatewayFailure(cancelReason: try result.text("cancel_reason")))
        }
        if try result.flag("created") {
            return .created(at: try result.headerRevision(), cluster: try result.clusterID())
        }
        return try take(result, bytes: line.count)
    }

    private mutating func take(_ result: GatewayFields, bytes: Int) throws -> Step {
        for fields in try result.list("events") {
            let event = try keySpace.event(fields)
            // A change told twice or out of order would undo a later one wherever changes are applied.
            guard event.revision >= pieces.last?.revision ?? floor, range.contains(event.key) else {
                throw GatewayFields.malformed("watch", "tells a change that was not asked for, or tells it again")
            }
            pieces.append(event)
        }
        if try result.flag("fragment") {
            pieceBytes += bytes
            guard pieceBytes <= limit else {
                throw EtcdError(.tooLarge, "what changed at once in etcd is longer than \(limit) bytes")
            }
            return .partial
        }
        // The header tells the member's revision, which may be ahead of what it has told us. Only with nothing to
        // tell does it mean that everything up to it was told.
        guard let last = pieces.last else {
            let told = EtcdRevision(rawValue: next.rawValue - 1)
            return .batch(tell([], upTo: max(try result.headerRevision(), told)))
        }
        let events = pieces.filter { $0.revision >= next }
        (pieces, pieceBytes) = ([], 0)
        return events.isEmpty ? .partial : .batch(tell(events, upTo: last.revision))
    }

    private mutating func tell(_ events: [EtcdEvent], upTo revision: EtcdRevision) -> EtcdEventBatch {
        next = revision.next
        floor = next
        return EtcdEventBatch(revision: revision, events: events)
    }
}
