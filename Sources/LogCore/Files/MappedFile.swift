internal import CShims

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A file mapped into memory: one owner, unmapped with it.
///
/// The owner keeps the file at least as long as the part it touches. Should the file lose a page all the same, because
/// someone else cuts it or the device fails, the access meets zeros instead of a SIGBUS that ends the process, and
/// ``hasFaulted`` says so from then on: who reads asks behind what was read, who stores before anyone is told.
///
/// - SeeAlso: docs/decisions/0025-a-lost-page-of-a-mapping-reads-as-zeros.md
@safe struct MappedFile: ~Copyable, @unchecked Sendable {
    // Sendable: the fields never change; what the memory holds is the owner's business.

    /// What a mapping begins and ends with, in bytes.
    static let pageSize = Int(getpagesize())

    /// The mapped bytes.
    let memory: UnsafeMutableRawBufferPointer
    /// The guard of these bytes; none for an empty mapping.
    private let guarded: UnsafeMutablePointer<millrace_guarded_range>?

    /// Maps `size` bytes of `file` from `position` on, a multiple of the page size.
    ///
    /// - Throws: ``LogError`` with code `.tooManyOpenFiles` past `vm.max_map_count`, `.io` for anything else.
    init(_ file: LogFile, from position: Int = 0, size: Int, isWritable: Bool) throws(LogError) {
        guard size > 0 else {
            unsafe memory = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
            unsafe guarded = nil
            return
        }
        var address: UnsafeMutableRawPointer?
        let result = unsafe file.fileSystem.map(
            file.descriptor, from: position, size: size, isWritable: isWritable, at: &address)
        guard result == 0, let start = unsafe address else {
            throw .systemCall("mmap", path: file.path, errno: -result)
        }
        guard let range = unsafe millrace_guard(start, size) else {
            let number = errno
            _ = unsafe munmap(start, size)
            throw .systemCall("sigaction", path: file.path, errno: number)
        }
        unsafe memory = unsafe UnsafeMutableRawBufferPointer(start: start, count: size)
        unsafe guarded = range
    }

    deinit {
        guard let address = unsafe memory.baseAddress, let guarded = unsafe guarded else { return }
        unsafe millrace_unguard(guarded)
        _ = unsafe munmap(address, memory.count)
    }

    /// Whether a page of the mapping could not be given, and zeros took the place of it and of all behind.
    ///
    /// False vouches for what this thread has read from the mapping before it asked. Once true, it stays true, and what
    /// is stored from the lost page on reaches no file.
    ///
    /// - Complexity: one load.
    var hasFaulted: Bool {
        guard let guarded = unsafe guarded else { return false }
        return unsafe millrace_has_faulted(guarded) != 0
    }

    /// The big-endian integer at `position`.
    func bigEndian<Integer: FixedWidthInteger & BitwiseCopyable>(at position: Int, as: Integer.Type) -> Integer {
        unsafe Integer(bigEndian: memory.loadUnaligned(fromByteOffset: position, as: Integer.self))
    }
}
