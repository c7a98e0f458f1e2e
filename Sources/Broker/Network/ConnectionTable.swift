import NIOCore
import Synchronization

/// The open connections of all listeners, counted against the limits: in all, from one address, and by the rate at which
/// they come.
///
/// Safe to use from any thread.
final class ConnectionTable: Sendable {
    /// What becomes of a connection.
    enum Admission: Sendable, Equatable {
        case served
        /// Served after so long: more come than `max.connection.creation.rate`.
        case servedLater(TimeAmount)
        /// Closed after so long: its address has used up its quota of new ones (KIP-612). A client that is closed at
        /// once would try again at once.
        case closedLater(TimeAmount)
        /// Closed at once, for a reason.
        case refused(String)
    }

    private struct State {
        var limits: ConnectionLimits
        var open: [ObjectIdentifier: any Channel] = [:]
        var byAddress: [String: Int] = [:]
        var byListener: [String: Int] = [:]
        var rate = SlidingRate()
        var ratesOfListeners: [String: SlidingRate] = [:]
    }

    private let state: Mutex<State>
    /// The most connections that the limit of open files allows.
    private let files: Int
    private let quotas: ClientQuotas

    init(_ limits: ConnectionLimits, files: Int, quotas: ClientQuotas) {
        state = Mutex(State(limits: limits))
        self.files = files
        self.quotas = quotas
    }

    /// Puts other limits in force for the connections that come.
    func apply(_ limits: ConnectionLimits) { state.withLock { $0.limits = limits } }

    /// Takes a connection in until it closes, unless it is refused.
    ///
    /// - Parameter listener: The name of the listener that it came in by.
    func admit(_ channel: any Channel, by listener: String) -> Admission {
        let address = channel.remoteAddress?.plainAddress ?? ""
        let admission = state.withLock { state in
            let decision = decide(address, listener, &state)
            if case .refused = decision { return decision }
            // Those that wait to be closed hold a descriptor like all others.
            state.open[ObjectIdentifier(channel)] = channel
            state.byAddress[address, default: 0] += 1
            state.byListener[listener, default: 0] += 1
            return decision
        }
        if case .refused = admission { return admission }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { state in
                state.open[ObjectIdentifier(channel)] = nil
                let left = (state.byAddress[address] ?? 1) - 1
                state.byAddress[address] = left > 0 ? left : nil
                state.byListener[listener, default: 1] -= 1
            }
        }
        return admission
    }

    private func decide(_ address: String, _ listener: String, _ state: inout State) -> Admission {
        let most = min(state.limits.total, files)
        guard state.open.count < most else {
            return .refused("\(most) are open, the most that max.connections and the limit of open files allow")
        }
        let own = state.limits.listeners[listener] ?? ConnectionLimits.Own()
        if let most = own.total, state.byListener[listener] ?? 0 >= most {
            let key = BrokerKeys.name("max.connections", ofListener: listener)
            return .refused("\(most) are open by this listener, the most that \(key) allows")
        }
        let mostFromHere = state.limits.most(from: address)
        guard state.byAddress[address] ?? 0 < mostFromHere else {
            return .refused("\(mostFromHere) from there are open, the most that max.connections.per.ip allows")
        }
        let pause = quotas.recordConnection(from: address)
        guard pause == 0 else { return .closedLater(.milliseconds(Int64(pause))) }
        let delay = max(
            delay(of: &state.rate, over: state.limits.creationRate),
            delay(of: &state.ratesOfListeners[listener, default: SlidingRate()], over: own.creationRate))
        return delay > 0 ? .servedLater(.milliseconds(Int64(delay.rounded(.up)))) : .served
    }

    /// How long one more connection has to wait, in milliseconds.
    private func delay(of current: inout SlidingRate, over limit: Double?) -> Double {
        guard let limit else { return 0 }
        let (now, windows) = (Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000), quotas.windows.clients)
        current.record(1, at: now, windows)
        // A window at most, as in Kafka: what comes in the meantime waits with the kernel or here all the same.
        let longest = Double(windows.milliseconds)
        return limit > 0 ? min(current.delay(over: limit, at: now, windows), longest) : longest
    }

    /// The connections that are open now.
    var all: [any Channel] { state.withLock { Array($0.open.values) } }

    /// Takes no more requests; those under way are still answered.
    func stopServing() async {
        for connection in all {
            let stopping = connection.eventLoop.submit {
                try connection.pipeline.syncOperations.handler(type: ConnectionHandler.self).stopServing()
            }
            // A connection that has ended meanwhile has no handler to stop.
            try? await stopping.get()
        }
    }

    /// Closes the connections that are left.
    func closeAll() async {
        // All at once: with TLS each waits for its client to take leave.
        let closings = all.map { $0.close() }
        for closing in closings { try? await closing.get() }
    }
}

extension SocketAddress {
    /// The IP address in the form by which quotas and limits name it: an IPv4 address stays one on a listener of IPv6.
    var plainAddress: String? {
        guard let address = ipAddress else { return nil }
        let mapped = "::ffff:"
        guard address.hasPrefix(mapped), address.contains(".") else { return address }
        return String(address.dropFirst(mapped.count))
    }
}
