public import RecordFormat

/// Where a tail begins.
public enum TailStart: Sendable, Hashable {
    /// With the first record that is kept.
    case start
    /// Behind the last record that can be read when the tail is made.
    case end
    /// At an offset of each partition that is read.
    case offset(LogOffset)
    /// With the first record that is as late as this; behind the last one if all are older.
    case timestamp(Timestamp)
    /// Where a group's last offset commit left off; in a partition without one, as `otherwise` says.
    case group(String, otherwise: TailEdge)
}

/// One of the two ends of what can be read.
public enum TailEdge: Sendable, Hashable {
    /// The first record that is kept.
    case start
    /// Behind the last record that can be read.
    case end
}

/// What a reader does whose offset is not there: retention has overtaken it, or it lies above the end.
public enum OutOfRangePolicy: Sendable, Hashable {
    /// The tail throws `.offsetOutOfRange`.
    case fail
    /// The tail goes on at an end of what is there.
    case reset(TailEdge)
}
