import Foundation

/// What callgrind has written about one path.
struct CallgrindProfile {
    private static let trigger = "desc: Trigger: Client Request: "
    private static let total = "totals: "

    /// The path, and the instructions of each time it was taken.
    let count: PathCount

    /// The words by which a path's file is known.
    static func label(of path: String, takenTimes count: Int) -> String { "\(path) \(count)" }

    /// Reads a file; `nil` if it is about no path, as the one is that callgrind writes at the end.
    init?(_ text: String) {
        var label: [Substring] = []
        var instructions: Double?
        for line in text.split(separator: "\n") {
            if line.hasPrefix(Self.trigger) {
                label = line.dropFirst(Self.trigger.count).split(separator: " ")
            } else if line.hasPrefix(Self.total) {
                instructions = line.dropFirst(Self.total.count).split(separator: " ").first.flatMap { Double($0) }
            }
        }
        guard label.count == 2, let times = Double(label[1]), times > 0, let instructions else { return nil }
        count = PathCount(path: String(label[0]), each: instructions / times)
    }

    /// The profiles among the files of a directory, in no order.
    static func all(in directory: String) throws -> [CallgrindProfile] {
        try FileManager.default.contentsOfDirectory(atPath: directory).compactMap {
            try CallgrindProfile(String(contentsOfFile: directory + "/" + $0, encoding: .utf8))
        }
    }
}
