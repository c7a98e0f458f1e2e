import Foundation
import Subprocess
import Synchronization

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// A process that a test started: it can be signalled while it runs and is always reaped.
///
/// Its output goes through files, so that no amount of it can stop the process, and none is lost when it is killed.
package struct ChildProcess: Sendable {
    /// Where a stream of the process goes.
    package enum Sink: Sendable {
        /// Into the result.
        case collected
        /// Into a file that is made anew.
        case file(String)
        /// Behind what a file holds already.
        case appended(String)
    }

    /// The process id, this process's own as long as ``hasEnded`` is false.
    package let processID: Int32
    private let name: String
    private let ending: Task<CommandResult, any Error>
    private let ended: Flag

    /// Starts a process; it runs when this returns.
    ///
    /// - Parameters:
    ///   - executable: A path, or a name to be found in `PATH`.
    ///   - input: A file that the process reads; nothing when nil.
    ///   - output: Where its standard output goes.
    ///   - errors: Where its standard error goes.
    /// - Throws: An error of the system when it cannot be started.
    package static func start(
        _ executable: String, _ arguments: [String], input: String? = nil, output: Sink = .collected,
        errors: Sink = .collected
    ) async throws -> ChildProcess {
        let configuration = Configuration(
            executable: executable.contains("/") ? .path(FilePath(executable)) : .name(executable),
            arguments: Arguments(arguments),
            // Compiled scripts would be left in the checkout.
            environment: .inherit.updating(["PYTHONDONTWRITEBYTECODE": "1"]))
        let source = try FileDescriptor.open(FilePath(input ?? "/dev/null"), .readOnly)
        let output = try output.open()
        let errors = try errors.open()
        let ended = Flag()
        let (started, continuation) = AsyncThrowingStream.makeStream(of: Int32.self)
        // Lives as long as the process and reaps it.
        let ending = Task {
            defer { ended.raise() }
            do {
                let result = try await Subprocess.run(
                    configuration, input: .fileDescriptor(source, closeAfterSpawningProcess: true),
                    output: .fileDescriptor(output.descriptor, closeAfterSpawningProcess: false),
                    error: .fileDescriptor(errors.descriptor, closeAfterSpawningProcess: false)
                ) { execution in
                    continuation.yield(execution.processIdentifier.value)
                    continuation.finish()
                }
                let status: Int32 =
                    switch result.terminationStatus {
                    case .exited(let code): code
                    case .signaled(let signal): -signal
                    }
                return CommandResult(status: status, output: try output.finish(), errors: try errors.finish())
            } catch {
                continuation.finish(throwing: error)
                throw error
            }
        }
        for try await processID in started {
            let name = "\(executable) \(arguments.joined(separator: " "))"
            return ChildProcess(processID: processID, name: name, ending: ending, ended: ended)
        }
        throw HarnessError("\(executable) could not be started")
    }

    /// Whether the process has ended and was reaped.
    package var hasEnded: Bool {
        ended.isRaised
    }

    /// Sends a signal, unless the process has ended: its id may be another's by then.
    package func signal(_ signal: Int32) {
        if !hasEnded { kill(processID, signal) }
    }

    /// Waits for the end of the process.
    ///
    /// - Parameter limit: After this long, or when the waiting task is cancelled, the process is killed.
    /// - Throws: ``HarnessError`` when it had to be.
    package func result(within limit: Duration) async throws -> CommandResult {
        do {
            return try await withDeadline(limit, for: "the end of \(name)") {
                try await withTaskCancellationHandler {
                    try await ending.value
                } onCancel: {
                    signal(SIGKILL)
                }
            }
        } catch {
            _ = try? await ending.value
            throw error
        }
    }
}

extension ChildProcess.Sink {
    /// An open stream, and whether its text belongs into the result.
    struct Open: Sendable {
        let descriptor: FileDescriptor
        let isCollected: Bool

        /// Closes the stream, after the process has ended.
        ///
        /// - Returns: What was collected.
        func finish() throws -> String {
            try descriptor.closeAfter {
                guard isCollected else { return "" }
                let size = try descriptor.seek(offset: 0, from: .end)
                var bytes = [UInt8](repeating: 0, count: Int(size))
                let count = try bytes.withUnsafeMutableBytes {
                    try descriptor.read(fromAbsoluteOffset: 0, into: $0)
                }
                return String(decoding: bytes[..<count], as: UTF8.self)
            }
        }
    }

    func open() throws -> Open {
        switch self {
        case .collected:
            let path = FileManager.default.temporaryDirectory.appending(path: "millrace-\(UUID().uuidString)").path()
            let descriptor = try FileDescriptor.open(
                FilePath(path), .readWrite, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
            // The open file is all that is needed, and so nothing is left behind.
            try FileManager.default.removeItem(atPath: path)
            return Open(descriptor: descriptor, isCollected: true)
        case .file(let path):
            let descriptor = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
            return Open(descriptor: descriptor, isCollected: false)
        case .appended(let path):
            let descriptor = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
            return Open(descriptor: descriptor, isCollected: false)
        }
    }
}

/// Something that happens once, seen from other tasks.
private final class Flag: Sendable {
    private let raised = Mutex(false)

    func raise() {
        raised.withLock { $0 = true }
    }

    var isRaised: Bool {
        raised.withLock { $0 }
    }
}
