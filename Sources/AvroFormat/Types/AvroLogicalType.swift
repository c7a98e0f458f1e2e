import JSON

/// What the values of a type stand for.
public enum AvroLogicalType: Sendable, Hashable {
    case decimal(precision: Int, scale: Int)
    case bigDecimal
    case uuid
    case date
    case timeMillis
    case timeMicros
    case timestampMillis
    case timestampMicros
    case timestampNanos
    case localTimestampMillis
    case localTimestampMicros
    case localTimestampNanos
    case duration

    /// The logical type that the properties name; `nil` if there is none, or one that `content` cannot carry, which
    /// the specification wants ignored.
    init?(properties: JSONObject, of content: AvroType.Content) {
        guard let name = properties["logicalType"]?.string else { return nil }
        if name == "decimal" {
            self.init(decimal: properties, of: content)
            return
        }
        switch (name, content) {
        case ("big-decimal", .bytes): self = .bigDecimal
        case ("uuid", .string): self = .uuid
        case ("uuid", .fixed(let fixed)) where fixed.size == 16: self = .uuid
        case ("duration", .fixed(let fixed)) where fixed.size == 12: self = .duration
        case ("date", .int): self = .date
        case ("time-millis", .int): self = .timeMillis
        case ("time-micros", .long): self = .timeMicros
        case ("timestamp-millis", .long): self = .timestampMillis
        case ("timestamp-micros", .long): self = .timestampMicros
        case ("timestamp-nanos", .long): self = .timestampNanos
        case ("local-timestamp-millis", .long): self = .localTimestampMillis
        case ("local-timestamp-micros", .long): self = .localTimestampMicros
        case ("local-timestamp-nanos", .long): self = .localTimestampNanos
        default: return nil
        }
    }

    private init?(decimal properties: JSONObject, of content: AvroType.Content) {
        let longest: Int
        switch content {
        case .bytes: longest = Int(Int32.max)
        case .fixed(let fixed): longest = Self.digits(in: fixed.size)
        default: return nil
        }
        let given = properties["scale"] ?? 0
        guard let precision = properties["precision"]?.int64, let scale = given.int64, precision > 0,
            precision <= longest, (0...precision).contains(scale)
        else { return nil }
        self = .decimal(precision: Int(precision), scale: Int(scale))
    }

    /// The decimal digits that any number of so many bytes, one bit of them for the sign, has room for.
    private static func digits(in bytes: Int) -> Int {
        let digitsPerBit = 0.301_029_995_663_981_2
        return max(0, Int((digitsPerBit * Double(8 * bytes - 1)).rounded(.down)))
    }
}
