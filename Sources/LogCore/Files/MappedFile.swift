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
    init(_ file: borrowing LogFile, size: Int, isWritable: Bool) throws(LogError) {
        guard size > 0 else {
            unsafe memory = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
            return
        }
        let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
        guard let address = unsafe mmap(nil, size, protection, MAP_SHARED, file.descriptor, 0),
            unsafe address != MAP_FAILED
        else {
            throw .systemCall("mmap", path: file.path, errno: errno)
        }
        unsafe memory = unsafe UnsafeMutableRawBufferPointer(start: address, count: size)
    }

    deinit {
        if let address = unsafe memory.baseAddress { _ = unsafe munmap(address, memory.count) }
    }

    /// The big-endian integer at `position`.
    func bigEndian<Integer: FixedWidthInteger & BitwiseCopyable>(at position: Int, as: Integer.Type) -> Integer {
        unsafe Integer(bigEndian: memory.loadUnaligned(fromByteOffset: position, as: Integer.self))
    }
}
