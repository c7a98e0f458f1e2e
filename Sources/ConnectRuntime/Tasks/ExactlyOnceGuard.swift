/// What an exactly-once source task makes sure of before it writes (KIP-618).
///
/// Closures, because both are the group's business: the leader fences, wherever it is, and the group says whose the task
/// is.
struct ExactlyOnceGuard: Sendable {
    /// Has all tasks of a connector's former divisions fenced, or finds that they are.
    var fence: @Sendable (_ connector: String) async throws -> Void
    /// Throws if a task is not this worker's any more, or its connector has divided its work anew since `generation`.
    ///
    /// Called once former producers of the task's own id are fenced, so that what it finds stays so for as long as the
    /// task can write.
    var verify: @Sendable (_ task: ConnectorTaskID, _ generation: Int) async throws -> Void
    /// How often a connector has divided its work.
    var generation: @Sendable (_ connector: String) -> Int
}
