import CShims

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How much of a file, or of several, is in the page cache.
struct FileResidency: Equatable {
    /// Pages of the file.
    var pages = 0
    /// Those that are in the page cache.
    var residentPages = 0

    /// The part that is in the page cache, from 0 to 1.
    var share: Double { pages == 0 ? 0 : Double(residentPages) / Double(pages) }

    static func += (sum: inout FileResidency, other: FileResidency) {
        sum.pages += other.pages
        sum.residentPages += other.residentPages
    }
}

/// What the system has of a file in memory. Linux only: elsewhere there is no call that takes a file out of it.
enum PageCache {
    /// Makes a file durable and takes it out of the page cache, but for pages that a process has mapped and looked at.
    static func drop(_ path: String) throws {
        try withFile(path) { descriptor in
            // What the device does not have yet would stay.
            try sync(descriptor, path)
            #if os(Linux)
            let error = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
            guard error == 0 else { throw BenchFailure(description: "posix_fadvise of \(path): errno \(error)") }
            #else
            throw BenchFailure(description: "files leave the page cache on Linux only")
            #endif
        }
    }

    /// Makes a file durable, whoever has written it.
    static func sync(_ path: String) throws { try withFile(path) { try sync($0, path) } }

    /// How much of a file is in the page cache.
    static func residency(of path: String) throws -> FileResidency {
        #if os(Linux)
        return try withFile(path) { descriptor in
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw BenchFailure(description: "fstat: errno \(errno)") }
            let size = Int(status.st_size)
            guard size > 0 else { return FileResidency() }
            // A mapping that nobody looks at brings nothing into memory.
            guard let memory = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), memory != MAP_FAILED else {
                throw BenchFailure(description: "mmap of \(path): errno \(errno)")
            }
            defer { munmap(memory, size) }
            let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
            var pages = [UInt8](repeating: 0, count: (size + pageSize - 1) / pageSize)
            guard mincore(memory, size, &pages) == 0 else {
                throw BenchFailure(description: "mincore of \(path): errno \(errno)")
            }
            // The other bits are reserved.
            return FileResidency(pages: pages.count, residentPages: pages.count { $0 & 1 == 1 })
        }
        #else
        throw BenchFailure(description: "what is in the page cache is told on Linux only")
        #endif
    }

    private static func sync(_ descriptor: Int32, _ path: String) throws {
        let error = millrace_sync_data(descriptor)
        guard error == 0 else { throw BenchFailure(description: "fdatasync of \(path): errno \(error)") }
    }

    private static func withFile<Result>(_ path: String, _ body: (Int32) throws -> Result) throws -> Result {
        let descriptor = millrace_open_at(AT_FDCWD, path, O_RDONLY, 0)
        guard descriptor >= 0 else { throw BenchFailure(description: "cannot open \(path): errno \(-descriptor)") }
        defer { close(descriptor) }
        return try body(descriptor)
    }
}
