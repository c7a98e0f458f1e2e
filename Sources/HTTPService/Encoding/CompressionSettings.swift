/// Which answers are compressed for clients that accept it.
public struct CompressionSettings: Sendable, Hashable {
    /// Whether any is; `compression.enable`.
    public var isEnabled: Bool
    /// The size from which on a whole body is compressed: below it the packets are no fewer.
    public var minimumSize: Int
    /// From 1 for the fastest to 9 for the smallest.
    public var level: Int

    /// Creates settings.
    ///
    /// - Precondition: `level` is between 1 and 9.
    public init(isEnabled: Bool = true, minimumSize: Int = 1024, level: Int = 4) {
        precondition((1...9).contains(level), "\(level) is no level of gzip")
        self.isEnabled = isEnabled
        self.minimumSize = minimumSize
        self.level = level
    }

    /// Whether bodies of a media type get smaller, and may be held back as long as compressing takes.
    static func compresses(_ type: String?) -> Bool {
        guard let type else { return false }
        let essence = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        // Each event has to arrive by itself, through whatever lies in between: proxies know to leave plain streams alone.
        if essence == "text/event-stream" { return false }
        return essence.hasPrefix("text/") || essence.hasSuffix("json") || essence.hasSuffix("xml")
            || essence.hasSuffix("yaml") || essence == "application/javascript"
    }
}
