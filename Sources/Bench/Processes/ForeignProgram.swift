import CShims

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A program of others that runs until it is ended, in a process group of its own: what the terminal says to this program
/// is not said to it.
///
/// On Linux it is killed when the thread ends that has started it, and so when this process does, however that ends; what
/// starts it has to keep its thread until it ends it.
final class ForeignProgram {
    /// What is started.
    struct Launch {
        /// An absolute path.
        var path: String
        var arguments: [String] = []
        /// All of its environment.
        var environment: [String: String] = [:]
    }

    /// Its number, which is somebody else's once it has ended.
    let process: pid_t
    private let name: String
    /// Where its output goes.
    private let log: String
    private var isEnded = false

    /// Starts a program.
    ///
    /// - Parameter directory: Where it runs, and its output is put.
    init(_ launch: Launch, directory: String) throws {
        name = launch.path.split(separator: "/").last.map(String.init) ?? launch.path
        log = "\(directory)/\(name).log"
        let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { for descriptor in [input, output] where descriptor >= 0 { close(descriptor) } }
        guard input >= 0, output >= 0 else { throw BenchFailure(description: "cannot open \(log): errno \(errno)") }
        var arguments = ([launch.path] + launch.arguments).map { strdup($0) } + [nil]
        var environment = launch.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in arguments + environment { free(word) } }
        var started: pid_t = 0
        RunningProcesses.add {
            started = millrace_spawn(launch.path, &arguments, &environment, directory, [input, output, output])
            return started > 0 ? -started : 0
        }
        guard started > 0 else { throw BenchFailure(description: "cannot start \(launch.path): errno \(-started)") }
        process = started
    }

    /// The seconds of processors' time that it has used; `nil` where the system does not tell.
    var processorTime: Double? { ProcessorTime.seconds(of: process) }

    /// The bytes of memory that it has filled itself; `nil` where the system does not tell.
    var memory: Int? { ProcessMemory.bytes(of: process) }

    /// The bytes of it that are in memory, pages of files included; `nil` where the system does not tell.
    var residentMemory: Int? { ProcessMemory.bytes(.resident, of: process) }

    /// - Throws: ``BenchFailure`` with the last lines that it wrote, if it has ended by itself.
    func checkThatItRuns() throws {
        var status: Int32 = 0
        guard !isEnded, waitpid(process, &status, WNOHANG) != 0 else { return }
        forget()
        throw BenchFailure(description: "\(name) has ended by itself. It wrote:\n\(lastLines)")
    }

    private var lastLines: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(whereSeparator: \.isNewline).suffix(5).joined(separator: "\n")
    }

    /// How often is looked whether it has ended, in nanoseconds.
    private static let lookInterval: Int64 = 1_000_000

    /// Asks it to end, as SIGTERM does, and waits until it has; it is killed if it does not.
    ///
    /// - Throws: ``BenchFailure`` if it takes longer than `patience`, in nanoseconds, or ends with an error.
    func stop(within patience: Int64) throws {
        guard !isEnded else { return }
        kill(process, SIGTERM)
        let deadline = MonotonicClock.nanoseconds + patience
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            guard MonotonicClock.nanoseconds < deadline else {
                end()
                throw BenchFailure(description: "\(name) does not end when it is asked to. It wrote:\n\(lastLines)")
            }
            millrace_sleep(Self.lookInterval)
        }
        forget()
        guard status == 0 else {
            throw BenchFailure(description: "\(name) has ended with an error. It wrote:\n\(lastLines)")
        }
    }

    /// Kills it, with what it has started in its group, and waits for its end: what it keeps is thrown away.
    func end() {
        guard !isEnded else { return }
        kill(-process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        forget()
    }

    private func forget() {
        isEnded = true
        RunningProcesses.remove(-process)
    }
}
