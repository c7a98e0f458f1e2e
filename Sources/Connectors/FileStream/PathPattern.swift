import ConnectAPI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A path of which any part may be a ``GlobPattern``, such as `/var/log/*/access-?.log`.
struct PathPattern: Sendable, Hashable {
    /// The most entries of folders that one search looks at.
    static let entryLimit = 100_000

    private enum Part: Sendable, Hashable {
        case name(String)
        case pattern(GlobPattern)
    }

    private let isAbsolute: Bool
    private let parts: [Part]
    /// The pattern as it was written.
    let text: String

    /// Reads a pattern.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` that says what is wrong.
    init(_ text: String) throws {
        self.text = text
        isAbsolute = text.hasPrefix("/")
        parts = try text.split(separator: "/").map { part in
            let pattern = try GlobPattern(part)
            return pattern.name.map(Part.name) ?? .pattern(pattern)
        }
        guard !parts.isEmpty, !text.hasSuffix("/") else {
            throw ConnectError(.invalidConfiguration, "'\(text)' names no file")
        }
    }

    /// The path that the pattern stands for, when it is no more than a path.
    var name: String? {
        var names: [String] = []
        for part in parts {
            guard case .name(let name) = part else { return nil }
            names.append(name)
        }
        return (isAbsolute ? "/" : "") + names.joined(separator: "/")
    }

    /// Whether the pattern finds a file of this path, when there is one.
    func matches(_ path: String) -> Bool {
        guard path.hasPrefix("/") == isAbsolute else { return false }
        let names = path.split(separator: "/").filter { $0 != "." }
        let parts = parts.filter { $0 != .name(".") }
        return names.count == parts.count
            && zip(parts, names).allSatisfy { part, name in
                switch part {
                case .name(let expected): expected == name
                case .pattern(let pattern): pattern.matches(String(name))
                }
            }
    }

    /// The files that match now; other things, such as folders and pipes, are passed over.
    ///
    /// - Throws: ``ConnectError`` that names a folder that cannot be listed, or says that there is too much to look at.
    func files() throws -> [String] {
        var found: [String] = []
        var entries = 0
        try find(parts[...], in: isAbsolute ? "/" : "", &found, &entries)
        return found
    }

    private func find(
        _ parts: ArraySlice<Part>, in folder: String, _ found: inout [String], _ entries: inout Int
    ) throws {
        guard let part = parts.first else { return }
        let following = parts.dropFirst()
        switch part {
        case .name(let name):
            if !following.isEmpty { return try find(following, in: folder + name + "/", &found, &entries) }
            if Self.kind(of: folder + name) == S_IFREG { found.append(folder + name) }
        case .pattern(let pattern):
            for name in try Self.names(in: folder, &entries, text) where pattern.matches(name) {
                let path = folder + name
                if following.isEmpty {
                    if Self.kind(of: path) == S_IFREG { found.append(path) }
                } else if Self.kind(of: path) == S_IFDIR {
                    try find(following, in: path + "/", &found, &entries)
                }
            }
        }
    }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    private static func names(in folder: String, _ entries: inout Int, _ text: String) throws -> [String] {
        guard let stream = opendir(folder.isEmpty ? "." : folder) else {
            // Files of a folder that is not there yet are waited for like others.
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw ConnectError(.failed, "Cannot list \(folder): \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            entries += 1
            guard entries <= entryLimit else {
                throw ConnectError(
                    .failed, "The folders that '\(text)' searches have more than \(entryLimit) entries: narrow it down")
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
