import ConnectAPI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The folders and files that a provider may read: `allowed.paths`.
///
/// What counts is where a path leads in the end, with every symbolic link and `..` followed; Kafka compares the text.
struct AllowedPaths: Sendable {
    static let key = ConfigKey(
        "allowed.paths", .string, default: .none, importance: .medium,
        documentation: "The folders and files that may be read, separated by commas; all when it is missing.")

    /// As they were given; `nil` when everything may be read.
    private let roots: [String]?

    /// Reads the list.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a path that is not absolute or that there is
    ///   not.
    init(_ list: String?) throws {
        let paths = (list ?? "").split(separator: ",").map { String($0).trimmingSpace }.filter { !$0.isEmpty }
        for path in paths {
            guard path.hasPrefix("/") else {
                throw ConnectError(.invalidConfiguration, "Path \(path) is not absolute")
            }
            guard Self.real(path) != nil else {
                throw ConnectError(.invalidConfiguration, "Path \(path) does not exist")
            }
        }
        roots = paths.isEmpty ? nil : paths
    }

    /// Where `path` leads, if it may be read.
    ///
    /// - Returns: `nil` for what is not there.
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for what may not be read. With a list of paths that
    ///   is what is not there too, so that nobody can ask what there is elsewhere.
    func resolve(_ path: String) throws -> String? {
        let real = Self.real(path)
        guard let roots else { return real }
        // Each time anew: the link that a root is may be set to another folder, as with secrets that are mounted.
        let isAllowed = roots.compactMap(Self.real).contains { root in
            real == root || real?.hasPrefix(root == "/" ? root : root + "/") == true
        }
        guard isAllowed else {
            throw ConnectError(
                .invalidConfiguration,
                "The path \(path) is not allowed to be accessed, or is not there: it has to lie in the provider's"
                    + " allowed.paths"
            )
        }
        return real
    }

    /// Where an entry of a folder leads, if it may be read.
    ///
    /// - Parameter folder: A folder that may be read, so that anyone may know what there is in it.
    /// - Returns: `nil` for what is not there.
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a link to what may not be read.
    func resolve(_ name: String, in folder: String) throws -> String? {
        let path = folder + "/" + name
        return Self.real(path) == nil ? nil : try resolve(path)
    }

    private static func real(_ path: String) -> String? {
        guard !path.isEmpty, let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
