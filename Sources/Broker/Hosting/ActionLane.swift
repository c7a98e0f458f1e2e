import DequeModule

/// What a machine has asked for and no one has done yet, oldest first.
///
/// Kept under the machine's own lock, and emptied by one thread at a time with the lock free: actions are carried out in
/// the order in which the machine asked for them, whoever made it ask.
struct ActionLane<Action> {
    private var actions: Deque<Action> = []
    /// Whether some thread is carrying actions out; it takes what others add.
    private var isCarryingOut = false

    mutating func add(_ action: Action) { actions.append(action) }

    mutating func add(_ more: some Sequence<Action>) { actions.append(contentsOf: more) }

    /// Whether the caller is to carry out what there is, one ``next()`` after the other until there is none.
    mutating func takeOver() -> Bool {
        guard !isCarryingOut, !actions.isEmpty else { return false }
        isCarryingOut = true
        return true
    }

    /// The next action for the one who took over; `nil` ends its turn.
    mutating func next() -> Action? {
        if let action = actions.popFirst() { return action }
        isCarryingOut = false
        return nil
    }
}
