import CLMDB
import CSQLite
import Foundation

/// Where the figures come from.
struct Machine: Codable {
    var processor: String
    var cores: Int
    var memoryGiB: Int
    var kernel: String
    var fileSystem: String
    /// The versions of what was measured beside Millrace.
    var versions: [String: String]

    /// - Parameter directory: On the file system that is measured, and empty.
    init(directory: String) throws {
        let info = ProcessInfo.processInfo
        processor = Self.field("model name", in: "/proc/cpuinfo") ?? "unknown processor"
        cores = info.activeProcessorCount
        memoryGiB = Int((Double(info.physicalMemory) / Double(1 << 30)).rounded())
        kernel = Self.text("/proc/sys/kernel/osrelease") ?? info.operatingSystemVersionString
        fileSystem = Self.fileSystem(of: directory) ?? "unknown file system"
        versions = [
            "RocksDB": try RocksDatabase.version(openedIn: directory),
            "LMDB": [MDB_VERSION_MAJOR, MDB_VERSION_MINOR, MDB_VERSION_PATCH].map(String.init).joined(separator: "."),
            "SQLite": String(cString: sqlite3_libversion()),
        ]
    }

    private static func text(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func field(_ name: String, in path: String) -> String? {
        let line = text(path)?.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
    }

    /// The type of the mount that holds `directory`: the longest mount point that its path begins with.
    private static func fileSystem(of directory: String) -> String? {
        let path = URL(filePath: directory).resolvingSymlinksInPath().path()
        let mounts = (text("/proc/self/mounts") ?? "").split(separator: "\n").map { $0.split(separator: " ") }
        let holding = mounts.filter { fields in
            guard fields.count > 2 else { return false }
            return fields[1] == "/" || path == fields[1] || path.hasPrefix(fields[1] + "/")
        }
        return holding.max { $0[1].count < $1[1].count }.map { String($0[2]) }
    }
}
