/// What bounds the memory of all connections of a broker together.
struct ConnectionMemory: Sendable {
    /// Requests that come in or are not handled.
    let requests: RequestMemory
    /// Answers that wait for slow clients.
    let answers: AnswerBacklog

    /// Takes the bounds from the settings; without one each is a share of the machine's memory.
    init(_ configuration: BrokerConfiguration) {
        let requestBytes = configuration.integer("queued.max.request.bytes")
        requests = RequestMemory(limit: requestBytes > 0 ? requestBytes : MachineMemory.share)
        answers = AnswerBacklog(limit: MachineMemory.share)
    }

    /// Takes the bounds as they are.
    init(requests: RequestMemory, answers: AnswerBacklog) {
        self.requests = requests
        self.answers = answers
    }
}
