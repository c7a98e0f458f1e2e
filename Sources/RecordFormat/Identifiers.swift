/// The position of a record in its partition: dense, starting at 0, never reused.
///
/// - SeeAlso: docs/format/record-batch.md
public struct LogOffset: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The offset as the protocol and the files carry it.
    public var rawValue: Int64

    /// Creates an offset from its wire value.
    @inlinable public init(_ rawValue: Int64) { self.rawValue = rawValue }

    /// The first offset of an empty partition.
    @inlinable public static var zero: LogOffset { LogOffset(0) }

    /// Whether `left` comes before `right`.
    @inlinable public static func < (left: LogOffset, right: LogOffset) -> Bool { left.rawValue < right.rawValue }

    /// The offset `count` records further on.
    @inlinable public static func + (offset: LogOffset, count: Int64) -> LogOffset {
        LogOffset(offset.rawValue + count)
    }

    /// The number of records from `right` up to `left`, exclusive.
    @inlinable public static func - (left: LogOffset, right: LogOffset) -> Int64 { left.rawValue - right.rawValue }

    /// The value as text, for logs and messages.
    public var description: String { String(rawValue) }
}

/// The generation of a partition's leadership; each new leader starts a higher one (KIP-101).
public struct LeaderEpoch: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The epoch as the protocol and the files carry it.
    public var rawValue: Int32

    /// Creates an epoch from its wire value.
    @inlinable public init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// What stands on the wire where no epoch is known.
    @inlinable public static var none: LeaderEpoch { LeaderEpoch(-1) }

    /// Whether `left` comes before `right`.
    @inlinable public static func < (left: LeaderEpoch, right: LeaderEpoch) -> Bool { left.rawValue < right.rawValue }

    /// The value as text, for logs and messages.
    public var description: String { String(rawValue) }
}

/// Milliseconds since 1970-01-01 00:00 UTC, as records carry them (KIP-32).
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since the Unix epoch; -1 where none is known.
    public var milliseconds: Int64

    /// Creates a timestamp from milliseconds since the Unix epoch.
    @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// What stands on the wire where no time is known.
    @inlinable public static var none: Timestamp { Timestamp(milliseconds: -1) }

    /// Whether `left` comes before `right`.
    @inlinable public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The value as text, for logs and messages.
    public var description: String { String(milliseconds) }
}

/// The identity under which a producer's batches are de-duplicated (KIP-98).
public struct ProducerID: Hashable, Sendable, CustomStringConvertible {
    /// The identity as the protocol and the files carry it.
    public var rawValue: Int64

    /// Creates an identity from its wire value.
    @inlinable public init(_ rawValue: Int64) { self.rawValue = rawValue }

    /// What stands in a batch whose producer is not idempotent.
    @inlinable public static var none: ProducerID { ProducerID(-1) }

    /// The value as text, for logs and messages.
    public var description: String { String(rawValue) }
}

/// The generation of a producer; a higher one fences the lower (KIP-98).
public struct ProducerEpoch: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The epoch as the protocol and the files carry it.
    public var rawValue: Int16

    /// Creates an epoch from its wire value.
    @inlinable public init(_ rawValue: Int16) { self.rawValue = rawValue }

    /// What stands in a batch whose producer is not idempotent.
    @inlinable public static var none: ProducerEpoch { ProducerEpoch(-1) }

    /// Whether `left` comes before `right`.
    @inlinable public static func < (left: ProducerEpoch, right: ProducerEpoch) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The value as text, for logs and messages.
    public var description: String { String(rawValue) }
}

/// A record's number among all that one producer sent to one partition; wraps from 2^31 - 1 to 0 (KIP-98).
public struct SequenceNumber: Hashable, Sendable, CustomStringConvertible {
    /// The number as the protocol and the files carry it.
    public var rawValue: Int32

    /// Creates a sequence number from its wire value.
    @inlinable public init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// What stands in a batch whose producer is not idempotent.
    @inlinable public static var none: SequenceNumber { SequenceNumber(-1) }

    /// The number `count` records further on, wrapping past 2^31 - 1 to 0.
    ///
    /// - Precondition: the number and `count` are not negative.
    @inlinable public func advanced(by count: Int32) -> SequenceNumber {
        let (sum, overflow) = rawValue.addingReportingOverflow(count)
        return SequenceNumber(
            overflow ? Int32(truncatingIfNeeded: Int64(rawValue) + Int64(count) - (Int64(Int32.max) + 1)) : sum)
    }

    /// The value as text, for logs and messages.
    public var description: String { String(rawValue) }
}
