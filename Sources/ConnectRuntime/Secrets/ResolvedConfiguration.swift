/// A configuration with the values of its placeholders, as the code of a connector gets it and nobody else.
struct ResolvedConfiguration: Sendable {
    /// As it is kept and shown.
    let written: [String: String]
    /// With the values in it.
    let values: [String: String]
    /// The value of each placeholder.
    let secrets: [ConfigPlaceholder: String]
    /// The shortest time that one of the values is good for; `nil` if they last.
    let timeToLive: Duration?

    /// A configuration without placeholders.
    init(_ written: [String: String]) {
        self.init(written: written, values: written, secrets: [:], timeToLive: nil)
    }

    init(
        written: [String: String], values: [String: String], secrets: [ConfigPlaceholder: String], timeToLive: Duration?
    ) {
        self.written = written
        self.values = values
        self.secrets = secrets
        self.timeToLive = timeToLive
    }

    /// The shortest secret that is looked for within a longer text that a connector made.
    private static let shortestPart = 4

    /// Puts the placeholders back into what a connector made of the values, such as configurations of tasks, which are
    /// kept in a topic.
    ///
    /// Kafka does that for keys that the task has from the connector. Here it is done wherever a secret stands, alone
    /// or within a text that the connector made of it, as a URL: a task's placeholders are resolved as the connector's
    /// are.
    func withPlaceholders(_ configuration: [String: String]) -> [String: String] {
        guard !secrets.isEmpty else { return configuration }
        let longestFirst = secrets.filter { !$0.value.isEmpty }
            .sorted { ($1.value.utf8.count, $0.key.text) < ($0.value.utf8.count, $1.key.text) }
        let parts = longestFirst.filter { $0.value.utf8.count >= Self.shortestPart }
            .map { (secret: Array($0.value.utf8), placeholder: $0.key.text) }
        var result = configuration
        for (key, value) in configuration {
            if let text = written[key], text != value, values[key] == value {
                result[key] = text
            } else if let whole = longestFirst.first(where: { $0.value == value }) {
                result[key] = whole.key.text
            } else {
                result[key] = Self.replacing(parts, in: value)
            }
        }
        return result
    }

    /// The text with placeholders for secrets, from left to right and the longest secret first at each place. A
    /// placeholder that was put in is not looked at again: its path may read like another secret.
    private static func replacing(_ parts: [(secret: [UInt8], placeholder: String)], in text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if let part = parts.first(where: { bytes[index...].starts(with: $0.secret) }) {
                result += part.placeholder.utf8
                index += part.secret.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
