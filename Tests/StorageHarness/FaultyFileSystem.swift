import Dispatch
package import LogCore
import Synchronization

/// The kernel's file system, some of whose calls on one file can be made to fail as they do on a disk that is full or
/// broken, or to take their time.
package final class FaultyFileSystem: LogFileSystem {
    /// The calls that can be made to fail.
    package enum Call: Hashable, Sendable {
        case write, allocate, syncData, map
    }

    /// What fails: these calls, on this file, for this reason.
    private struct Fault {
        var calls: Set<Call>
        var descriptor: Int32
        var errno: Int32
    }

    private let kernel = KernelFileSystem()
    private let fault = Mutex<Fault?>(nil)
    private let held = Mutex<(descriptor: Int32, release: DispatchSemaphore)?>(nil)

    /// Creates one where nothing fails.
    package init() {}

    /// Lets every call of these kinds on the open file `descriptor` fail from here on, until ``mend()``.
    package func fail(_ calls: Set<Call>, on descriptor: Int32, with errno: Int32) {
        fault.withLock { $0 = Fault(calls: calls, descriptor: descriptor, errno: errno) }
    }

    /// Lets every call succeed from here on.
    package func mend() { fault.withLock { $0 = nil } }

    /// Lets no sync of the open file `descriptor` return from here on, until ``releaseSyncs()``.
    package func holdSyncs(of descriptor: Int32) { held.withLock { $0 = (descriptor, DispatchSemaphore(value: 0)) } }

    /// Lets the syncs that are held return, and those that come.
    package func releaseSyncs() { _ = held.withLock { $0.take() }?.release.signal() }

    /// The error that a call has to answer, 0 for none.
    private func error(_ call: Call, _ descriptor: Int32) -> Int32 {
        fault.withLock { fault in
            guard let fault, fault.descriptor == descriptor, fault.calls.contains(call) else { return 0 }
            return fault.errno
        }
    }

    // MARK: - What may fail

    package func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at position: Int) -> Int {
        let error = error(.write, descriptor)
        return error == 0 ? kernel.write(descriptor, bytes, at: position) : -Int(error)
    }

    package func syncData(_ descriptor: Int32) -> Int32 {
        if let release = held.withLock({ $0?.descriptor == descriptor ? $0?.release : nil }) {
            release.wait()
            // On to the next that waits.
            release.signal()
        }
        let error = error(.syncData, descriptor)
        return error == 0 ? kernel.syncData(descriptor) : -error
    }

    package func allocate(_ descriptor: Int32, at position: Int, length: Int) -> Int32 {
        let error = error(.allocate, descriptor)
        return error == 0 ? kernel.allocate(descriptor, at: position, length: length) : -error
    }

    package func map(
        _ descriptor: Int32, from position: Int, size: Int, isWritable: Bool, at address: inout UnsafeMutableRawPointer?
    ) -> Int32 {
        let error = error(.map, descriptor)
        guard error == 0 else { return -error }
        return kernel.map(descriptor, from: position, size: size, isWritable: isWritable, at: &address)
    }

    // MARK: - What is the kernel's

    package func openDirectory(_ name: String, in directory: Int32) -> Int32 {
        kernel.openDirectory(name, in: directory)
    }
    package func makeDirectory(_ name: String, in directory: Int32) -> Int32 {
        kernel.makeDirectory(name, in: directory)
    }
    package func removeDirectory(_ name: String, in directory: Int32) -> Int32 {
        kernel.removeDirectory(name, in: directory)
    }
    package func list(_ directory: Int32, into names: inout [String]) -> Int32 { kernel.list(directory, into: &names) }
    package func access(_ name: String, in directory: Int32) -> Int32 { kernel.access(name, in: directory) }
    package func rename(_ name: String, to new: String, in directory: Int32) -> Int32 {
        kernel.rename(name, to: new, in: directory)
    }
    package func unlink(_ name: String, in directory: Int32) -> Int32 { kernel.unlink(name, in: directory) }
    package func syncDirectory(_ directory: Int32) -> Int32 { kernel.syncDirectory(directory) }
    package func open(_ name: String, in directory: Int32, _ mode: LogFile.Mode) -> Int32 {
        kernel.open(name, in: directory, mode)
    }
    package func close(_ descriptor: Int32) { kernel.close(descriptor) }
    package func read(_ descriptor: Int32, into target: UnsafeMutableRawBufferPointer, at position: Int) -> Int {
        kernel.read(descriptor, into: target, at: position)
    }
    package func device(_ descriptor: Int32) -> Int { kernel.device(descriptor) }
    package func syncAllData(_ descriptor: Int32) -> Int32 { kernel.syncAllData(descriptor) }
    package func truncate(_ descriptor: Int32, to size: Int) -> Int32 { kernel.truncate(descriptor, to: size) }
    package func size(_ descriptor: Int32) -> Int { kernel.size(descriptor) }
    package func nextData(_ descriptor: Int32, from position: Int) -> Int {
        kernel.nextData(descriptor, from: position)
    }
    package func nextHole(_ descriptor: Int32, from position: Int) -> Int {
        kernel.nextHole(descriptor, from: position)
    }
    package func isCached(_ descriptor: Int32, at position: Int) -> Int32 {
        kernel.isCached(descriptor, at: position)
    }
    package func modificationTime(_ descriptor: Int32) -> Int { kernel.modificationTime(descriptor) }
    package func lock(_ descriptor: Int32) -> Int32 { kernel.lock(descriptor) }
    package func populate(_ pages: UnsafeMutableRawBufferPointer) -> Int32 { kernel.populate(pages) }
    package func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int32 {
        kernel.copy(bytes, to: target)
    }
}
