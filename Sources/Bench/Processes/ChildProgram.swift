import CShims

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// This program once more, as a process of its own that can be killed, and whose time can be told from ours.
struct ChildProgram {
    private let process: pid_t
    /// Kept open for as long as the child is wanted: its end tells the child that nobody is there any more.
    private let input: Int32
    private let output: Int32

    /// Starts this program with `arguments`; what it writes to standard output can be read here.
    init(_ arguments: [String]) throws {
        let (input, output) = (try Self.makePipe(), try Self.makePipe())
        defer {
            close(input.read)
            close(output.write)
        }
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        #else
        var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.read, 0)
        posix_spawn_file_actions_adddup2(&actions, output.write, 1)
        var words = ([CommandLine.arguments[0]] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        var result: Int32 = 0
        RunningProcesses.add {
            result = posix_spawnp(&process, CommandLine.arguments[0], &actions, nil, &words, environ)
            return result == 0 ? process : 0
        }
        guard result == 0 else {
            close(input.write)
            close(output.read)
            throw BenchFailure(description: "posix_spawn of \(CommandLine.arguments[0]): errno \(result)")
        }
        self.process = process
        self.input = input.write
        self.output = output.read
    }

    private static func makePipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        let error = millrace_make_pipe(&ends)
        guard error == 0 else { throw BenchFailure(description: "pipe: errno \(error)") }
        return (ends[0], ends[1])
    }

    /// Waits for the next line that the child writes.
    func nextLine() throws -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        throw BenchFailure(description: "the child process ended by itself")
    }

    /// The seconds of processors' time that the process has used; `nil` where the system does not tell.
    var processorTime: Double? { ProcessorTime.seconds(of: process) }

    /// The bytes of memory that the process has filled itself; `nil` where the system does not tell.
    var memory: Int? { ProcessMemory.bytes(of: process) }

    /// The bytes of the process that are in memory, pages of files included; `nil` where the system does not tell.
    var residentMemory: Int? { ProcessMemory.bytes(.resident, of: process) }

    /// How long a child may take to end by itself, in steps of ten milliseconds.
    private static let stepsToEnd = 3000

    /// Kills the child as `kill -9` does, or lets it end by itself, for half a minute; and waits for its end.
    func end(killing: Bool) {
        // Before its input ends, which would have it end by itself.
        if killing { kill(process, SIGKILL) }
        close(input)
        defer {
            close(output)
            RunningProcesses.remove(process)
        }
        var status: Int32 = 0
        for _ in 0..<(killing ? 0 : Self.stepsToEnd) {
            if waitpid(process, &status, WNOHANG) != 0 { return }
            usleep(10_000)
        }
        kill(process, SIGKILL)
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}
