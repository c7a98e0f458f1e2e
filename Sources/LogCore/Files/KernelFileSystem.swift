internal import CShims

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The file system that the kernel offers.
package struct KernelFileSystem: LogFileSystem {
    /// Creates one; all are the same.
    package init() {}

    /// What a call answers, from the result by which C tells of an error.
    private static func answer(_ result: Int32) -> Int32 { result < 0 ? -errno : result }
    private static func answer(_ result: Int) -> Int { result < 0 ? -Int(errno) : result }

    package func openDirectory(_ name: String, in directory: Int32) -> Int32 {
        unsafe millrace_open_at(directory, name, O_RDONLY | O_DIRECTORY, 0)
    }

    package func makeDirectory(_ name: String, in directory: Int32) -> Int32 {
        Self.answer(unsafe mkdirat(directory, name, 0o755))
    }

    package func removeDirectory(_ name: String, in directory: Int32) -> Int32 {
        Self.answer(unsafe unlinkat(directory, name, AT_REMOVEDIR))
    }

    package func list(_ directory: Int32, into names: inout [String]) -> Int32 {
        // A descriptor of its own: the stream takes it over, and with it the place that reading has reached.
        let descriptor = openDirectory(".", in: directory)
        guard descriptor >= 0 else { return descriptor }
        guard let stream = unsafe fdopendir(descriptor) else {
            let number = errno
            close(descriptor)
            return -number
        }
        defer { unsafe closedir(stream) }
        while true {
            // Only errno tells an error from the end.
            errno = 0
            guard let entry = unsafe readdir(stream) else { return -errno }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    package func access(_ name: String, in directory: Int32) -> Int32 {
        Self.answer(unsafe faccessat(directory, name, F_OK, 0))
    }

    package func rename(_ name: String, to new: String, in directory: Int32) -> Int32 {
        Self.answer(unsafe renameat(directory, name, directory, new))
    }

    package func unlink(_ name: String, in directory: Int32) -> Int32 {
        Self.answer(unsafe unlinkat(directory, name, 0))
    }

    package func syncDirectory(_ directory: Int32) -> Int32 { Self.answer(fsync(directory)) }

    package func open(_ name: String, in directory: Int32, _ mode: LogFile.Mode) -> Int32 {
        let flags: Int32 =
            switch mode {
            case .create: O_RDWR | O_CREAT
            case .readWrite: O_RDWR
            case .readOnly: O_RDONLY
            }
        return unsafe millrace_open_at(directory, name, flags, 0o644)
    }

    package func close(_ descriptor: Int32) {
        #if canImport(Darwin)
        _ = Darwin.close(descriptor)
        #elseif canImport(Glibc)
        _ = Glibc.close(descriptor)
        #else
        _ = Musl.close(descriptor)
        #endif
    }

    package func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at position: Int) -> Int {
        Self.answer(unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(position)))
    }

    package func read(_ descriptor: Int32, into target: UnsafeMutableRawBufferPointer, at position: Int) -> Int {
        Self.answer(unsafe pread(descriptor, target.baseAddress, target.count, off_t(position)))
    }

    package func syncData(_ descriptor: Int32) -> Int32 { -millrace_sync_data(descriptor) }

    package func syncAllData(_ descriptor: Int32) -> Int32 { -millrace_sync_file_system(descriptor) }

    package func allocate(_ descriptor: Int32, at position: Int, length: Int) -> Int32 {
        -millrace_allocate(descriptor, Int64(position), Int64(length))
    }

    package func truncate(_ descriptor: Int32, to size: Int) -> Int32 {
        Self.answer(ftruncate(descriptor, off_t(size)))
    }

    package func size(_ descriptor: Int32) -> Int {
        var status = stat()
        let result = unsafe fstat(descriptor, &status)
        return result < 0 ? -Int(errno) : Int(status.st_size)
    }

    package func device(_ descriptor: Int32) -> Int {
        var status = stat()
        return unsafe fstat(descriptor, &status) < 0 ? -Int(errno) : Int(status.st_dev)
    }

    package func nextData(_ descriptor: Int32, from position: Int) -> Int {
        Int(millrace_next_data(descriptor, Int64(position)))
    }

    package func nextHole(_ descriptor: Int32, from position: Int) -> Int {
        Int(millrace_next_hole(descriptor, Int64(position)))
    }

    package func isCached(_ descriptor: Int32, at position: Int) -> Int32 {
        millrace_is_cached(descriptor, Int64(position))
    }

    package func modificationTime(_ descriptor: Int32) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return -Int(errno) }
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
    }

    package func lock(_ descriptor: Int32) -> Int32 { -millrace_lock_file(descriptor) }

    package func map(
        _ descriptor: Int32, from position: Int, size: Int, isWritable: Bool, at address: inout UnsafeMutableRawPointer?
    ) -> Int32 {
        let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
        guard let memory = unsafe mmap(nil, size, protection, MAP_SHARED, descriptor, off_t(position)),
            unsafe memory != MAP_FAILED
        else { return -errno }
        unsafe address = memory
        return 0
    }

    package func populate(_ pages: UnsafeMutableRawBufferPointer) -> Int32 {
        unsafe -millrace_populate(pages.baseAddress, pages.count)
    }

    package func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int32 {
        unsafe target.copyMemory(from: bytes)
        return 0
    }
}
