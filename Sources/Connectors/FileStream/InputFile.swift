import ConnectAPI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that is open for reading, or standard input.
///
/// Calls block, which a task's own thread may do.
struct InputFile {
    /// What error messages call it.
    let name: String
    private let descriptor: Int32
    private let isStandardInput: Bool

    /// How long a read of standard input waits for bytes.
    private static let standardInputWait: Int32 = 50

    /// The process's standard input.
    static let standardInput = InputFile(name: "standard input", descriptor: STDIN_FILENO, isStandardInput: true)

    private init(name: String, descriptor: Int32, isStandardInput: Bool) {
        self.name = name
        self.descriptor = descriptor
        self.isStandardInput = isStandardInput
    }

    /// Opens a file.
    ///
    /// - Returns: `nil` when there is none.
    /// - Throws: ``ConnectError`` when there is one that cannot be read.
    init?(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw ConnectError(.failed, "Cannot open \(path): \(String(cString: strerror(errno)))")
        }
        self.init(name: path, descriptor: descriptor, isStandardInput: false)
    }

    /// Reads what there is now; 0 at the end of the file, or when standard input has nothing for a moment.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if isStandardInput {
            var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&events, 1, Self.standardInputWait) > 0 else { return 0 }
        }
        while true {
            #if canImport(Darwin)
            let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #elseif canImport(Glibc)
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #else
            let count = Musl.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
            if count >= 0 { return count }
            guard errno == EINTR else { throw failure("read") }
        }
    }

    /// The size in bytes; `nil` for what has none, such as a named pipe or a device.
    func size() throws -> Int64? {
        let status = try status()
        return status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    /// The number that the file keeps when it is renamed.
    func inode() throws -> Int64 { Int64(bitPattern: UInt64(try status().st_ino)) }

    /// What puts the file in order with the old ones beside it.
    func asRotated() throws -> RotatedFile { RotatedFile(try status()) }

    /// Reads the first bytes, up to `limit`, and leaves alone where the next read begins.
    func beginning(limit: Int) throws -> [UInt8] {
        let bytes = try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let read = pread(descriptor, buffer.baseAddress, limit, 0)
            guard read >= 0 else { throw failure("read") }
            count = read
        }
        return bytes
    }

    /// Has the next read begin at `position`.
    func seek(to position: Int64) throws {
        guard lseek(descriptor, off_t(position), SEEK_SET) >= 0 else {
            // What cannot seek, such as a named pipe, is read from where it is.
            if errno == ESPIPE { return }
            throw failure("seek in")
        }
    }

    /// Whether another file has the name by now; not while none has.
    func isReplaced(at path: String) throws -> Bool {
        var there = stat()
        guard stat(path, &there) == 0 else { return false }
        let here = try status()
        return there.st_ino != here.st_ino || there.st_dev != here.st_dev
    }

    /// Whether nothing has the name.
    static func isMissing(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 && errno == ENOENT
    }

    /// Whether the file has no name any more, under which somebody could open it.
    func isRemoved() throws -> Bool { try status().st_nlink == 0 }

    /// Closes the file; standard input stays open.
    func close() {
        guard !isStandardInput else { return }
        #if canImport(Darwin)
        _ = Darwin.close(descriptor)
        #elseif canImport(Glibc)
        _ = Glibc.close(descriptor)
        #else
        _ = Musl.close(descriptor)
        #endif
    }

    private func status() throws -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("look at") }
        return status
    }

    private func failure(_ verb: String) -> ConnectError {
        ConnectError(.failed, "Cannot \(verb) \(name): \(String(cString: strerror(errno)))")
    }
}
