import RecordFormat
import Testing

@testable import Coordination

/// Clients of both protocols that join, work, leave, fall silent and come back in one group, while topics come, grow and
/// go, over a log that is slow and fails and a coordinator that dies.
///
/// Everything follows from the seed. The claims are checked after each step.
final class ConsumerProtocolSimulation {
    private typealias Partition = SimulatedConsumer.Partition

    private let seed: UInt64
    private var random: SplitMix64
    private let host: CoordinatorHarness
    private var clients: [SimulatedConsumer] = []
    private let hasClassicClients: Bool
    private var nextTopicID: UInt64 = 0
    private var lastGroupEpoch: Int32 = 0
    /// How often a client got partitions, so that a run that checks nothing is noticed.
    private(set) var assignmentsSeen = 0
    private(set) var restarts = 0

    init(seed: UInt64) throws {
        self.seed = seed
        random = SplitMix64(seed: seed)
        host = try CoordinatorHarness()
        host.isLogPrompt = false
        hasClassicClients = seed % 2 == 0
        for name in ["a1", "a2", "b1"] { setTopic(name, partitions: Int32.random(in: 1...5, using: &random)) }
        for index in 0..<5 {
            clients.append(
                SimulatedConsumer(
                    name: "c\(index)", instance: index < 2 ? GroupInstanceID("static\(index)") : nil,
                    kind: hasClassicClients && index.isMultiple(of: 2) ? .classic : .consumer, topics: ["a1"]))
            subscribe(index)
        }
    }

    private func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private func setTopic(_ name: String, partitions: Int32?) {
        guard let partitions else { return host.setTopic(name, nil) }
        if host.topics[name] == nil { nextTopicID += 1 }
        let id = host.topics[name]?.id ?? TopicID(high: 7, low: nextTopicID)
        host.setTopic(name, CatalogedTopic(id: id, partitionCount: partitions))
    }

    private func subscribe(_ index: Int) {
        clients[index].topics = ["a1", "a2", "b1"].filter { _ in chance(60) }
        let takesExpression = clients[index].kind == .consumer && chance(25)
        clients[index].expression = takesExpression ? "a[0-9]" : nil
        if clients[index].topics.isEmpty && !takesExpression { clients[index].topics = ["a1"] }
        clients[index].assignor = chance(30) ? "range" : nil
        clients[index].saysAll = true
        // A classic client tells what it wants by joining again.
        if clients[index].kind == .classic { clients[index].lose() }
    }

    func run(steps: Int) throws {
        for _ in 0..<steps {
            step(Int.random(in: clients.indices, using: &random))
            if chance(3) { changeTopics() }
            if !host.unfinished.isEmpty && chance(70) { completeAppend() }
            if chance(30) { wait(.milliseconds(Int.random(in: 1..<1500, using: &random))) }
            if chance(1) { try restart() }
            collectAnswers()
            try check()
        }
        try settle()
    }

    private func completeAppend() {
        host.completeFirstAppend(chance(7) ? .failure(.unavailable) : .success(()))
    }

    private func restart() throws {
        if chance(50) {
            try host.move(keeping: Int.random(in: 0...host.unfinished.count, using: &random))
        } else {
            try host.restart()
        }
        restarts += 1
        lastGroupEpoch = 0
        for index in clients.indices { clients[index].giveUpRequest() }
    }

    private func changeTopics() {
        let name = ["a1", "a2", "a3", "b1"].randomElement(using: &random) ?? "a1"
        let count = host.topics[name]?.partitionCount
        setTopic(name, partitions: count.map { chance(30) ? nil : min($0 + 1, 6) } ?? 2)
    }

    /// Lets time pass; a client that has heard nothing for most of its session takes itself for dead.
    private func wait(_ duration: Duration) {
        let now = host.now.instant.advanced(by: duration)
        for index in clients.indices where clients[index].isAlive && clients[index].epoch != nil {
            let limit = Duration.seconds(clients[index].kind == .classic ? 9 : 40)
            if clients[index].lastHeard.advanced(by: limit) < now {
                clients[index].lose()
                // A classic client that gave itself up is nobody any more; one of the other protocol keeps its name.
                if clients[index].kind == .classic { clients[index].member = .unknown }
            }
        }
        host.wait(duration)
    }

    // MARK: - What clients do

    private func step(_ index: Int) {
        guard clients[index].isAlive else {
            if chance(30) { clients[index].start(at: host.now.instant) }
            return
        }
        guard case .nothing = clients[index].waiting else {
            // The client gives up and asks again, as after a request timeout. What it was given and has not taken may
            // have been withdrawn by the answer that it will not hear.
            if chance(2) {
                clients[index].giveUpRequest()
                clients[index].assigned = nil
            }
            return
        }
        // A client takes nothing while a heartbeat says that it does not have it.
        if clients[index].assigned != nil && chance(50) { reconcile(index) }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<88: beat(index)
        case ..<91: leave(index)
        case ..<94: clients[index].die()
        case ..<97: subscribe(index)
        default: changeKind(index)
        }
    }

    /// The client is started anew with the other protocol.
    private func changeKind(_ index: Int) {
        guard hasClassicClients else { return }
        leave(index)
        clients[index].kind = clients[index].kind == .classic ? .consumer : .classic
        clients[index].expression = nil
        if clients[index].topics.isEmpty { clients[index].topics = ["a1"] }
    }

    private func beat(_ index: Int) {
        switch clients[index].kind {
        case .consumer:
            clients[index].waiting = .heartbeat(host.consumerHeartbeat(clients[index].heartbeat()))
            clients[index].saysAll = false
        case .classic:
            guard let generation = clients[index].epoch else {
                clients[index].waiting = .join(host.join(clients[index].join))
                return
            }
            let request = GroupHeartbeat(
                groupID: "group", memberID: clients[index].member, instanceID: clients[index].instance,
                generation: GenerationID(generation))
            clients[index].waiting = .heartbeat(host.startHeartbeat(request))
        }
    }

    private func leave(_ index: Int) {
        let client = clients[index]
        clients[index].die()
        switch client.kind {
        case .consumer:
            _ = host.consumerHeartbeat(client.heartbeat(leaving: client.instance == nil || chance(30) ? -1 : -2))
        case .classic:
            // Static members of the classic protocol do not say that they go.
            guard client.instance == nil, !client.member.isUnknown else { return }
            _ = host.leave(GroupLeave(groupID: "group", members: [.init(memberID: client.member)]))
        }
    }

    /// The client gives up what it has to, and takes what it was given.
    private func reconcile(_ index: Int) {
        guard let assigned = clients[index].assigned else { return }
        clients[index].reading = assigned
        clients[index].assigned = nil
    }

    // MARK: - What clients hear

    private func collectAnswers() {
        for index in clients.indices {
            switch clients[index].waiting {
            case .nothing: continue
            case .heartbeat(let token):
                switch host.answer(token) {
                case .consumerHeartbeat(let result): heard(index, result)
                case .heartbeat(let error): heard(index, error)
                default: continue
                }
            case .join(let token):
                if let result = host.joined(token) { heard(index, result) }
            case .sync(let token):
                if let result = host.synced(token) { heard(index, result) }
            }
        }
    }

    private func heard(_ index: Int, _ result: ConsumerHeartbeatResult) {
        clients[index].waiting = .nothing
        clients[index].lastHeard = host.now.instant
        switch result.error {
        case nil:
            clients[index].epoch = result.epoch
            guard let assignment = result.assignment else { return }
            let assigned = Set(assignment)
            if !assigned.isEmpty { assignmentsSeen += 1 }
            clients[index].assigned = assigned == clients[index].reading ? nil : assigned
        case .coordinatorNotAvailable: clients[index].saysAll = true
        case .unreleasedInstanceID: clients[index].lose()
        case .fencedInstanceID: clients[index].die()
        case .fencedMemberEpoch, .unknownMemberID, .groupIDNotFound: clients[index].lose()
        case let error?: Issue.record("\(error): \(result.message ?? ""); seed \(seed)")
        }
    }

    private func heard(_ index: Int, _ error: GroupError?) {
        clients[index].waiting = .nothing
        clients[index].lastHeard = host.now.instant
        switch error {
        case nil, .coordinatorNotAvailable: break
        case .rebalanceInProgress: clients[index].lose()
        default: loseMembership(index, error)
        }
    }

    private func loseMembership(_ index: Int, _ error: GroupError?) {
        clients[index].lose()
        switch error {
        case .unknownMemberID, .illegalGeneration: clients[index].member = .unknown
        case .fencedInstanceID: clients[index].die()
        case .rebalanceInProgress, .coordinatorNotAvailable, .groupIDNotFound, nil: break
        // The others of the group have left it a classic one of another kind, or it is about to be one.
        case .inconsistentGroupProtocol: break
        case let error?: Issue.record("\(error); seed \(seed)")
        }
    }

    private func heard(_ index: Int, _ result: GroupJoinResult) {
        clients[index].waiting = .nothing
        clients[index].lastHeard = host.now.instant
        if result.error == .memberIDRequired { return clients[index].member = result.memberID }
        if let error = result.error { return loseMembership(index, error) }
        clients[index].member = result.memberID
        clients[index].epoch = result.generation.rawValue
        var sync = GroupSync(
            groupID: "group", memberID: result.memberID, instanceID: clients[index].instance,
            generation: result.generation, protocolType: result.protocolType, protocolName: result.protocolName)
        if result.leader == result.memberID && !result.skipsAssignment { sync.assignments = divide(result.members) }
        clients[index].waiting = .sync(host.sync(sync))
    }

    private func heard(_ index: Int, _ result: GroupSyncResult) {
        clients[index].waiting = .nothing
        clients[index].lastHeard = host.now.instant
        if let error = result.error { return loseMembership(index, error) }
        let named = ConsumerSubscription.partitions(inAssignment: result.assignment) ?? [:]
        var reading: Set<Partition> = []
        for (topic, numbers) in named {
            guard let id = host.topics[topic]?.id else { continue }
            for number in numbers { reading.insert(Partition(topic: id, number: number)) }
        }
        if !reading.isEmpty { assignmentsSeen += 1 }
        clients[index].reading = reading
    }

    /// What the leader of a classic group does: one partition after the other to the next who wants its topic.
    private func divide(_ members: [GroupJoinResult.Member]) -> [MemberID: ByteSlice] {
        var assignments: [MemberID: [String: Set<Int32>]] = [:]
        var turn = 0
        for (name, topic) in host.topics.sorted(by: { $0.key < $1.key }) {
            let takers = members.filter { ConsumerSubscription.topics(in: $0.metadata)?.contains(name) ?? false }
            if takers.isEmpty { continue }
            for number in 0..<topic.partitionCount {
                turn += 1
                assignments[takers[turn % takers.count].memberID, default: [:]][name, default: []].insert(number)
            }
        }
        return assignments.mapValues { ConsumerSubscription.assignment($0, version: 0) }
    }

    // MARK: - Claims

    /// The claims that hold at every moment.
    private func check() throws {
        var readers: [Partition: String] = [:]
        for client in clients where client.isAlive {
            for partition in client.reading {
                let other = readers.updateValue(client.name, forKey: partition)
                #expect(other == nil, "\(partition) is read by \(other ?? "") and \(client.name); seed \(seed)")
            }
        }
        let state = host.consumerState()
        let durable = host.coordinator.groups["group"]?.consumer?.durableState
        if let durable, durable.exists {
            #expect(durable.groupEpoch >= lastGroupEpoch, "the group's epoch went back; seed \(seed)")
            lastGroupEpoch = durable.groupEpoch
        } else {
            lastGroupEpoch = 0
        }
        for member in state?.members.values.map(\.current) ?? [] {
            #expect(member.epoch <= state?.groupEpoch ?? 0, "a member is ahead of its group; seed \(seed)")
        }
        // A classic group that takes an empty one's place is in the log with its first record, on its way at the moment.
        let isBeingReplaced = host.coordinator.groups["group"]?.classic?.isCreationInFlight == true
        guard chance(10), !isBeingReplaced else { return }
        var replayed = GroupCoordinator()
        for record in host.log { try replayed.replay(record) }
        let consumer = replayed.groups["group"]?.consumer
        if durable?.exists == true || consumer != nil {
            #expect(consumer?.durableState == durable, "a replay makes another group; seed \(seed)")
        }
    }

    /// Nothing changes any more: every partition that anyone wants is read by one who wants it.
    private func settle() throws {
        host.isLogPrompt = true
        host.completeAppends()
        for index in clients.indices where !clients[index].isAlive && chance(50) {
            clients[index].start(at: host.now.instant)
        }
        // Classic consumers find out by themselves how many partitions there are, and join again.
        for index in clients.indices where clients[index].isAlive && clients[index].kind == .classic {
            clients[index].lose()
        }
        for _ in 0..<45 {
            for index in clients.indices where clients[index].isAlive {
                reconcile(index)
                if case .nothing = clients[index].waiting { beat(index) }
            }
            collectAnswers()
            wait(.seconds(2))
            collectAnswers()
            try check()
        }
        var wanted: [Partition: Set<String>] = [:]
        for client in clients where client.isAlive {
            let pattern = try client.expression.map { text throws(TopicPatternError) in try TopicPattern(text) }
            for (name, topic) in host.topics where client.topics.contains(name) || pattern?.matches(name) == true {
                for number in 0..<topic.partitionCount {
                    wanted[Partition(topic: topic.id, number: number), default: []].insert(client.name)
                }
            }
        }
        for client in clients where client.isAlive {
            for partition in client.reading {
                #expect(
                    wanted[partition]?.contains(client.name) == true, "\(client.name) reads what it must not; \(seed)")
                wanted[partition] = nil
            }
        }
        #expect(wanted.isEmpty, "nobody reads \(wanted); seed \(seed)")
    }
}
