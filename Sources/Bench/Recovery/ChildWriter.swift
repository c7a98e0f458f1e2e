#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// This program once more, as a process of its own that can be killed.
struct ChildWriter {
    /// Why there is no such process, or why it did not do what it should.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let process: pid_t
    private let output: Int32

    /// Starts this program with `arguments`; what it writes to standard output can be read here.
    init(_ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "pipe: errno \(errno)") }
        defer { close(ends[1]) }
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        #else
        var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var words = ([CommandLine.arguments[0]] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let result = posix_spawnp(&process, CommandLine.arguments[0], &actions, nil, &words, environ)
        guard result == 0 else {
            close(ends[0])
            throw Failure(description: "posix_spawn of \(CommandLine.arguments[0]): errno \(result)")
        }
        self.process = process
        output = ends[0]
    }

    /// Waits until the child says that it is ready.
    func waitUntilReady() throws {
        var room = [UInt8](repeating: 0, count: 6)
        var count = 0
        while count < room.count {
            let taken = room.withUnsafeMutableBytes { read(output, $0.baseAddress! + count, $0.count - count) }
            guard taken > 0 else { throw Failure(description: "the writing process ended by itself") }
            count += taken
        }
    }

    /// Kills the child as `kill -9` does, and waits for its end.
    func end(killing: Bool) {
        if killing { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        close(output)
    }
}
