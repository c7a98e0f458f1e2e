/// Who fetches, and what the partitions are to them that they ask for.
struct FetchReader {
    /// What a partition that was looked up depends on.
    struct Basis: Equatable {
        var principal: Principal
        /// The version of the registry of partitions.
        var partitions: UInt64
    }

    /// Whether the request's version names topics by their identity.
    var namesByID: Bool
    /// Whether a broker asks, to copy the partitions.
    var isFollower: Bool
    /// For as long as it stays the same, no partition needs to be looked up again, and none has to be looked at where nothing
    /// happens; `nil` where that cannot be said.
    var basis: Basis?
    /// Looks a partition up. The target is returned with the topic's name: a session remembers it, so that it can tell a
    /// topic that is gone, or has another identity by now, from one that was never there.
    var entry: (FetchTarget) -> FetchPlan.Entry
}
