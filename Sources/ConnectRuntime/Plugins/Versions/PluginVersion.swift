/// A plug-in's version, ordered as Maven orders versions, since that is what Kafka compares plug-ins by.
///
/// Its parts are numbers and qualifiers, divided by dots, hyphens and where digits meet letters. Numbers count by their
/// value, well-known qualifiers by what they stand for, others by their letters; zeros at the end make no difference:
/// `1-alpha1` < `1.0-rc1` < `1.0-SNAPSHOT` < `1` = `1.0.0` = `1-final` < `1-sp` < `1-other` < `1-1` < `1.0.1` < `1.10`.
///
/// - SeeAlso: KIP-891
struct PluginVersion: Sendable, Hashable, Comparable {
    /// What stands for the version of a plug-in that tells none.
    static let undefined = "undefined"

    private let parts: [Part]

    /// Reads a version; every text is one.
    ///
    /// - Complexity: O(*n*) in the length of the text.
    init(_ text: String) {
        var parts: [Part] = []
        var rest = text.lowercased().unicodeScalars[...]
        var followsHyphen = false
        while true {
            let isNumber = rest.first.map(Self.isDigit) ?? false
            let run = rest.prefix { $0 != "." && $0 != "-" && Self.isDigit($0) == isNumber }
            rest = rest.dropFirst(run.count)
            let meetsDigit = rest.first.map(Self.isDigit) ?? false
            let part = Part(String(run), isNumber: isNumber, followsHyphen: followsHyphen, meetsDigit: meetsDigit)
            if part.opensSection { Self.dropNulls(&parts) }
            parts.append(part)
            guard let next = rest.first else { break }
            // Where letters and digits meet there is a hyphen that is not written.
            followsHyphen = next != "."
            if next == "." || next == "-" { rest = rest.dropFirst() }
        }
        Self.dropNulls(&parts)
        self.parts = parts
    }

    static func < (left: PluginVersion, right: PluginVersion) -> Bool {
        for index in 0..<max(left.parts.count, right.parts.count) {
            let first = index < left.parts.count ? left.parts[index] : right.parts[index].padding
            let second = index < right.parts.count ? right.parts[index] : left.parts[index].padding
            if first != second { return first < second }
        }
        return false
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    /// Takes away what adds nothing to what is before it.
    private static func dropNulls(_ parts: inout [Part]) {
        while parts.last?.isNull == true { parts.removeLast() }
    }
}

/// A number or a qualifier of a version.
private enum Part: Sendable, Hashable, Comparable {
    /// Letters; the rank tells well-known ones from each other, and the others, which come last, from them.
    case qualifier(rank: Int, String)
    /// Digits without zeros before them, none for 0. A number after a hyphen is less than one after a dot.
    case number(followsDot: Bool, digits: String)

    /// The qualifiers with a place of their own; the one without letters is a release.
    private static let known = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"]
    private static let release = Part.qualifier(rank: 5, "")

    init(_ text: String, isNumber: Bool, followsHyphen: Bool, meetsDigit: Bool) {
        guard !isNumber, !text.isEmpty else {
            self = .number(followsDot: !followsHyphen, digits: String(text.drop { $0 == "0" }))
            return
        }
        let name =
            switch text {
            case "a" where meetsDigit: "alpha"
            case "b" where meetsDigit: "beta"
            case "m" where meetsDigit: "milestone"
            case "cr": "rc"
            case "ga", "final", "release": ""
            default: text
            }
        self = .qualifier(rank: Self.known.firstIndex(of: name) ?? Self.known.count, name)
    }

    /// Whether zeros before it make no difference: before a hyphen, and before letters, whatever divides them.
    var opensSection: Bool {
        if case .number(followsDot: true, digits: _) = self { false } else { true }
    }

    /// Whether it makes no difference at the end of a section.
    var isNull: Bool {
        if case .number(_, let digits) = self { digits.isEmpty } else { self == Self.release }
    }

    /// What a shorter version has at its place.
    var padding: Part {
        if case .number(followsDot: true, digits: _) = self {
            .number(followsDot: true, digits: "")
        } else {
            Self.release
        }
    }

    static func < (left: Part, right: Part) -> Bool {
        switch (left, right) {
        case (.qualifier(let first, let name), .qualifier(let second, let other)):
            return (first, name) < (second, other)
        case (.qualifier, .number): return true
        case (.number, .qualifier): return false
        case (.number(let first, let digits), .number(let second, let others)):
            if first != second { return !first }
            // As many digits as need be: more of them are a larger number.
            return (digits.utf8.count, digits) < (others.utf8.count, others)
        }
    }
}
