/// What is to be written, and what is to be answered then.
struct RegistryChange<Result: Sendable>: Sendable {
    /// The records, in order; none if nothing has to change.
    var entries: [RegistryEntry]
    /// What to answer.
    var result: Result
}
