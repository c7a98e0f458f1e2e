import KafkaProtocol
import NIOCore

/// A request that was waiting and may go on now; it runs on the event loop of its connection.
protocol Completion: AnyObject, Sendable {
    /// Where it runs.
    var loop: any EventLoop { get }
    /// Goes on: answers, or finds that it still has to wait.
    func run()
}

/// A request that waits for log offsets to be durable on every in-sync replica.
protocol ReplicationWait: Completion {
    /// Notes the outcome of one of its waits; returns whether it was the last, and the request is to be run.
    func resolve(_ index: Int, _ error: ErrorCode) -> Bool
}

/// A request that waits on behalf of a connection.
protocol Abandonable: AnyObject, Sendable {
    /// Ends the wait without an answer: the client is gone.
    func abandon()
}

/// The requests that one event lets go on, handed to each event loop at once: one wake-up for all of them.
struct CompletionBatch {
    private var completions: [any Completion] = []

    mutating func add(_ completion: any Completion) { completions.append(completion) }

    /// Runs everything on its loop.
    func dispatch() {
        guard let first = completions.first else { return }
        let loop = first.loop
        if completions.allSatisfy({ $0.loop === loop }) {
            Self.run(completions, on: loop)
            return
        }
        var byLoop: [ObjectIdentifier: [any Completion]] = [:]
        for completion in completions { byLoop[ObjectIdentifier(completion.loop), default: []].append(completion) }
        for group in byLoop.values { Self.run(group, on: group[0].loop) }
    }

    private static func run(_ completions: [any Completion], on loop: any EventLoop) {
        loop.execute {
            for completion in completions { completion.run() }
        }
    }
}
