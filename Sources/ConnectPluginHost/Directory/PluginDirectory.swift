import ConnectAPI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Looks at the directories of `plugin.path`: each is a plug-in itself or holds plug-ins. Blocks the calling thread.
enum PluginDirectory {
    /// The file that makes a directory a plug-in.
    static let manifestName = "connector.json"
    /// The most entries of a directory that are looked at.
    static let entryLimit = 1000

    /// The path as it is meant from any directory: programs run in their plug-in's own. Links in it stay, so that what
    /// they lead to can be exchanged.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let here = realPath(".") else { return path }
        return here + "/" + path
    }

    /// What is there, in the order of the paths and of the names below them.
    static func look(at paths: [String]) -> [PluginSighting] {
        paths.flatMap { path -> [PluginSighting] in
            if stamp(path + "/" + manifestName) != nil { return [sighting(path)] }
            switch names(in: path) {
            case .failure(let problem): return [failed(path, problem.message)]
            case .success(let names) where names.count > entryLimit:
                return [failed(path, "more than \(entryLimit) entries; divide them over several directories")]
            case .success(let names):
                return names.map { path + "/" + $0 }
                    .filter { stamp($0 + "/" + manifestName) != nil }.map(sighting)
            }
        }
    }

    private static func failed(_ path: String, _ problem: String) -> PluginSighting {
        PluginSighting(directory: path, files: [], content: .problem(problem))
    }

    /// One plug-in's directory.
    private static func sighting(_ directory: String) -> PluginSighting {
        let path = directory + "/" + manifestName
        var files = [stamp(path)]
        do {
            let manifests = try PluginManifest.parse(try contents(of: path))
            for manifest in manifests {
                files.append(stamp(try program(of: manifest, in: directory)))
                // An interpreter's script is as much of the plug-in as a program.
                for argument in manifest.arguments where !argument.hasPrefix("/") && !argument.hasPrefix("-") {
                    files.append(stamp(directory + "/" + argument))
                }
            }
            return PluginSighting(directory: directory, files: files.compactMap(\.self), content: .plugins(manifests))
        } catch {
            let problem = (error as? ConnectError)?.message ?? "\(error)"
            return PluginSighting(
                directory: directory, files: files.compactMap(\.self), content: .problem("\(manifestName): \(problem)"))
        }
    }

    /// The path of a plug-in's program.
    ///
    /// - Throws: ``ConnectError`` for one that is not there, cannot be run, or is outside of the directory without
    ///   saying so.
    private static func program(of manifest: PluginManifest, in directory: String) throws -> String {
        let isAbsolute = manifest.executable.hasPrefix("/")
        let path = isAbsolute ? manifest.executable : directory + "/" + manifest.executable
        func invalid(_ problem: String) -> ConnectError {
            ConnectError(.invalidConfiguration, "the executable '\(manifest.executable)' \(problem)")
        }
        guard let real = realPath(path), let root = realPath(directory) else {
            throw invalid("cannot be found: \(reason())")
        }
        guard isAbsolute || real.hasPrefix(root + "/") else {
            throw invalid("is outside of the plug-in's directory; where that is meant, give its absolute path")
        }
        var status = stat()
        guard stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw invalid("is no file") }
        guard access(real, X_OK) == 0 else { throw invalid("cannot be run: \(reason()); is it marked as executable?") }
        return real
    }

    // MARK: System calls

    private static func reason() -> String { String(cString: strerror(errno)) }

    private static func realPath(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    private static func stamp(_ path: String) -> PluginSighting.FileStamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
        let modified = status.st_mtimespec
        #else
        let modified = status.st_mtim
        #endif
        return PluginSighting.FileStamp(
            path: path, device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino),
            size: Int64(status.st_size), modifiedSeconds: Int64(modified.tv_sec),
            modifiedNanoseconds: Int64(modified.tv_nsec))
    }

    /// The names of a directory's visible entries, sorted; one more than the limit at most.
    private static func names(in path: String) -> Result<[String], ConnectError> {
        guard let stream = opendir(path) else {
            return .failure(ConnectError(.invalidConfiguration, "cannot be read: \(reason())"))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream), names.count <= entryLimit {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            // A name with a dot before it is how tools hide what they are still writing.
            if !name.hasPrefix(".") { names.append(name) }
        }
        return .success(names.sorted())
    }

    private static func contents(of path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ConnectError(.invalidConfiguration, "cannot be read: \(reason())") }
        defer { close(descriptor) }
        // One byte more than allowed, so that a file that is too long is seen to be.
        var bytes = [UInt8](repeating: 0, count: PluginManifest.lengthLimit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                return read(descriptor, rest.baseAddress, rest.count)
            }
            guard got >= 0 else { throw ConnectError(.invalidConfiguration, "cannot be read: \(reason())") }
            if got == 0 { break }
            count += got
        }
        return Array(bytes[..<count])
    }
}
