import RecordFormat

@testable import Coordination

/// A client of either protocol as the simulation plays it: what it knows of itself, what it reads, and what it waits for.
///
/// A client reads what it was given until it has given it up, was told that it is no member, dies, or has heard nothing
/// for so long that it must take itself for dead.
struct SimulatedConsumer {
    /// One partition as a reader knows it.
    struct Partition: Hashable {
        let topic: TopicID
        let number: Int32
    }

    enum Kind { case consumer, classic }
    enum Waiting { case nothing, heartbeat(RequestToken), join(RequestToken), sync(RequestToken) }

    let name: String
    let instance: GroupInstanceID?
    var kind: Kind
    var topics: [String]
    /// The expression of a client that subscribes by one, of the consumer protocol only.
    var expression: String?
    var assignor: String?
    var isAlive = false
    var incarnation = 0

    var member = MemberID.unknown
    /// The member epoch or the generation; no number for a client that has to join.
    var epoch: Int32?
    /// What the client reads.
    var reading: Set<Partition> = []
    /// What the client is to read, if that is something else.
    var assigned: Set<Partition>?
    /// Whether the next heartbeat says everything.
    var saysAll = true
    var waiting = Waiting.nothing
    var lastHeard = CoordinationInstant.start

    /// Starts the client anew, as nobody in particular.
    mutating func start(at now: CoordinationInstant) {
        incarnation += 1
        isAlive = true
        member = kind == .consumer ? MemberID("\(name)-\(incarnation)") : .unknown
        lastHeard = now
        lose()
    }

    /// Stops reading; what the client was given is no longer its own.
    mutating func lose() {
        epoch = nil
        reading = []
        assigned = nil
        saysAll = true
        waiting = .nothing
    }

    /// Waits no longer for the answer to its request, which is lost.
    mutating func giveUpRequest() {
        // A classic client that has not heard its assignment joins again, as the real ones do. As far as the group knows
        // it has been told: its heartbeats are answered that all is well, and it would read nothing until the next
        // rebalance.
        if case .sync = waiting { return lose() }
        waiting = .nothing
        saysAll = true
    }

    mutating func die() {
        lose()
        isAlive = false
    }

    var owned: PartitionAssignment {
        var owned = PartitionAssignment()
        for partition in reading { owned.insert(partition.topic, partition.number) }
        return owned
    }

    /// The heartbeat that the client sends next.
    func heartbeat(leaving: Int32? = nil) -> ConsumerHeartbeat {
        var request = ConsumerHeartbeat(
            groupID: "group", memberID: member, epoch: leaving ?? epoch ?? 0, instanceID: instance,
            clientID: name, clientHost: "/127.0.0.1")
        guard leaving == nil else { return request }
        if saysAll || epoch == nil {
            request.rebalanceTimeoutMs = 60_000
            request.topicNames = topics
            request.expression = expression ?? ""
            request.serverAssignor = assignor
        }
        request.owned = owned
        return request
    }

    /// The join that the client sends next; it reads nothing any more by then.
    var join: GroupJoin {
        var request = GroupJoin.consumer(member: member, instance: instance, protocols: ["range"], topics: topics)
        request.clientID = name
        return request
    }
}

extension Set<SimulatedConsumer.Partition> {
    init(_ assignment: PartitionAssignment) {
        self.init()
        for (topic, numbers) in assignment.partitions {
            for number in numbers { insert(SimulatedConsumer.Partition(topic: topic, number: number)) }
        }
    }
}
