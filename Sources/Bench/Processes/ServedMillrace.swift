import Dispatch
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A ``MillraceServer`` for tasks, which change threads: one of its own starts it, stays, and ends it.
///
/// Safe to use from any thread.
final class ServedMillrace: Sendable {
    /// Where it is reached.
    struct Addresses: Sendable {
        /// Host and port.
        let kafka: String
        /// A URL.
        let rest: String
        /// A URL.
        let connect: String

        fileprivate init(_ server: MillraceServer) throws {
            kafka = try server.bootstrapServer
            rest = try server.address("rest")
            connect = try server.address("connect")
        }
    }

    /// What the thread tells once the server can be reached.
    private final class Start: Sendable {
        let outcome = Mutex<(process: pid_t, addresses: Addresses)?>(nil)
    }

    let addresses: Addresses
    private let process: pid_t
    private let thread: SideThread<Void>
    private let isUnwanted: DispatchSemaphore

    /// Starts it and waits until it can be reached.
    ///
    /// - Parameters:
    ///   - program: An absolute path.
    ///   - directory: Below which it keeps everything: an absolute path.
    /// - Throws: ``BenchFailure`` with what it wrote if it does not start.
    init(program: String, directory: String) throws {
        let (start, isUnwanted) = (Start(), DispatchSemaphore(value: 0))
        let thread = SideThread<Void>("millrace serve") { isReady in
            // Of a group's first members, how long others are waited for: no part of what is measured.
            let server = try MillraceServer(
                program, directory: directory, settings: ["group.initial.rebalance.delay.ms=0"])
            defer { server.kill() }
            let addresses = try Addresses(server)
            start.outcome.withLock { $0 = (server.process, addresses) }
            isReady()
            isUnwanted.wait()
        }
        thread.waitUntilReady()
        guard let (process, addresses) = start.outcome.withLock({ $0 }) else {
            try thread.wait()
            preconditionFailure("a server that has not started has failed")
        }
        (self.process, self.addresses) = (process, addresses)
        (self.thread, self.isUnwanted) = (thread, isUnwanted)
    }

    /// The seconds of processors' time that it has used; `nil` where the system does not tell.
    var processorTime: Double? { ProcessorTime.seconds(of: process) }

    /// The bytes of memory that it has filled itself; `nil` where the system does not tell.
    var memory: Int? { ProcessMemory.bytes(of: process) }

    /// Kills it; to be called once.
    func stop() {
        isUnwanted.signal()
        // Nothing of it fails by now.
        try? thread.wait()
    }
}
