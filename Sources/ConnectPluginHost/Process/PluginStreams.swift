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

    /// Takes over the pipes.
    static func open(_ pipes: ChildProcess.Pipes, frameLimit: Int) async throws -> PluginStreams {
        let group = MultiThreadedEventLoopGroup.singleton
        let input = try await NIOPipeBootstrap(group: group).takingOwnershipOfDescriptor(output: pipes.input).get()
        let output = try await reader(pipes.output, group) { channel in
            try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(FrameDecoder(limit: frameLimit)))
        }
        do {
            let error = try await reader(pipes.error, group) { _ in }
            return PluginStreams(input: input, output: output, error: error)
        } catch {
            // A channel that nobody ever read from would end the program when it goes.
            try? await output.executeThenClose { _, _ in }
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
