/// What an operation says when the topic or the writer does not do what it asks.
struct OperationWords: Sendable {
    var timedOut: String
    var store: String
    var forwarding: String
    var unknownLeader = "Leader not known."

    /// The answer for a write that failed.
    func error(for failure: WriteFailure) -> RegistryError {
        switch failure {
        case .tooLarge: .schemaTooLarge
        case .timedOut: .timedOut(timedOut)
        case .superseded, .failed: .store(store)
        }
    }

    static let register = OperationWords(
        timedOut: "Register operation timed out",
        store: "Register schema operation failed while writing to the Kafka store",
        forwarding: "Error while forwarding register schema request to the leader")
    static let deleteVersion = OperationWords(
        timedOut: "Delete Schema Version operation timed out",
        store: "Delete Schema Version operation failed while writing to the Kafka store",
        forwarding: "Error while forwarding delete schema version request to the leader")
    static let deleteSubject = OperationWords(
        timedOut: "Delete subject operation timed out",
        store: "Delete subject operation failed while writing to the Kafka store",
        forwarding: "Error while forwarding delete subject request to the leader")
    static let updateConfig = OperationWords(
        timedOut: "Update config operation timed out", store: "Failed to update compatibility level",
        forwarding: "Error while forwarding update config request to the leader",
        unknownLeader: "Failed to update compatibility level")
    static let deleteConfig = OperationWords(
        timedOut: "Delete config operation timed out", store: "Failed to delete compatibility level",
        forwarding: "Error while forwarding delete config request to the leader",
        unknownLeader: "Failed to delete compatibility level")
    static let updateMode = OperationWords(
        timedOut: "Update mode operation timed out", store: "Failed to update mode",
        forwarding: "Error while forwarding update mode request to the leader",
        unknownLeader: "Failed to update mode")
    static let deleteMode = OperationWords(
        timedOut: "Delete mode operation timed out", store: "Failed to delete mode",
        forwarding: "Error while forwarding delete mode request to the leader", unknownLeader: "Failed to delete mode")
    static let deleteContext = OperationWords(
        timedOut: "Delete context operation timed out", store: "Error while deleting context",
        forwarding: "Error while forwarding delete context request to the leader")
}
