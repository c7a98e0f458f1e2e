import RecordFormat
import Synchronization

@testable import Coordination

/// A host for one coordinator: a clock that tests move, a log that they may delay or break, and the answers by token.
final class CoordinatorHarness {
    private(set) var coordinator: GroupCoordinator
    private(set) var now = CoordinationTime(instant: .start, timestamp: Timestamp(milliseconds: 1_700_000_000_000))
    /// The records that are durable.
    private(set) var log: [GroupRecord] = []
    /// The appends whose end has not been reported, oldest first.
    private(set) var unfinished: [GroupAppend] = []
    private(set) var answers: [RequestToken: GroupResponse] = [:]
    /// Whether each append is durable as soon as it is asked for.
    var isLogPrompt = true
    private var lastToken: UInt64 = 0
    /// The last token of former coordinators, who may have died without an answer.
    private var lastFormerToken: UInt64 = 0
    /// The topics that there are.
    private(set) var topics: [String: CatalogedTopic] = [:]
    private var configuration: GroupCoordinatorConfiguration

    init(configuration: GroupCoordinatorConfiguration = .init(), replaying records: [GroupRecord] = []) throws {
        self.configuration = configuration
        coordinator = Self.makeCoordinator(configuration)
        for record in records { try coordinator.replay(record) }
        log = records
        perform(coordinator.replayCompleted(at: now))
    }

    private func perform(_ actions: [GroupAction]) {
        for action in actions {
            switch action {
            case .respond(let token, let response):
                precondition(answers[token] == nil, "\(token) was answered twice")
                answers[token] = response
            case .append(let append): unfinished.append(append)
            case .appendMarker: preconditionFailure("no transaction ends here")
            }
        }
        coordinator.checkInvariants()
        if isLogPrompt { completeAppends() }
    }

    /// Makes all appends durable.
    func completeAppends() {
        while !unfinished.isEmpty { completeFirstAppend() }
    }

    /// Ends the oldest append.
    func completeFirstAppend(_ result: Result<Void, GroupAppendFailure> = .success(())) {
        let append = unfinished.removeFirst()
        if case .success = result { log += append.records }
        perform(coordinator.appendCompleted(append.token, result, at: now))
    }

    /// Lets time pass, firing each timer at its moment.
    func wait(_ duration: Duration) {
        let end = now.instant.advanced(by: duration)
        while let deadline = coordinator.nextDeadline, deadline <= end {
            move(to: max(deadline, now.instant))
            perform(coordinator.advance(to: now))
        }
        move(to: end)
    }

    private func move(to instant: CoordinationInstant) {
        let step = instant.sinceStart - now.instant.sinceStart
        let parts = step.components
        let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
        now = CoordinationTime(
            instant: instant, timestamp: Timestamp(milliseconds: now.timestamp.milliseconds + milliseconds))
    }

    /// Starts the coordinator anew from what is durable; whoever waits never hears from the old one.
    func restart(configuration changed: GroupCoordinatorConfiguration? = nil) throws {
        unfinished = []
        lastFormerToken = lastToken
        configuration = changed ?? configuration
        coordinator = Self.makeCoordinator(configuration, memberPrefix: "\(lastToken).")
        coordinator.topicsChanged(topics)
        for record in log { try coordinator.replay(record) }
        perform(coordinator.replayCompleted(at: now))
    }

    /// Another coordinator takes over: whoever waits for the old one is sent away by it, and the ends of its appends are
    /// nothing to it any more.
    ///
    /// - Parameter count: How many of the appends under way are in the new one's log, the oldest.
    func move(keeping count: Int) throws {
        let former = unfinished
        unfinished = []
        perform(coordinator.resign(at: now))
        for number in lastFormerToken..<lastToken {
            precondition(answers[RequestToken(number + 1)] != nil, "someone waits for a coordinator that is none")
        }
        for append in former {
            precondition(coordinator.appendCompleted(append.token, .success(()), at: now).isEmpty, "an echo")
        }
        precondition(coordinator.nextDeadline == nil, "a timer of a coordinator that is none")
        log += former.prefix(count).flatMap(\.records)
        try restart()
    }

    private static func makeCoordinator(
        _ configuration: GroupCoordinatorConfiguration, memberPrefix: String = ""
    ) -> GroupCoordinator {
        let counter = Mutex(0)
        return GroupCoordinator(configuration: configuration) {
            counter.withLock {
                $0 += 1
                return memberPrefix + String($0)
            }
        }
    }

    private func newToken() -> RequestToken {
        lastToken += 1
        return RequestToken(lastToken)
    }

    func join(_ request: GroupJoin) -> RequestToken {
        let token = newToken()
        perform(coordinator.join(request, token: token, at: now))
        return token
    }

    func sync(_ request: GroupSync) -> RequestToken {
        let token = newToken()
        perform(coordinator.sync(request, token: token, at: now))
        return token
    }

    func leave(_ request: GroupLeave) -> RequestToken {
        let token = newToken()
        perform(coordinator.leave(request, token: token, at: now))
        return token
    }

    func commit(_ request: OffsetCommit) -> RequestToken {
        let token = newToken()
        perform(coordinator.commitOffsets(request, token: token, at: now))
        return token
    }

    func deleteOffsets(_ request: OffsetDelete) -> RequestToken {
        let token = newToken()
        perform(coordinator.deleteOffsets(request, token: token, at: now))
        return token
    }

    func deleteGroup(_ groupID: GroupID = "group") -> RequestToken {
        let token = newToken()
        perform(coordinator.deleteGroup(groupID, token: token, at: now))
        return token
    }

    func consumerHeartbeat(
        _ request: ConsumerHeartbeat, isVisible: (String) -> Bool = { _ in true }
    ) -> RequestToken {
        let token = newToken()
        perform(coordinator.consumerHeartbeat(request, isVisible: isVisible, token: token, at: now))
        return token
    }

    func shareHeartbeat(_ request: ShareHeartbeat) -> RequestToken {
        let token = newToken()
        perform(coordinator.shareHeartbeat(request, token: token, at: now))
        return token
    }

    func prepareShareOffsets(of groupID: GroupID = "group") -> RequestToken {
        let token = newToken()
        perform(coordinator.prepareShareOffsets(of: groupID, token: token, at: now))
        return token
    }

    /// Makes a topic what it is now; `nil` deletes it.
    func setTopic(_ name: String, _ topic: CatalogedTopic?) {
        topics[name] = topic
        coordinator.topicsChanged([name: topic])
    }

    func setOverrides(_ overrides: ConsumerGroupOverrides?, for groupID: GroupID = "group") {
        coordinator.setOverrides(overrides, for: groupID)
    }

    func topicsDeleted(_ topics: Set<String>) { perform(coordinator.topicsDeleted(topics, at: now)) }

    func resign() {
        unfinished = []
        perform(coordinator.resign(at: now))
    }

    func startHeartbeat(_ request: GroupHeartbeat) -> RequestToken {
        let token = newToken()
        perform(coordinator.heartbeat(request, token: token, at: now))
        return token
    }

    /// The answer to a heartbeat if it comes at once; the outer `nil` is no answer.
    func heartbeat(_ request: GroupHeartbeat) -> GroupError?? {
        let token = startHeartbeat(request)
        guard case .heartbeat(let error) = answers[token] else { return nil }
        return .some(error)
    }
}

extension CoordinatorHarness {
    func answer(_ token: RequestToken) -> GroupResponse? { answers[token] }

    func consumerAnswer(_ token: RequestToken) -> ConsumerHeartbeatResult? {
        guard case .consumerHeartbeat(let result) = answers[token] else { return nil }
        return result
    }

    /// The group's state as the coordinator has it, and as it is durable.
    func consumerState(_ group: GroupID = "group") -> ConsumerGroupState? { coordinator.groups[group]?.consumer?.state }

    func joined(_ token: RequestToken) -> GroupJoinResult? {
        guard case .join(let result) = answers[token] else { return nil }
        return result
    }

    func synced(_ token: RequestToken) -> GroupSyncResult? {
        guard case .sync(let result) = answers[token] else { return nil }
        return result
    }

    func left(_ token: RequestToken) -> GroupLeaveResult? {
        guard case .leave(let result) = answers[token] else { return nil }
        return result
    }

    func committed(_ token: RequestToken) -> OffsetUpdateResult? {
        guard case .offsetCommit(let result) = answers[token] else { return nil }
        return result
    }

    func offset(_ partition: TopicPartition, of group: GroupID = "group") -> Int64? {
        let result = coordinator.fetchOffsets(OffsetFetch(groupID: group, partitions: [partition]))
        return result.entries[0].committed?.offset.rawValue
    }

    var state: ClassicGroupState { coordinator.describe("group").state }

    /// Joins a new dynamic member in the two steps that clients take (KIP-394).
    func joinNew(_ request: GroupJoin = .consumer()) -> (id: MemberID, token: RequestToken) {
        let first = joined(join(request))
        var second = request
        second.memberID = first?.memberID ?? .unknown
        return (second.memberID, join(second))
    }

    /// Brings a group of new dynamic members to a generation in which each has its own id as its assignment.
    func formGroup(members count: Int = 2, protocols: [String] = ["range"]) -> [MemberID] {
        let members = (0..<count).map { _ in joinNew(.consumer(protocols: protocols)) }
        wait(.seconds(3 * (count + 1)))
        let results = members.compactMap { joined($0.token) }
        syncAll(results)
        return members.map(\.id)
    }

    /// Lets all members of a generation ask for their assignment, the leader last.
    @discardableResult func syncAll(_ results: [GroupJoinResult], of group: GroupID = "group") -> [RequestToken] {
        var tokens = results.filter { $0.leader != $0.memberID }.map { member in
            sync(GroupSync(groupID: group, memberID: member.memberID, generation: member.generation))
        }
        for leader in results where leader.leader == leader.memberID {
            let assignments = leader.members.map { ($0.memberID, ByteSlice($0.memberID.rawValue)) }
            tokens.append(
                sync(
                    GroupSync(
                        groupID: group, memberID: leader.memberID, generation: leader.generation,
                        assignments: Dictionary(uniqueKeysWithValues: assignments))))
        }
        return tokens
    }
}

extension GroupJoin {
    /// A consumer's join.
    static func consumer(
        group: GroupID = "group", member: MemberID = .unknown, instance: GroupInstanceID? = nil,
        protocols: [String] = ["range"], topics: [String] = ["topic"], protocolType: String = "consumer",
        requiresKnownMemberID: Bool = true, supportsSkippingAssignment: Bool = true
    ) -> GroupJoin {
        GroupJoin(
            groupID: group, memberID: member, instanceID: instance, clientID: "client", clientHost: "/127.0.0.1",
            sessionTimeout: .seconds(10), rebalanceTimeout: .seconds(60), protocolType: protocolType,
            protocols: protocols.map { GroupProtocol(name: $0, metadata: subscription(to: topics)) },
            requiresKnownMemberID: requiresKnownMemberID, supportsSkippingAssignment: supportsSkippingAssignment)
    }

    /// A consumer's subscription, version 0: topics and no user data.
    static func subscription(to topics: [String]) -> ByteSlice {
        var bytes: [UInt8] = [0, 0, 0, 0, 0, UInt8(topics.count)]
        for topic in topics { bytes += [0, UInt8(topic.utf8.count)] + Array(topic.utf8) }
        return ByteSlice(bytes + [0xFF, 0xFF, 0xFF, 0xFF])
    }
}

extension OffsetCommit {
    /// An offset commit of one partition.
    static func one(
        _ offset: Int64, group: GroupID = "group", partition: TopicPartition = TopicPartition("topic", 0),
        member: MemberID = .unknown, generation: Int32 = -1, metadata: String = "", retention: Duration? = nil
    ) -> OffsetCommit {
        OffsetCommit(
            groupID: group, memberID: member, generation: GenerationID(generation), retention: retention,
            entries: [.init(partition: partition, offset: LogOffset(offset), metadata: metadata)])
    }
}
