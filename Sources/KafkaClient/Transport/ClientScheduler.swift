import NIOCore

/// Runs work later, on the client's event loop.
package struct ClientScheduler: Sendable {
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// A piece of work that can be called off.
    package struct Timer: Sendable {
        fileprivate let scheduled: Scheduled<Void>

        /// Calls the work off if it has not begun.
        package func cancel() { scheduled.cancel() }
    }

    /// Runs `work` after `delay`, from the event loop's thread; it must not block.
    package func schedule(after delay: Duration, _ work: @escaping @Sendable () -> Void) -> Timer {
        Timer(scheduled: eventLoop.scheduleTask(in: TimeAmount(delay), work))
    }
}

extension ClientScheduler {
    /// Runs `work` as soon as the event loop is free.
    package func execute(_ work: @escaping @Sendable () -> Void) { eventLoop.execute(work) }
}

extension Duration {
    /// The duration in milliseconds as the protocol carries it, cut to its range.
    package var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
        if milliseconds.overflow { return seconds < 0 ? .min : .max }
        return Int32(clamping: milliseconds.partialValue + attoseconds / 1_000_000_000_000_000)
    }
}
