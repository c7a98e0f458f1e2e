/// Reads settings of given kinds and ranges from their text.
struct PropertyReader: Sendable {
    private let properties: [String: String]
    /// What stands before names, the one that counts more first.
    private let prefixes: [String]

    /// Reads from these settings.
    init(_ properties: [String: String]) {
        self.properties = properties
        prefixes = [""]
    }

    private init(_ properties: [String: String], prefixes: [String]) {
        self.properties = properties
        self.prefixes = prefixes
    }

    /// Reads keys with a prefix, and where there is none with another.
    func narrowed(to prefix: String, then other: String) -> PropertyReader {
        PropertyReader(properties, prefixes: [prefix, other])
    }

    /// A text; `nil` where nothing is set.
    func text(_ name: String) -> String? {
        for prefix in prefixes { if let value = properties[prefix + name] { return value } }
        return nil
    }

    /// A text.
    func text(_ name: String, or standard: String) -> String { text(name) ?? standard }

    /// A list with commas.
    func list(_ name: String) -> [String] {
        text(name, or: "").split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
    }

    /// True or false.
    func flag(_ name: String, or standard: Bool) throws -> Bool {
        switch text(name)?.lowercased() {
        case nil: return standard
        case "true": return true
        case "false": return false
        case let other?: throw RESTProxySettingsError("\(key(name)) is \(other); it has to be true or false")
        }
    }

    /// A whole number.
    func integer(_ name: String, or standard: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = text(name) else { return standard }
        guard let value = Int(text), range.contains(value) else {
            throw RESTProxySettingsError(
                "\(key(name)) is \(text); it has to be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A time in milliseconds.
    func milliseconds(_ name: String, or standard: Duration) throws -> Duration {
        guard text(name) != nil else { return standard }
        return .milliseconds(try integer(name, or: 0, in: 0...Int(Int32.max)))
    }

    /// The whole key that a value was given under.
    private func key(_ name: String) -> String {
        (prefixes.first { properties[$0 + name] != nil } ?? prefixes[0]) + name
    }
}

/// A setting that cannot be what it is.
public struct RESTProxySettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which key, what it is, and what it has to be.
    public let message: String

    /// Creates an error.
    public init(_ message: String) { self.message = message }

    /// The value as text, for logs and messages.
    public var description: String { message }
}
