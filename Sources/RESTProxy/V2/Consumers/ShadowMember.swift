import KafkaClient
import Logging
import RecordFormat
import Synchronization

/// Keeps an instance's state in the group coordinator: the one member of the instance's shadow group, whose metadata is
/// the state and whose offset commits are the places that the instance's answers have got to.
///
/// The member is static. Another proxy that takes the instance over joins under the same name, and from then on
/// nothing that this one commits counts: the coordinator fences it. Safe to use from any thread.
final class ShadowMember: Sendable {
    private struct State {
        /// What the coordinator is to have.
        var metadata = ByteSlice.empty
        /// Places that it does not have yet.
        var places: [TopicPartition: OffsetAndMetadata] = [:]
        var isCommitting = false
        /// What joins as often as it is needed.
        var keeper: Task<Void, Never>?
        /// Whether the member is to leave: it joins no more then.
        var isLeaving = false
    }

    private let member: GroupMember
    private let logger: Logger
    private let state = Mutex(State())

    /// What kind of group it is.
    static let protocolType = "rest"
    /// The name of its one member.
    static let memberName = "owner"

    /// Creates a member that has not joined yet.
    ///
    /// - Parameter timeout: How long the instance lives on without a proxy.
    init(_ client: KafkaClient, _ id: InstanceID, timeout: Duration, logger: Logger) throws {
        // Brokers take sessions from six seconds to half an hour.
        let session = min(max(timeout, .seconds(6)), .seconds(1800))
        var configuration = GroupMemberConfiguration(
            groupID: id.shadowGroup, protocolType: Self.protocolType, groupInstanceID: Self.memberName,
            sessionTimeout: session, rebalanceTimeout: .seconds(10), heartbeatInterval: min(session / 3, .seconds(10)))
        // A group of one waits for nobody, and a thousand instances need no thousand connections.
        configuration.sharesConnection = true
        member = try GroupMember(client: client, configuration: configuration)
        self.logger = logger
    }

    /// Whether the coordinator has the state.
    var isEstablished: Bool { member.membership != nil }

    /// Makes a state the one that the coordinator is to have; what ``start(isTaken:)`` started tells it.
    func publish(_ metadata: ByteSlice) {
        state.withLock { $0.metadata = metadata }
        member.requestRebalance(reason: "the consumer instance changed")
    }

    /// Joins as often as it is needed, until the end.
    ///
    /// - Parameter isTaken: Called if another proxy takes the instance over.
    func start(isTaken: @escaping @Sendable () async -> Void) {
        let keeper = Task { if await keep() { await isTaken() } }
        state.withLock { $0.keeper = keeper }
    }

    /// - Returns: Whether another proxy has taken the instance over; false at the end.
    private func keep() async -> Bool {
        while !state.withLock({ $0.isLeaving }) {
            do {
                let metadata = state.withLock { $0.metadata }
                _ = try await member.join(protocols: [GroupProtocol(name: "state", metadata: metadata)]) { group in
                    Dictionary(uniqueKeysWithValues: group.members.map { ($0.memberID, ByteSlice.empty) })
                }
                await store()
                // What changed while that was under way.
                guard state.withLock({ $0.metadata }) == metadata else { continue }
            } catch let error as KafkaClientError {
                if error.code == .fenced { return true }
                if error.code == .closed { return false }
                logger.warning("the state of a consumer instance is not kept", metadata: ["error": "\(error)"])
                do { try await Task.sleep(for: .seconds(1)) } catch { return false }
                continue
            } catch {
                return false
            }
            switch await member.rebalanceNeeded() {
            case .fenced: return true
            case .closed, .cancelled: return false
            case .groupRebalancing, .requested, .lost: continue
            }
        }
        return false
    }

    // MARK: Places

    /// Takes the places that the instance has got to; ``store()`` tells the coordinator.
    ///
    /// - Parameter generation: Of the consumer group, for places in partitions that it gave the instance.
    func note(_ places: [TopicPartition: LogOffset], generation: Int32?) {
        let metadata = generation.map { "generation=\($0)" } ?? ""
        state.withLock { state in
            for (partition, offset) in places {
                state.places[partition] = OffsetAndMetadata(offset, metadata: metadata)
            }
        }
    }

    /// Has the coordinator keep what was noted. One commit at a time: what is noted meanwhile goes with the next.
    func store() async {
        while true {
            let places = state.withLock { state -> [TopicPartition: OffsetAndMetadata] in
                guard !state.isCommitting, !state.places.isEmpty, member.membership != nil else { return [:] }
                state.isCommitting = true
                defer { state.places = [:] }
                return state.places
            }
            if places.isEmpty { return }
            do {
                try await member.commit(places)
                state.withLock { $0.isCommitting = false }
            } catch {
                // Kept for the next time; newer ones stay.
                state.withLock { state in
                    state.places.merge(places) { newer, _ in newer }
                    state.isCommitting = false
                }
                logger.debug("places of a consumer instance are not kept yet", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    /// The generation in the metadata of a commit.
    static func generation(in metadata: String) -> Int32? {
        let prefix = "generation="
        return metadata.hasPrefix(prefix) ? Int32(metadata.dropFirst(prefix.count)) : nil
    }

    // MARK: End

    /// Stops without a word, so that the instance can be gone on with.
    func close() async { await member.close() }

    /// Leaves for good.
    func leave() async {
        let keeper = state.withLock { state in
            state.isLeaving = true
            return state.keeper
        }
        // A join under way is let go through, or it would bring the member back after it has left.
        member.requestRebalance(reason: "the consumer instance was deleted")
        await keeper?.value
        await member.leave(reason: "the consumer instance was deleted", evenIfStatic: true)
        await member.close()
    }
}
