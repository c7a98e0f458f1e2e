import KafkaProtocol
import NIOCore
import Synchronization

/// What one request costs its client, held against its quotas when the answer is there.
///
/// Made only while someone has quotas. Safe to use from any thread.
final class RequestMeter: Sendable {
    private let quotas: ClientQuotas
    private let client: ClientQuotas.Client
    /// Bytes of a produce request; 0 for others.
    private let producedBytes: Int
    private let start = NIODeadline.now()
    /// The nanoseconds that the handler kept the loop, once it has let go of it.
    private let served = Atomic<Int64>(-1)

    init(_ quotas: ClientQuotas, _ client: ClientQuotas.Client, _ api: APIKey, frameSize: Int) {
        self.quotas = quotas
        self.client = client
        producedBytes = api == .produce ? frameSize : 0
    }

    /// Notes that the handler has returned; what it waits for now is no work of the loop.
    func didServe() { served.store(elapsed, ordering: .relaxed) }

    private var elapsed: Int64 { (NIODeadline.now() - start).nanoseconds }

    /// Counts the request.
    ///
    /// - Parameter present: The milliseconds that its handler has found the client has to pause.
    /// - Returns: The milliseconds that it has to pause, all quotas taken together.
    func pause(present: Int32) -> Int32 {
        var pause = present
        if producedBytes > 0 {
            pause = max(pause, quotas.record(.producerByteRate, Double(producedBytes), by: client))
        }
        if quotas.limits(.requestPercentage) {
            let returned = served.load(ordering: .relaxed)
            // Percent of one loop: a second of it is 100.
            let percent = Double(returned >= 0 ? returned : elapsed) / 1e7
            pause = max(pause, quotas.record(.requestPercentage, percent, by: client))
        }
        return pause
    }
}
