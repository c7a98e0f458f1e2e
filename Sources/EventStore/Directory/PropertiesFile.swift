internal import LogCore

/// A small file of `key=value` lines, such as `meta.properties` and `partition.metadata`.
///
/// - SeeAlso: docs/format/data-directory.md
struct PropertiesFile {
    let directory: LogDirectory
    let name: String
    /// What stands between key and value: `=` in `meta.properties`, `: ` in `partition.metadata`.
    let separator: String

    var path: String { directory.path(of: name) }

    /// Reads the file; `nil` if it is missing.
    ///
    /// - Parameter isSynced: Whether it is synced when written. If not, a power cut can leave a part of it, or zeros in
    ///   its place: that counts as missing too.
    func read(isSynced: Bool = true) throws(LogError) -> [String: String]? {
        guard let text = try directory.readText(name, limit: 1 << 20) else { return nil }
        if !isSynced, text.last != "\n" || text.contains("\0") { return nil }
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let range = line.firstRange(of: separator) else {
                throw LogError(.unsupportedFormat, "\(path): '\(line)' has no '\(separator)'")
            }
            values[String(line[..<range.lowerBound])] = String(line[range.upperBound...])
        }
        return values
    }

    /// The file's text for `values`, in the order given.
    func text(_ values: [(String, String)]) -> String { Self.text(values, separator: separator) }

    /// The text of a file for `values`, in the order given.
    static func text(_ values: [(String, String)], separator: String) -> String {
        values.reduce("") { $0 + $1.0 + separator + $1.1 + "\n" }
    }
}
