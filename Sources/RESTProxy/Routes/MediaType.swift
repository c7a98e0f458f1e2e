/// The media types of the two APIs.
enum MediaType {
    /// API v3's type.
    static let json = "application/json"
    /// API v2's type of everything that carries no records.
    static let v2 = "application/vnd.kafka.v2+json"

    /// API v2's type of records in a format.
    static func records(_ format: EmbeddedFormat) -> String { "application/vnd.kafka.\(format.rawValue).v2+json" }

    private static let formats = Dictionary(
        uniqueKeysWithValues: EmbeddedFormat.allCases.map { (records($0), $0) })

    /// The format that a body's type says its records have.
    static func format(of type: String) -> EmbeddedFormat? { formats[type] ?? formats[essence(type)] }

    /// All types that any route reads or writes.
    static let all: [String] = [json, v2, "application/octet-stream"] + EmbeddedFormat.allCases.map(records)

    /// A media type in lower case, without parameters and space.
    static func essence(_ text: some StringProtocol) -> String {
        String(text.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }).lowercased()
    }

    /// Chooses the type of an answer.
    ///
    /// - Parameters:
    ///   - produced: The types that there are, the preferred one first.
    ///   - accept: What the client accepts; everything where it says nothing.
    /// - Throws: ``RESTError/notAcceptable``.
    static func agree(on produced: [String], for accept: String?) throws -> String {
        guard let accept, !accept.isEmpty else { return produced[0] }
        // What nearly every client sends needs no taking apart.
        if produced.contains(accept) { return accept }
        let ranges = accept.split(separator: ",").map { (type: essence($0), quality: quality(of: $0)) }
        let refused = ranges.filter { $0.quality <= 0 }.map(\.type)
        var best: (type: String, quality: Double, rank: Int)?
        for range in ranges where range.quality > 0 {
            for (rank, candidate) in produced.enumerated()
            where matches(candidate, range.type) && !refused.contains(candidate) {
                guard let current = best else {
                    best = (candidate, range.quality, rank)
                    continue
                }
                if range.quality > current.quality || (range.quality == current.quality && rank < current.rank) {
                    best = (candidate, range.quality, rank)
                }
            }
        }
        guard let best else { throw RESTError.notAcceptable }
        return best.type
    }

    /// Whether a client says that it accepts whatever there is.
    static func isAnything(_ accept: String) -> Bool {
        accept == "*/*" || accept.split(separator: ",").contains { ["*/*", "application/*"].contains(essence($0)) }
    }

    /// Refuses a body of a type that a route does not read.
    ///
    /// - Throws: ``RESTError/unsupportedMediaType``.
    static func check(_ type: String?, isOneOf consumed: [String]) throws {
        guard let type else { throw RESTError.unsupportedMediaType }
        if consumed.contains(type) || consumed.contains(essence(type)) { return }
        throw RESTError.unsupportedMediaType
    }

    private static func matches(_ type: String, _ range: String) -> Bool {
        if range == "*/*" || range == type { return true }
        guard range.hasSuffix("/*") else { return false }
        return type.hasPrefix(range.dropLast())
    }

    private static func quality(of range: Substring) -> Double {
        for parameter in range.split(separator: ";").dropFirst() {
            let text = parameter.filter { $0 != " " }.lowercased()
            if text.hasPrefix("q=") { return Double(text.dropFirst(2)) ?? 1 }
        }
        return 1
    }
}
