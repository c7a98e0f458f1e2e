import CShims
import ConnectAPI
import NIOPosix
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A program that was started, in a process group of its own, with pipes for its standard input, output and error.
///
/// A thread starts it, waits for its end and takes its status, so that no zombie stays and no signal meets a
/// process id that someone else has by then. On Linux the program is killed when that thread ends, which is when
/// this process does: a server that is killed leaves no plug-in behind, not even one that hangs. Safe to use from
/// any thread.
final class ChildProcess: Sendable {
    /// What to start.
    struct Launch: Sendable, Hashable {
        var executable: String
        var arguments: [String]
        var environment: [String: String]
        var directory: String
    }

    /// How it ended.
    enum Ending: Sendable, Hashable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)

        var description: String {
            switch self {
            case .exited(let status): return "exited with status \(status)"
            case .signalled(let signal):
                let names = [
                    SIGABRT: "ABRT", SIGBUS: "BUS", SIGFPE: "FPE", SIGILL: "ILL", SIGINT: "INT", SIGKILL: "KILL",
                    SIGSEGV: "SEGV", SIGTERM: "TERM", SIGTRAP: "TRAP",
                ]
                return "was ended by signal \(signal)" + (names[signal].map { " (SIG\($0))" } ?? "")
            }
        }
    }

    /// The ends of the pipes that are this process's; whoever takes them closes them.
    struct Pipes: Sendable {
        var input: CInt
        var output: CInt
        var error: CInt
    }

    /// The signal that nothing survives.
    static let killSignal = SIGKILL

    let pid: pid_t
    private let ending = PendingAnswer<Ending>()
    /// Whether the status was taken, and the number may be someone else's.
    private let isReaped = Mutex(false)

    private init(pid: pid_t) { self.pid = pid }

    /// How it ended, if it has.
    var ended: Ending? { try? ending.result?.get() }

    /// Waits for its end, but no longer than `limit`.
    func ends(within limit: Duration) async -> Bool { await ending.settles(within: limit) }

    /// Waits for its end.
    func end() async -> Ending? { try? await ending.value() }

    /// Sends a signal to its process group, if it has not ended.
    func signal(_ number: CInt) {
        isReaped.withLock { isReaped in
            if !isReaped { kill(-pid, number) }
        }
    }

    /// Sees to it that it ends: waits, asks, and takes it down with all that it started.
    func terminate(after grace: Duration, patience: Duration) async {
        if await ends(within: grace) { return }
        signal(SIGTERM)
        if await ends(within: patience) { return }
        signal(SIGKILL)
        _ = await end()
    }

    // MARK: Start

    /// Starts a program.
    ///
    /// - Throws: ``ConnectError`` with the path and the system's reason.
    static func start(_ launch: Launch) async throws -> (process: ChildProcess, pipes: Pipes) {
        let started = PendingAnswer<(process: ChildProcess, pipes: Pipes)>()
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        thread.submit { _ in
            // From within: a pool that is shut down before would have this done by one of Dispatch's few threads.
            defer { thread.shutdownGracefully { _ in } }
            do {
                let (process, pipes) = try spawn(launch)
                started.complete(.success((process, pipes)))
                process.waitForEnd()
            } catch {
                started.complete(.failure(error))
            }
        }
        // Not cancellable: what was started has to be in somebody's hands.
        return try await Task { try await started.value() }.value
    }

    private static func spawn(_ launch: Launch) throws -> (process: ChildProcess, pipes: Pipes) {
        var open: [CInt] = []
        func makePipe() throws -> (read: CInt, write: CInt) {
            var ends: [CInt] = [-1, -1]
            let error = millrace_make_pipe(&ends)
            guard error == 0 else { throw failure(launch, "no pipe can be made", error) }
            open += ends
            return (ends[0], ends[1])
        }
        do {
            let (input, output, error) = (try makePipe(), try makePipe(), try makePipe())
            let pid = withArguments([launch.executable] + launch.arguments) { arguments in
                withArguments(launch.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) {
                    millrace_spawn(
                        launch.executable, arguments, $0, launch.directory, [input.read, output.write, error.write])
                }
            }
            guard pid > 0 else { throw failure(launch, "it cannot be started", -pid) }
            closeDescriptors([input.read, output.write, error.write])
            return (ChildProcess(pid: pid), Pipes(input: input.write, output: output.read, error: error.read))
        } catch {
            closeDescriptors(open)
            throw error
        }
    }

    /// Closes ends of pipes.
    static func closeDescriptors(_ descriptors: [CInt]) { for descriptor in descriptors { close(descriptor) } }

    private static func failure(_ launch: Launch, _ what: String, _ error: CInt) -> ConnectError {
        ConnectError(.failed, "\(launch.executable): \(what): \(String(cString: strerror(error))) (errno \(error))")
    }

    /// The texts as C has them, ended by a null pointer.
    private static func withArguments<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("the list has its null pointer") }
            return body(base)
        }
    }

    /// Blocks the calling thread until the program has ended.
    private func waitForEnd() {
        // First without taking the status: while that is there the number is nobody else's, nor is the group's.
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        var status: CInt = 0
        isReaped.withLock { isReaped in
            // What it started and left behind goes with it.
            kill(-pid, SIGKILL)
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            isReaped = true
        }
        let signal = status & 0x7F
        ending.complete(.success(signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)))
    }
}
