import Glibc
import ServerHarness
import Testing

@testable import ConnectPluginHost

@Suite(.timeLimit(.minutes(1))) struct PluginStreamsTests {
    private func makePipe() -> (read: CInt, write: CInt) {
        var ends: [CInt] = [-1, -1]
        #expect(pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    /// Whether nobody has the other end of a pipe open any more.
    private func isAlone(_ descriptor: CInt) -> Bool {
        var events = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&events, 1, 0) == 1 && CInt(events.revents) & (CInt(POLLHUP) | CInt(POLLERR)) != 0
    }

    @Test func whatIsOpenIsClosedWhenAPipeCannotBeOpened() async throws {
        let fixture = try PluginFixture()
        try fixture.write("no pipe", to: "file")
        let places: [WritableKeyPath<ConnectPluginHost.ChildProcess.Pipes, CInt>] = [\.input, \.output, \.error]
        for place in places {
            let (input, output, error) = (makePipe(), makePipe(), makePipe())
            var pipes = ConnectPluginHost.ChildProcess.Pipes(input: input.write, output: output.read, error: error.read)
            let file = open(fixture.path + "/file", O_RDWR | O_CLOEXEC)
            close(pipes[keyPath: place])
            pipes[keyPath: place] = file
            await #expect(throws: (any Error).self) { try await PluginStreams.open(pipes, frameLimit: 1000) }
            for descriptor in [input.read, output.write, error.write] {
                try await wait(for: "the end of a pipe") { isAlone(descriptor) }
                close(descriptor)
            }
        }
    }
}
