import ConnectAPI

/// The versions of a plug-in that a configuration will do with: `1.0` or `[1.0]` is that one, `[1.0,2.0)` a range with
/// its first and without its last, `(,2.0]` one without a beginning; ranges may follow each other with commas between
/// them. `latest` is every version. Of those that fit, the newest is used.
///
/// - SeeAlso: KIP-891
public struct VersionRequirement: Sendable, Hashable, CustomStringConvertible {
    /// Every version will do.
    public static let latest = VersionRequirement(ranges: [], description: "latest")

    /// One of them has to admit a version; none admits all.
    private let ranges: [VersionRange]

    /// The requirement as errors show it.
    public let description: String

    private init(ranges: [VersionRange], description: String) {
        self.ranges = ranges
        self.description = description
    }

    /// Reads a requirement.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` that says what is wrong with it.
    public init(_ text: String) throws {
        let text = text.trimmingSpace
        guard text != "latest" else {
            self = .latest
            return
        }
        var ranges: [VersionRange] = []
        var rest = text[...]
        while let first = rest.first, "[(".contains(first) {
            guard let end = rest.firstIndex(where: { "])".contains($0) }) else {
                throw Self.invalid("Unbounded range: \(text)")
            }
            let range = try VersionRange(rest[...end])
            if let upper = ranges.last?.upper, range.lower.map({ $0.version < upper.version }) ?? true {
                throw Self.invalid("Ranges overlap: \(text)")
            }
            ranges.append(range)
            rest = rest[rest.index(after: end)...].drop(while: \.isWhitespace)
            if rest.first == "," { rest = rest.dropFirst().drop(while: \.isWhitespace) }
        }
        if ranges.isEmpty {
            // A version by itself is that version and no other.
            let bound = try Bound(text[...])
            ranges = [VersionRange(lower: bound, upper: bound, includesLower: true, includesUpper: true)]
        } else if !rest.isEmpty {
            throw Self.invalid("Only fully-qualified sets allowed in multiple set scenario: \(text)")
        }
        self.init(ranges: ranges, description: ranges.map(\.description).joined(separator: ","))
    }

    /// Whether a version will do.
    func admits(_ version: PluginVersion) -> Bool { ranges.isEmpty || ranges.contains { $0.contains(version) } }

    fileprivate static func invalid(_ message: String) -> ConnectError { ConnectError(.invalidConfiguration, message) }
}

/// One end of a range.
private struct Bound: Sendable, Hashable {
    let text: String
    let version: PluginVersion

    init(_ text: Substring) throws {
        self.text = String(text).trimmingSpace
        let isVersion = !self.text.isEmpty && !self.text.contains { $0.isWhitespace || "[](),".contains($0) }
        guard isVersion else {
            throw VersionRequirement.invalid(
                "'\(self.text)' is no version; a version is written as 1.0 or [1.0], a range of them as [1.0,2.0)")
        }
        version = PluginVersion(self.text)
    }
}

/// The versions between two ends, or from or to one.
private struct VersionRange: Sendable, Hashable, CustomStringConvertible {
    let lower: Bound?
    let upper: Bound?
    let includesLower: Bool
    let includesUpper: Bool

    init(lower: Bound?, upper: Bound?, includesLower: Bool, includesUpper: Bool) {
        self.lower = lower
        self.upper = upper
        self.includesLower = includesLower
        self.includesUpper = includesUpper
    }

    /// Reads a range, from its first bracket to its last.
    init(_ text: Substring) throws {
        let inside = text.dropFirst().dropLast()
        let (includesLower, includesUpper) = (text.first == "[", text.last == "]")
        guard let comma = inside.firstIndex(of: ",") else {
            guard includesLower, includesUpper else {
                throw VersionRequirement.invalid("Single version must be surrounded by []: \(text)")
            }
            let bound = try Bound(inside)
            self.init(lower: bound, upper: bound, includesLower: true, includesUpper: true)
            return
        }
        func bound(_ text: Substring) throws -> Bound? { text.allSatisfy(\.isWhitespace) ? nil : try Bound(text) }
        let lower = try bound(inside[..<comma])
        let upper = try bound(inside[inside.index(after: comma)...])
        if let lower, let upper {
            let isEmpty = lower.version == upper.version && !(includesLower && includesUpper)
            guard lower.version <= upper.version, !isEmpty else {
                throw VersionRequirement.invalid("Range defies version ordering: \(text)")
            }
        }
        self.init(lower: lower, upper: upper, includesLower: includesLower, includesUpper: includesUpper)
    }

    func contains(_ version: PluginVersion) -> Bool {
        if let lower = lower?.version {
            guard lower < version || (includesLower && lower == version) else { return false }
        }
        if let upper = upper?.version {
            guard version < upper || (includesUpper && version == upper) else { return false }
        }
        return true
    }

    var description: String {
        if let lower, lower == upper { return "[\(lower.text)]" }
        return (includesLower ? "[" : "(") + "\(lower?.text ?? ""),\(upper?.text ?? "")" + (includesUpper ? "]" : ")")
    }
}
