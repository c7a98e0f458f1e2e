#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A file mapped into memory: one owner, unmapped with it.
///
/// The owner keeps the file at least as long as the part it touches: a page beyond the end of the file is a SIGBUS.
@safe struct MappedFile: ~Copyable {
    /// The mapped bytes.
    let memory: UnsafeMutableRawBufferPointer

    /// Maps the first `size` bytes of `file`.
    ///
    /// - Throws: ``LogError`` with code `.io` if the system refuses, for example past `vm.max_map_count`.
    init(_ file: LogFile, size: Int, isWritable: Bool) throws(LogError) {
        guard size > 0 else {
            unsafe memory = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
            return
        }
        var address: UnsafeMutableRawPointer?
        let result = unsafe file.fileSystem.map(file.descriptor, size: size, isWritable: isWritable, at: &address)
        guard result == 0, let start = unsafe address else {
            throw .systemCall("mmap", path: file.path, errno: -result)
        }
        unsafe memory = unsafe UnsafeMutableRawBufferPointer(start: start, count: size)
    }

    deinit {
        if let address = unsafe memory.baseAddress { _ = unsafe munmap(address, memory.count) }
    }

    /// The big-endian integer at `position`.
    func bigEndian<Integer: FixedWidthInteger & BitwiseCopyable>(at position: Int, as: Integer.Type) -> Integer {
        unsafe Integer(bigEndian: memory.loadUnaligned(fromByteOffset: position, as: Integer.self))
    }
}
