import RecordFormat
import Testing

@testable import Coordination

/// Members that join, work, leave, fall silent and come back in one group, over a log that is slow and fails.
///
/// Everything follows from the seed. After each step the claims are checked that the coordinator makes to its clients.
final class GroupSimulation {
    /// One client: what it is, and what it waits for.
    private struct Client {
        enum Waiting { case nothing, join(RequestToken), sync(RequestToken) }
        let instance: GroupInstanceID?
        let requiresKnownMemberID: Bool
        var member = MemberID.unknown
        var generation = GenerationID.none
        var hasAssignment = false
        var waiting = Waiting.nothing
    }

    private let seed: UInt64
    /// How likely the log ends an append in one step, in percent: appends are seldom, often or nearly always pending.
    private let logSpeed: Int
    private var random: SplitMix64
    private let host: CoordinatorHarness
    private var clients: [Client]
    private let partition = TopicPartition("topic", 0)

    // What the coordinator has promised so far.
    private var leaders: [GenerationID: String] = [:]
    private var rosters: [GenerationID: Set<String>] = [:]
    private var assignments: [String: String] = [:]
    private var seenOffset: Int64 = -1
    private var failedOffsets: Set<Int64> = []
    private var nextOffset: Int64 = 0
    private var assignmentCount = 0
    private var openCommits: [RequestToken: Int64] = [:]
    private var openTokens: Set<RequestToken> = []
    /// How often clients got as far as an assignment, so that a run that checks nothing is noticed.
    private(set) var assignmentsSeen = 0
    private(set) var offsetsSeen = 0
    /// How many were given up by who had committed them, while they were on their way.
    private(set) var offsetsGivenUp = 0

    init(seed: UInt64) throws {
        self.seed = seed
        logSpeed = [90, 40, 12][Int(seed % 3)]
        random = SplitMix64(seed: seed)
        host = try CoordinatorHarness()
        host.isLogPrompt = false
        clients = (0..<6).map { index in
            Client(
                instance: index < 2 ? GroupInstanceID("static\(index)") : nil, requiresKnownMemberID: index != 5)
        }
    }

    private func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// What stays of a member's id when a static member comes back.
    private func identity(_ member: MemberID) -> String {
        member.rawValue.hasPrefix("static") ? String(member.rawValue.prefix(7)) : member.rawValue
    }

    func run(steps: Int) throws {
        for _ in 0..<steps {
            step(Int.random(in: clients.indices, using: &random))
            completeAppend()
            if chance(30) { completeAppend() }
            if chance(40) { host.wait(.milliseconds(Int.random(in: 1..<2500, using: &random))) }
            if chance(1) && chance(30) { try restart() }
            collectAnswers()
            try check()
        }
        try settle()
    }

    private func completeAppend() {
        guard !host.unfinished.isEmpty, host.unfinished.count > 20 || chance(logSpeed) else { return }
        host.completeFirstAppend(chance(8) ? .failure(.unavailable) : .success(()))
    }

    /// The coordinator dies, or another takes over; its clients' requests get no answer that counts.
    private func restart() throws {
        if chance(50) {
            try host.move(keeping: Int.random(in: 0...host.unfinished.count, using: &random))
        } else {
            try host.restart()
        }
        openTokens = []
        // Whether an offset commit without an answer counts is open: neither is wrong.
        openCommits = [:]
        for index in clients.indices { clients[index].waiting = .nothing }
        leaders = [:]
        rosters = [:]
        assignments = [:]
    }

    private func step(_ index: Int) {
        switch clients[index].waiting {
        case .join, .sync:
            // The client gives up and asks again, as after a request timeout.
            if chance(2) { clients[index].waiting = .nothing }
        case .nothing where !clients[index].hasAssignment: join(index)
        case .nothing: work(index)
        }
    }

    private func join(_ index: Int) {
        let client = clients[index]
        var request = GroupJoin.consumer(
            member: client.member, instance: client.instance,
            protocols: chance(80) ? ["range", "sticky"] : ["sticky", "range"],
            requiresKnownMemberID: client.requiresKnownMemberID, supportsSkippingAssignment: chance(50))
        request.rebalanceTimeout = .seconds(20)
        let token = host.join(request)
        openTokens.insert(token)
        clients[index].waiting = .join(token)
    }

    private func work(_ index: Int) {
        let client = clients[index]
        switch Int.random(in: 0..<100, using: &random) {
        case ..<50:
            let heartbeat = GroupHeartbeat(
                groupID: "group", memberID: client.member, instanceID: client.instance, generation: client.generation)
            if case .some(let error?) = host.heartbeat(heartbeat) { lose(index, error) }
        case ..<85:
            var request = OffsetCommit.one(
                nextOffset, member: client.member, generation: client.generation.rawValue)
            request.instanceID = client.instance
            let token = host.commit(request)
            openTokens.insert(token)
            openCommits[token] = nextOffset
            nextOffset += 1
        case ..<89:
            let leaving = GroupLeave.Member(memberID: client.member, instanceID: client.instance)
            openTokens.insert(host.leave(GroupLeave(groupID: "group", members: [leaving])))
            clients[index].member = .unknown
            clients[index].hasAssignment = false
        case ..<93:
            // The client dies and comes back without knowing who it was.
            clients[index].member = .unknown
            clients[index].hasAssignment = false
        default: clients[index].hasAssignment = false
        }
    }

    private func lose(_ index: Int, _ error: GroupError) {
        clients[index].hasAssignment = false
        if error == .unknownMemberID || error == .fencedInstanceID { clients[index].member = .unknown }
    }

    /// Whether an offset may still become durable: who waited for that was told that it takes too long.
    private func isOnItsWay(_ offset: Int64) -> Bool {
        host.unfinished.lazy.flatMap(\.records).contains { record in
            guard case .offsetCommit(_, _, let value?) = try? DecodedGroupRecord(record) else { return false }
            return value.offset == LogOffset(offset)
        }
    }

    private func collectAnswers() {
        openTokens = openTokens.filter { host.answers[$0] == nil }
        for (token, offset) in openCommits {
            guard let result = host.committed(token) else { continue }
            openCommits[token] = nil
            if result.entries[0].error == nil {
                #expect(host.offset(partition) ?? -1 >= offset, "an answered offset is not seen; seed \(seed)")
                offsetsSeen += 1
            } else if isOnItsWay(offset) {
                offsetsGivenUp += 1
            } else {
                failedOffsets.insert(offset)
            }
        }
        for index in clients.indices {
            switch clients[index].waiting {
            case .nothing: continue
            case .join(let token):
                guard let result = host.joined(token) else { continue }
                clients[index].waiting = .nothing
                joined(index, result)
            case .sync(let token):
                guard let result = host.synced(token) else { continue }
                clients[index].waiting = .nothing
                if let error = result.error { lose(index, error) } else { assigned(index, result) }
            }
        }
    }

    private func joined(_ index: Int, _ result: GroupJoinResult) {
        if let error = result.error {
            clients[index].member = error == .memberIDRequired ? result.memberID : .unknown
            return
        }
        clients[index].member = result.memberID
        clients[index].generation = result.generation
        let leader = identity(result.leader ?? "")
        // An answer may reach its client when the group has been made anew; each incarnation counts from 1.
        #expect(leaders[result.generation, default: leader] == leader, "two leaders; seed \(seed)")
        leaders[result.generation] = leader
        if !result.members.isEmpty {
            #expect(result.leader == result.memberID, "a follower got the members; seed \(seed)")
            rosters[result.generation] = Set(result.members.map { identity($0.memberID) })
        }
        var sync = GroupSync(
            groupID: "group", memberID: result.memberID, instanceID: clients[index].instance,
            generation: result.generation, protocolType: result.protocolType, protocolName: result.protocolName)
        if result.leader == result.memberID && !result.skipsAssignment {
            assignmentCount += 1
            for member in result.members {
                let text = "\(result.generation)/\(identity(member.memberID))/\(leader)/\(assignmentCount)"
                sync.assignments[member.memberID] = ByteSlice(text)
            }
        }
        let token = host.sync(sync)
        openTokens.insert(token)
        clients[index].waiting = .sync(token)
    }

    private func assigned(_ index: Int, _ result: GroupSyncResult) {
        clients[index].hasAssignment = true
        guard !result.assignment.isEmpty else { return }
        let parts = result.assignment.string.split(separator: "/").map(String.init)
        let client = clients[index]
        #expect(parts[0] == client.generation.description, "an assignment of another generation; seed \(seed)")
        #expect(parts[1] == identity(client.member), "an assignment of another member; seed \(seed)")
        #expect(parts[2] == leaders[client.generation, default: parts[2]], "not from the leader; seed \(seed)")
        let key = "\(parts[0])/\(parts[1])"
        let known = assignments[key, default: result.assignment.string]
        #expect(known == result.assignment.string, "two assignments in one generation; seed \(seed)")
        assignments[key] = known
        if let roster = rosters[client.generation] {
            #expect(roster.contains(identity(client.member)), "assigned, not joined; seed \(seed)")
        }
        assignmentsSeen += 1
    }

    /// The claims that hold at every moment.
    private func check() throws {
        let offset = host.offset(partition) ?? -1
        #expect(offset >= seenOffset, "an offset went back; seed \(seed)")
        #expect(!failedOffsets.contains(offset), "a refused offset is seen; seed \(seed)")
        seenOffset = offset
        guard chance(5) else { return }
        var replayed = GroupCoordinator()
        for record in host.log { try replayed.replay(record) }
        let all = OffsetFetch(groupID: "group", partitions: nil)
        #expect(replayed.fetchOffsets(all) == host.coordinator.fetchOffsets(all), "offsets lost; seed \(seed)")
        let live = host.coordinator.describe("group")
        if live.state == .stable && host.unfinished.isEmpty {
            #expect(replayed.describe("group") == live, "membership lost; seed \(seed)")
        }
    }

    /// Nothing happens any more: every request has been answered, and all members are given up in the end.
    private func settle() throws {
        host.isLogPrompt = true
        host.completeAppends()
        for _ in 0..<40 {
            host.wait(.seconds(10))
            collectAnswers()
        }
        // Clients went on joining as they got their answers; now they have all fallen silent.
        for index in clients.indices { clients[index].waiting = .nothing }
        host.wait(.seconds(600))
        openTokens = openTokens.filter { host.answers[$0] == nil }
        #expect(openTokens.isEmpty, "requests without an answer; seed \(seed)")
        #expect(host.state == .empty || host.state == .dead, "members remain; seed \(seed)")
        try check()
    }
}
