/// A version as a path names it.
enum VersionID: Sendable, Hashable {
    /// The last one that is not deleted: `latest` or -1.
    case latest
    /// A number from 1.
    case number(Int)

    /// Reads a part of a path.
    ///
    /// - Throws: ``RegistryError`` 42202.
    init(_ text: String) throws(RegistryError) {
        let trimmed = text.filter { $0 != " " }
        if trimmed.lowercased() == "latest" || trimmed == "-1" {
            self = .latest
        } else if let number = Int32(trimmed), number > 0 {
            self = .number(Int(number))
        } else {
            throw .invalidVersion(text)
        }
    }

    /// The number that messages have: -1 for the latest.
    var number: Int {
        switch self {
        case .latest: -1
        case .number(let number): number
        }
    }
}
