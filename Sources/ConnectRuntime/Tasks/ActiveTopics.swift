/// Takes note of the topics that a task uses, each once (KIP-558).
struct ActiveTopics: Sendable {
    let id: ConnectorTaskID
    let statuses: StatusReporter

    /// Takes note of the topics of records, which mostly are of one.
    ///
    /// The store is asked each time: after a reset a topic counts when it is used again.
    func note(_ topics: some Sequence<String>) async {
        var last: String?
        var new: Set<String> = []
        for topic in topics where topic != last {
            last = topic
            if !statuses.store.knows(topic, of: id.connector) { new.insert(topic) }
        }
        for topic in new.sorted() { await statuses.report(topic, usedBy: id) }
    }
}
