internal import RecordFormat
internal import Synchronization

/// The readers at the end of one log, to be woken when there is more to read.
///
/// Safe to use from any thread.
final class ReaderRoster: Sendable {
    private let readers = Mutex<[ObjectIdentifier: ParkedReader]>([:])

    /// Has `reader` signalled each time there is more to read.
    func add(_ reader: ParkedReader) { readers.withLock { $0[ObjectIdentifier(reader)] = reader } }

    /// Takes back ``add(_:)``.
    func remove(_ reader: ParkedReader) { _ = readers.withLock { $0.removeValue(forKey: ObjectIdentifier(reader)) } }

    /// The number of readers that wait.
    var parkedCount: Int { readers.withLock { $0.values.count { $0.isParked } } }

    /// Signals all, and adds those that were parked to `batch`.
    func wakeAll(into batch: inout WakeBatch) {
        readers.withLock { readers in
            for reader in readers.values {
                if let continuation = reader.signal() { batch.add(continuation) }
            }
        }
    }
}

/// The place where one reader waits for the logs that it reads: one continuation, however many logs there are.
///
/// A signal that comes while the reader is still looking is kept, so that between its last look and its parking nothing
/// is missed. One task parks; any thread signals.
final class ParkedReader: Sendable {
    private enum State {
        /// The reader is at work.
        case working
        /// There may be more to read than the reader has seen.
        case signalled
        case parked(CheckedContinuation<Void, Never>)
        /// The reader's task was cancelled; it does not wait any more.
        case cancelled
    }

    private let state = Mutex(State.working)

    /// Whether the reader's task was cancelled.
    var isCancelled: Bool {
        state.withLock { state in
            if case .cancelled = state { true } else { false }
        }
    }

    /// Whether the reader waits.
    var isParked: Bool {
        state.withLock { state in
            if case .parked = state { true } else { false }
        }
    }

    /// Notes that there is more to read; returns the continuation of a reader that is parked, for the caller to resume.
    func signal() -> CheckedContinuation<Void, Never>? {
        state.withLock { state in
            switch state {
            case .cancelled: return nil
            case .working, .signalled:
                state = .signalled
                return nil
            case .parked(let continuation):
                state = .working
                return continuation
            }
        }
    }

    /// Waits for a signal, unless one has come since the last wait; returns at once, now and from here on, when the
    /// task is cancelled.
    func park() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumesAtOnce = state.withLock { state in
                    switch state {
                    case .working:
                        state = .parked(continuation)
                        return false
                    case .signalled:
                        state = .working
                        return true
                    case .cancelled: return true
                    case .parked: preconditionFailure("one reader has one task, and one iterator one reader")
                    }
                }
                if resumesAtOnce { continuation.resume() }
            }
        } onCancel: {
            let parked = state.withLock { state in
                defer { state = .cancelled }
                if case .parked(let continuation) = state { return continuation as CheckedContinuation<Void, Never>? }
                return nil
            }
            parked?.resume()
        }
    }
}
