import NIOCore
import NIOPosix

/// The pipes of a plug-in's process as channels: what it writes is read no faster than it is dealt with.
struct PluginStreams: Sendable {
    /// Its standard input.
    let input: any Channel
    /// The frames that it writes to its standard output.
    let output: NIOAsyncChannel<ByteBuffer, Never>
    /// The bytes that it writes to its standard error.
    let error: NIOAsyncChannel<ByteBuffer, Never>

    /// Takes over the pipes; they are closed when that fails.
    static func open(_ pipes: ChildProcess.Pipes, frameLimit: Int) async throws -> PluginStreams {
        let group = MultiThreadedEventLoopGroup.singleton
        // What no channel has taken over yet.
        var rest = [pipes.error, pipes.output, pipes.input]
        var input: (any Channel)?
        var output: NIOAsyncChannel<ByteBuffer, Never>?
        do {
            let opened = try await NIOPipeBootstrap(group: group).takingOwnershipOfDescriptor(output: pipes.input).get()
            input = opened
            rest.removeLast()
            let frames = try await reader(pipes.output, group) { channel in
                try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(FrameDecoder(limit: frameLimit)))
            }
            output = frames
            rest.removeLast()
            return PluginStreams(input: opened, output: frames, error: try await reader(pipes.error, group) { _ in })
        } catch {
            ChildProcess.closeDescriptors(rest)
            input?.close(promise: nil)
            // A channel that nobody ever read from would end the program when it goes.
            try? await output?.executeThenClose { _, _ in }
            throw error
        }
    }

    private static func reader(
        _ descriptor: CInt, _ group: any EventLoopGroup, _ prepare: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> NIOAsyncChannel<ByteBuffer, Never> {
        try await NIOPipeBootstrap(group: group).takingOwnershipOfDescriptor(input: descriptor) { channel in
            channel.eventLoop.makeCompletedFuture {
                try prepare(channel)
                return try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel,
                    configuration: NIOAsyncChannel.Configuration(
                        backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2)))
            }
        }
    }

    /// Ends the plug-in's standard input, which tells it to end.
    func closeInput() { input.close(promise: nil) }

    /// Closes all of them.
    func close() {
        for channel in [input, output.channel, error.channel] { channel.close(promise: nil) }
    }
}
