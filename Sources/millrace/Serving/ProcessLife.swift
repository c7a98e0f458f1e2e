import Logging
import UnixSignals

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Runs something until a signal asks for its end, in good order; a second signal stops at once.
enum ProcessLife {
    /// Starts it, waits for SIGTERM or SIGINT, and stops it.
    ///
    /// - Parameters:
    ///   - start: Starts it; cancelled when the signal comes before it is up.
    ///   - whenReady: Called once it is up.
    ///   - end: Returns when it has ended by itself.
    ///   - stop: Ends it.
    /// - Throws: what the parts throw.
    static func run<Running: Sendable>(
        _ logger: Logger, start: @escaping @Sendable () async throws -> Running,
        whenReady: (Running) async throws -> Void, end: (@Sendable (Running) async -> Void)? = nil,
        stop: (Running) async throws -> Void
    ) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let starting = Task { try await start() }
        let (demands, demand) = AsyncStream<Void>.makeStream()
        // From the first moment on, since a recovery may take long. The sequence can be iterated once only, so one task
        // takes both the signal that asks and the one that insists.
        Task {
            var isAsked = false
            for await signal in signals {
                if isAsked { stopAtOnce() }
                isAsked = true
                logger.info("\(signal): shutting down; a second signal stops at once")
                starting.cancel()
                demand.finish()
            }
        }
        do {
            let running = try await starting.value
            do {
                try await whenReady(running)
            } catch {
                try? await stop(running)
                throw error
            }
            if let end {
                Task {
                    await end(running)
                    demand.finish()
                }
            }
            let memory = Task { await FreeMemory.giveBack() }
            for await _ in demands {}
            memory.cancel()
            try await stop(running)
        } catch is CancellationError where starting.isCancelled {
            // Asked to stop before it was up; what had started was stopped in good order.
        }
        logger.info("clean shutdown")
    }
}

/// Ends the process without draining anything; the next start recovers.
private func stopAtOnce() -> Never { exit(1) }
