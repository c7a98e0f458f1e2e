import HummingbirdCore
import Logging
import NIOCore

/// The connections of one listener, as the server that accepts them sees them.
struct ListenerChannel: ServerChildChannel {
    /// One connection.
    struct Connection: ServerChildChannelValue {
        let channel: any Channel
        let tasks: RequestTasks
    }

    let pipeline: ConnectionPipeline

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture {
            let tasks = RequestTasks()
            try pipeline.install(in: channel, tasks: tasks)
            return Connection(channel: channel, tasks: tasks)
        }
    }

    /// Waits for the end of a connection and of its requests; being cancelled ends it.
    func handle(value: Connection, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
            await value.tasks.finished()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
