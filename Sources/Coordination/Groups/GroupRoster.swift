/// The members of a group, with what has to be counted over them at each step.
///
/// Members keep the order in which they joined, so that the leader, the ballot and the records do not depend on a
/// hash table's whim and a simulation can be run again.
struct GroupRoster: Hashable, Sendable {
    private var byID: [MemberID: GroupMember] = [:]
    /// The members' ids in the order in which they joined.
    private(set) var joinOrder: [MemberID] = []
    private var staticMembers: [GroupInstanceID: MemberID] = [:]
    /// How many members support each protocol.
    private var supporters: [String: Int] = [:]
    /// How many members wait for the next generation.
    private(set) var awaitingJoinCount = 0
    /// The member that computes the assignments; `nil` without members.
    var leader: MemberID?

    var isEmpty: Bool { byID.isEmpty }
    var count: Int { byID.count }
    /// The members in the order in which they joined.
    var members: [GroupMember] { joinOrder.compactMap { byID[$0] } }
    /// How long a rebalance may take: as long as the most patient member allows.
    var rebalanceTimeout: Duration { byID.values.map(\.rebalanceTimeout).max() ?? .zero }

    subscript(id: MemberID) -> GroupMember? { byID[id] }

    func contains(_ id: MemberID) -> Bool { byID[id] != nil }

    func staticMember(_ instanceID: GroupInstanceID) -> MemberID? { staticMembers[instanceID] }

    /// Whether a member with these protocols has one in common with all the present members.
    func supportsAny(of protocols: [GroupProtocol]) -> Bool {
        protocols.contains { supporters[$0.name, default: 0] == count }
    }

    mutating func insert(_ member: GroupMember) {
        precondition(byID[member.id] == nil, "member \(member.id) is in the group twice")
        if let instanceID = member.instanceID {
            precondition(staticMembers[instanceID] == nil, "instance \(instanceID) is in the group twice")
            staticMembers[instanceID] = member.id
        }
        byID[member.id] = member
        joinOrder.append(member.id)
        count(member, by: 1)
        if leader == nil { leader = member.id }
    }

    @discardableResult mutating func remove(_ id: MemberID) -> GroupMember? {
        guard let member = byID.removeValue(forKey: id) else { return nil }
        joinOrder.removeAll { $0 == id }
        if let instanceID = member.instanceID { staticMembers[instanceID] = nil }
        count(member, by: -1)
        if leader == id { leader = joinOrder.first }
        return member
    }

    /// Changes a member by `body`, which must leave its ids alone.
    mutating func update(_ id: MemberID, _ body: (inout GroupMember) -> Void) {
        guard var member = byID[id] else { return }
        count(member, by: -1)
        body(&member)
        count(member, by: 1)
        byID[id] = member
    }

    /// Gives the place of a static member to a new member id.
    mutating func rename(_ id: MemberID, to newID: MemberID) {
        guard var member = byID.removeValue(forKey: id) else { return }
        precondition(byID[newID] == nil, "member \(newID) is in the group twice")
        member.id = newID
        byID[newID] = member
        if let index = joinOrder.firstIndex(of: id) { joinOrder[index] = newID }
        if let instanceID = member.instanceID { staticMembers[instanceID] = newID }
        if leader == id { leader = newID }
    }

    private mutating func count(_ member: GroupMember, by difference: Int) {
        if member.awaitingJoin != nil { awaitingJoinCount += difference }
        // A client may list a protocol twice; it is still one supporter.
        for name in Set(member.protocols.map(\.name)) {
            let supporting = supporters[name, default: 0] + difference
            supporters[name] = supporting == 0 ? nil : supporting
        }
    }

    /// The protocol that most members like best among those that all support.
    ///
    /// On a draw it is the one that the earlier members put first.
    func electedProtocol() -> String? {
        var votes: [(name: String, count: Int)] = []
        for member in members {
            guard let favourite = member.protocols.first(where: { supporters[$0.name] == count })?.name else {
                continue
            }
            if let index = votes.firstIndex(where: { $0.name == favourite }) {
                votes[index].count += 1
            } else {
                votes.append((favourite, 1))
            }
        }
        let most = votes.map(\.count).max()
        return votes.first { $0.count == most }?.name
    }

    /// Makes sure that the leader is among those who joined; otherwise the first of them becomes the leader.
    ///
    /// - Returns: Whether there is a leader who joined.
    mutating func electJoinedLeader() -> Bool {
        guard let leader else { return false }
        if byID[leader]?.awaitingJoin != nil { return true }
        guard let joined = joinOrder.first(where: { byID[$0]?.awaitingJoin != nil }) else { return false }
        self.leader = joined
        return true
    }

    /// Proves that the counts and maps say the same as the members.
    func checkInvariants() {
        precondition(Set(joinOrder) == Set(byID.keys) && joinOrder.count == byID.count, "join order lost a member")
        precondition(byID.allSatisfy { $0.key == $0.value.id }, "a member is filed under another's id")
        precondition(awaitingJoinCount == byID.values.count { $0.awaitingJoin != nil }, "joins miscounted")
        precondition(staticMembers.allSatisfy { byID[$0.value]?.instanceID == $0.key }, "static member misfiled")
        precondition(staticMembers.count == byID.values.count { $0.isStatic }, "static member lost")
        precondition(leader.map { byID[$0] != nil } ?? byID.isEmpty, "the leader is no member")
        var expected: [String: Int] = [:]
        for member in byID.values { for name in Set(member.protocols.map(\.name)) { expected[name, default: 0] += 1 } }
        precondition(supporters == expected, "protocols miscounted")
    }
}
