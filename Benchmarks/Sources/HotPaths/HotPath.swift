import Foundation

/// A way through the code that every record or every request takes.
///
/// What is done on it is written here once, for all that measure it: those who count and those who take the time.
public struct HotPath: Sendable {
    /// What reports and thresholds call it, `<Type>_<operation>_<condition>`.
    public let name: String
    /// How often it is taken for one figure: enough to see what happens once in a while, and not too much for a disk.
    public let repetitions: Int
    private let make: @Sendable (_ directory: String) async throws -> PreparedHotPath

    /// Creates a path.
    ///
    /// - Parameter make: Builds what has to be there before, with its files in a directory of its own.
    init(
        _ name: String, repetitions: Int,
        make: @escaping @Sendable (_ directory: String) async throws -> PreparedHotPath
    ) {
        self.name = name
        self.repetitions = repetitions
        self.make = make
    }

    /// How often it is taken before anything is counted: then buffers have their size, and the end of a file that takes
    /// small batches is mapped.
    public var warmUp: Int { max(10, repetitions / 5) }

    /// All of them, from the smallest part to the whole.
    public static let all = ofRecords + ofLogs + ofMessages + ofRequests

    /// Builds what has to be there before the path can be taken, in a new directory.
    ///
    /// - Parameter parent: Where the directory is made; the system's temporary one if not given.
    /// - Returns: The path, not taken yet. Who has it calls ``PreparedHotPath/end()`` when done.
    public func prepare(below parent: String?) async throws -> PreparedHotPath {
        let directory = (parent ?? FileManager.default.temporaryDirectory.path) + "/hot-paths-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        do {
            let prepared = try await make(directory)
            prepared.directory = directory
            return prepared
        } catch {
            try? FileManager.default.removeItem(atPath: directory)
            throw error
        }
    }
}
