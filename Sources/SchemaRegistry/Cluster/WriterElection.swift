import JSON
import KafkaClient
import Logging
import RecordFormat

/// Finds out who the writer is, by a Kafka group of the type that Confluent's registries have.
final class WriterElection: Sendable {
    /// The group and how closely it watches.
    struct Settings: Sendable {
        /// The group (`schema.registry.group.id`).
        var groupID = "schema-registry"
        /// Whether the writer stays the writer while it is there (`leader.election.sticky`).
        var isSticky = false
        /// How long the group waits for a heartbeat (`kafkagroup.session.timeout.ms`).
        var sessionTimeout = Duration.seconds(10)
        /// How long it waits for members that are to join again (`kafkagroup.rebalance.timeout.ms`).
        var rebalanceTimeout = Duration.seconds(300)
        /// The pause between heartbeats (`kafkagroup.heartbeat.interval.ms`).
        var heartbeatInterval = Duration.seconds(3)
    }

    private let settings: Settings
    private let member: GroupMember
    private let standing: Standing
    private let logger: Logger

    private static let protocolType = "sr"
    private static let protocolName = "v0"
    /// The pause after an attempt to join that failed.
    private static let joinPause = Duration.seconds(1)

    init(_ settings: Settings, standing: Standing, client: KafkaClient, logger: Logger) throws {
        self.settings = settings
        self.standing = standing
        self.logger = logger
        member = try GroupMember(
            client: client,
            configuration: GroupMemberConfiguration(
                groupID: settings.groupID, protocolType: Self.protocolType, sessionTimeout: settings.sessionTimeout,
                rebalanceTimeout: settings.rebalanceTimeout, heartbeatInterval: settings.heartbeatInterval))
    }

    /// Takes part in elections until the task is cancelled, and leaves the group then.
    ///
    /// - Parameter changed: Called after each election.
    func run(as identity: InstanceIdentity, changed: @Sendable (Standing.Place) async -> Void) async {
        let watch = Task { await watchContact() }
        var identity = identity
        while !Task.isCancelled {
            do {
                let place = try await elect(&identity)
                standing.set(place)
                await changed(place)
            } catch {
                if Task.isCancelled { break }
                logger.warning("cannot join the group of registries; trying again", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: Self.joinPause)
                continue
            }
            _ = await member.rebalanceNeeded()
            // Until it is known who the writer is, nobody here is.
            standing.set(.unknown)
        }
        watch.cancel()
        standing.set(.unknown)
        // In a task of its own: this one is cancelled.
        await Task { [member] in
            await member.leave(reason: "the registry is shutting down")
            await member.close()
        }.value
    }

    private func elect(_ identity: inout InstanceIdentity) async throws -> Standing.Place {
        let isSticky = settings.isSticky
        let membership = try await member.join(
            protocols: [GroupProtocol(name: Self.protocolName, metadata: ByteSlice(identity.json.utf8))]
        ) { leadership in
            let members = leadership.members.compactMap { member in
                (try? JSONValue(parsing: member.metadata.array)).flatMap(InstanceIdentity.init)
                    .map { (member.memberID, $0) }
            }
            let assignment = WriterAssignment(
                electing: Dictionary(members) { first, _ in first }, isSticky: isSticky)
            let bytes = ByteSlice(assignment.utf8)
            return Dictionary(uniqueKeysWithValues: leadership.members.map { ($0.memberID, bytes) })
        }
        guard let assignment = WriterAssignment(parsing: membership.assignment.array) else {
            logger.error("the group's leader says nothing that can be read of who the writer is")
            return .unknown
        }
        if assignment.hasDuplicateURLs {
            logger.error(
                "two registries of the group are reached in the same place; set host.name on each to a name of its own")
            return .unknown
        }
        guard let writer = assignment.identity else { return .unknown }
        identity.isWriter = assignment.memberID == membership.memberID
        logger.info(
            "the writer is known",
            metadata: ["url": "\(writer.url)", "isThisOne": "\(identity.isWriter)"])
        return identity.isWriter ? .writer : .follower(url: writer.url)
    }

    /// Stops being the writer when the coordinator has been silent for so long that the group may have elected another.
    private func watchContact() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.heartbeatInterval)
            guard standing.place == .writer, member.silence > settings.sessionTimeout else { continue }
            logger.warning("the group's coordinator does not answer; another registry may be the writer by now")
            standing.set(.unknown)
            member.requestRebalance(reason: "the coordinator was silent")
        }
    }
}
