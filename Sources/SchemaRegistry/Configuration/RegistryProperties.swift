import HTTPService

/// Properties by their names, read with their kinds.
struct RegistryProperties: Sendable {
    /// All of them.
    let values: [String: String]

    init(_ values: [String: String]) {
        // What is empty is not set, as with others.
        self.values = values.mapValues(Self.trimmed).filter { !$0.value.isEmpty }
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return String(String(start.reversed()).drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// A text.
    func text(_ name: String) -> String? { values[name] }

    /// A list, separated by commas.
    func list(_ name: String) -> [String] {
        (values[name] ?? "").split(separator: ",").map { Self.trimmed(String($0)) }.filter { !$0.isEmpty }
    }

    /// A whole number.
    ///
    /// - Throws: ``HTTPServiceError`` with the name and what would be right.
    func integer(_ name: String, _ usual: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = values[name] else { return usual }
        guard let number = Int(text), range.contains(number) else {
            throw HTTPServiceError(
                "\(name) is \(text); it has to be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A number of milliseconds.
    ///
    /// - Throws: As ``integer(_:_:in:)``.
    func milliseconds(_ name: String, _ usual: Int, from lowest: Int = 1) throws -> Duration {
        .milliseconds(try integer(name, usual, in: lowest...Int(Int32.max)))
    }

    /// True or false.
    ///
    /// - Throws: ``HTTPServiceError`` with the name and what would be right.
    func flag(_ name: String, _ usual: Bool) throws -> Bool {
        guard let text = values[name] else { return usual }
        guard let flag = Bool(text.lowercased()) else {
            throw HTTPServiceError("\(name) is \(text); it has to be true or false")
        }
        return flag
    }

    /// What stands behind a prefix.
    func settings(behind prefix: String) -> [String: String] {
        var settings: [String: String] = [:]
        for (name, value) in values where name.hasPrefix(prefix) {
            settings[String(name.dropFirst(prefix.count))] = value
        }
        return settings
    }
}
