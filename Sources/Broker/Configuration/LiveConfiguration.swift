import Synchronization

/// The settings of a running broker: replaced as a whole when one of them is changed.
///
/// Safe to use from any thread.
final class LiveConfiguration: Sendable {
    private let state: Mutex<BrokerConfiguration>

    init(_ configuration: BrokerConfiguration) { state = Mutex(configuration) }

    /// The settings as they are now.
    var current: BrokerConfiguration {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
