internal import CShims
internal import LogCore

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A thread of our own, for work that blocks in the kernel and must not sit on a cooperative pool or an event loop.
final class OwnedThread: @unchecked Sendable {
    // Sendable: the handle is written once, before `init` returns, and read once, by `join`.
    private let handle: pthread_t

    private final class Start {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread that runs `body` and ends with it.
    ///
    /// - Parameter name: What debuggers and `top -H` show; 15 characters count.
    /// - Throws: ``LogError`` with code `.io` if the system has no thread left.
    init(name: String, body: @escaping @Sendable () -> Void) throws(LogError) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        let argument = start.toOpaque()
        #if canImport(Darwin)
        var created: pthread_t?
        #else
        var created = pthread_t()
        #endif
        let result = pthread_create(
            &created, nil,
            { argument in
                #if canImport(Darwin)
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                millrace_name_thread(start.name)
                #else
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                millrace_name_thread(start.name)
                #endif
                start.body()
                return nil
            }, argument)
        guard result == 0 else {
            start.release()
            throw LogError(.io, "the system has no thread for \(name): pthread_create gave \(result)")
        }
        #if canImport(Darwin)
        handle = created!
        #else
        handle = created
        #endif
    }

    /// Waits until the thread has ended; called once.
    ///
    /// On the thread itself it only says that no one will wait: the last reference to a store may be dropped there.
    func join() {
        if pthread_equal(handle, pthread_self()) != 0 { pthread_detach(handle) } else { pthread_join(handle, nil) }
    }
}
