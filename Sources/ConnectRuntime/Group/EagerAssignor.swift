/// Divides everything anew at each rebalance: connectors, and then tasks, to the members in turn.
enum EagerAssignor {
    /// Divides the work.
    ///
    /// - Precondition: The group has members.
    static func divide(_ configured: WorkAssignment, among members: some Sequence<String>) -> GroupDivision {
        let members = members.sorted()
        precondition(!members.isEmpty, "somebody has to do the work")
        var division = GroupDivision(shares: [:])
        for member in members { division.shares[member] = GroupDivision.Share() }
        // One turn through both, so that of connectors with a task each not one half of the workers gets all tasks.
        var turn = 0
        for connector in configured.connectors.sorted() {
            division.shares[members[turn % members.count]]?.assigned.connectors.insert(connector)
            turn += 1
        }
        for task in configured.tasks.sorted() {
            division.shares[members[turn % members.count]]?.assigned.tasks.insert(task)
            turn += 1
        }
        division.shares = division.shares.mapValues { GroupDivision.Share(assigned: $0.assigned, running: $0.assigned) }
        return division
    }
}
