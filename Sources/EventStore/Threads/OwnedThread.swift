internal import CShims

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
    init(name: String, body: @escaping @Sendable () -> Void) {
        let argument = Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
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
        precondition(result == 0, "pthread_create gave \(result) for \(name)")
        #if canImport(Darwin)
        handle = created!
        #else
        handle = created
        #endif
    }

    /// Waits until the thread has ended; called once.
    func join() { pthread_join(handle, nil) }
}
