/// Names of the logical types that Kafka Connect defines on top of the plain ones.
///
/// A value keeps the plain type under it: a decimal is its unscaled integer in big-endian two's complement bytes, a
/// date is days since 1970 in an `int32`, a time is milliseconds since midnight in an `int32`, a timestamp is
/// milliseconds since 1970 in an `int64`. Only the schema's name tells them from other values.
public enum LogicalType {
    /// `bytes`; the parameter `scale` tells where the point is.
    public static let decimal = "org.apache.kafka.connect.data.Decimal"
    /// `int32` days since 1970-01-01.
    public static let date = "org.apache.kafka.connect.data.Date"
    /// `int32` milliseconds since midnight.
    public static let time = "org.apache.kafka.connect.data.Time"
    /// `int64` milliseconds since 1970-01-01 00:00 UTC.
    public static let timestamp = "org.apache.kafka.connect.data.Timestamp"
}
