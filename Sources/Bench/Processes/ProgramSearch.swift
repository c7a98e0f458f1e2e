#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Finds programs as a shell does.
enum ProgramSearch {
    /// What programs that are started find programs by.
    static var path: String { ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin" }

    /// Where a program lies that was built together with this one, whether it is there or not.
    static func pathBesideThisProgram(_ name: String) -> String {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? find([CommandLine.arguments[0]]) ?? ""
        return String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)]) + "/" + name
    }

    /// The first of `candidates` that can be started, as an absolute path; `nil` if none can.
    ///
    /// - Parameter candidates: Paths, or names that are looked for in `PATH`.
    static func find(_ candidates: [String]) -> String? {
        let files = FileManager.default
        for candidate in candidates {
            let folders = candidate.contains("/") ? [""] : path.split(separator: ":").map { $0 + "/" }
            for folder in folders {
                let found = folder + candidate
                // A program is started in another directory. Links stay, because some go by the name that they are called by.
                if files.isExecutableFile(atPath: found) {
                    return found.hasPrefix("/") ? found : files.currentDirectoryPath + "/" + found
                }
            }
        }
        return nil
    }
}
