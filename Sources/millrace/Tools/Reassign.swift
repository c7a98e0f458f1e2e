import ArgumentParser
import KafkaClient
import KafkaProtocol
import RecordFormat

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Sends partitions to other brokers.
struct Reassign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reassign",
        abstract: "Send partitions to other brokers.",
        discussion: """
            With --replicas or --plan the partitions set out; they arrive when the new replicas have copied everything, and --wait waits for that. \
            --list shows those that are on their way, --cancel calls them off. --wait alone waits for those that are on their way, and takes \
            their throttle away.
            """)

    @OptionGroup var options: ToolOptions
    @Option(help: "The topic.") var topic: String?
    @Option(name: .customLong("partition"), help: "A partition of the topic; all of them if not given.")
    var partitions: [Int32] = []
    @Option(help: "Brokers, comma separated, the preferred leader first; of several partitions each has the next one.")
    var replicas: String?
    @Option(help: "A JSON file as kafka-reassign-partitions takes it.") var plan: String?
    @Option(help: "Bytes per second that each broker copies at most; --wait takes the bound away at the end.")
    var throttle: Int64?
    @Flag(help: "Wait until the partitions have arrived.") var wait = false
    @Flag(help: "List the partitions that are on their way.") var list = false
    @Flag(help: "Call off what is on its way.") var cancel = false

    func validate() throws {
        guard !(list && cancel) else { throw ValidationError("--list and --cancel: one or the other") }
        let begins = replicas != nil || (plan != nil && !cancel && !list)
        guard begins || list || cancel || wait else {
            throw ValidationError("name --replicas or a --plan, or ask to --list, --cancel or --wait")
        }
        guard !(begins && (list || cancel)) else { throw ValidationError("--replicas with --list or --cancel") }
        guard plan == nil || (topic == nil && replicas == nil) else {
            throw ValidationError("a --plan says topics and replicas itself")
        }
        guard replicas == nil || topic != nil else { throw ValidationError("--replicas needs a --topic") }
        guard partitions.isEmpty || topic != nil else { throw ValidationError("--partition needs a --topic") }
        guard throttle == nil || begins else { throw ValidationError("--throttle goes with --replicas or --plan") }
        guard throttle ?? 1 > 0 else { throw ValidationError("--throttle has to be 1 byte per second or more") }
        if replicas != nil { _ = try brokers() }
    }

    func run() async throws {
        let isDone = try await options.withClient { client in
            let admin = KafkaAdmin(client: client)
            if list {
                try table(of: try await admin.reassignments(of: try await named(admin))).print(asJSON: options.json)
                return true
            }
            if cancel { return try await callOff(admin) }
            if replicas != nil || plan != nil { return try await begin(admin) }
            let underWay = try await admin.reassignments(of: try await named(admin)).map(\.partition)
            try await waitUntilArrived(underWay, admin)
            try await ReplicationThrottle.remove(topics: Set(underWay.map(\.topic)).sorted(), admin)
            return true
        }
        if !isDone { throw ExitCode.failure }
    }

    // MARK: What is meant

    /// The partitions that the options name; nil for all there are.
    private func named(_ admin: KafkaAdmin) async throws -> [TopicPartition]? {
        if let plan { return try Self.plan(at: plan).partitions }
        guard let topic else { return nil }
        let numbers =
            partitions.isEmpty ? try await admin.describeTopic(topic).partitions.map(\.partition) : partitions
        return numbers.map { TopicPartition(topic, $0) }
    }

    private func brokers() throws -> [Int32] {
        let parts = (replicas ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let brokers = parts.compactMap { Int32($0.filter { !$0.isWhitespace }) }
        guard brokers.count == parts.count, brokers.allSatisfy({ $0 >= 0 }), Set(brokers).count == brokers.count else {
            throw ValidationError("--replicas \(replicas ?? ""): must be brokers' numbers with commas, each once")
        }
        return brokers
    }

    private static func plan(at path: String) throws -> ReassignmentPlan {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw ValidationError("cannot read the plan \(path)")
        }
        return try ReassignmentPlan(json: data)
    }

    // MARK: What is done

    /// Sends the partitions on their way.
    ///
    /// - Returns: Whether all of them could set out, and, where it was waited for that, have arrived.
    private func begin(_ admin: KafkaAdmin) async throws -> Bool {
        let wanted =
            if let plan {
                try Self.plan(at: plan)
            } else {
                ReassignmentPlan(try await named(admin) ?? [], on: try brokers())
            }
        let present = ReassignmentPlan(present: try await admin.describePartitions(of: wanted.topics))
            .limited(to: wanted.partitions)
        let bound = ReplicationThrottle(for: wanted, from: present)
        if let throttle { try await bound.set(throttle, admin) }
        let results = try await admin.reassign(wanted.replicas.mapValues { $0 })
        var table = Table("topic", "partition", "from", "to", "result")
        for partition in wanted.partitions {
            table.add(
                .text(partition.topic), .number(Int64(partition.partition)),
                present.replicas[partition].map { .text($0.joined) } ?? .missing,
                .text(wanted.replicas[partition]?.joined ?? ""), .text(Self.text(results[partition], done: "under way"))
            )
        }
        try table.print(asJSON: options.json)
        if !options.json { print("\nTo go back, a plan of where they were:\n\(try present.json)") }
        let begun = wanted.partitions.filter { if case .success = results[$0] { true } else { false } }
        if begun.isEmpty || wait {
            try await waitUntilArrived(begun, admin)
            if throttle != nil { try await ReplicationThrottle.remove(topics: wanted.topics, admin) }
        } else if throttle != nil {
            tell("the throttle stays until `millrace reassign --wait` takes it away")
        }
        guard begun.count == wanted.partitions.count else { return false }
        return wait ? try await haveArrived(wanted, admin) : true
    }

    private func callOff(_ admin: KafkaAdmin) async throws -> Bool {
        let underWay = try await admin.reassignments(of: try await named(admin)).map(\.partition)
        let results = try await admin.reassign(Dictionary(uniqueKeysWithValues: underWay.map { ($0, nil) }))
        var table = Table("topic", "partition", "result")
        for partition in underWay {
            table.add(
                .text(partition.topic), .number(Int64(partition.partition)),
                .text(Self.text(results[partition], done: "called off")))
        }
        try table.print(asJSON: options.json)
        return results.values.allSatisfy { if case .success = $0 { true } else { false } }
    }

    /// Waits until nothing of some partitions is on its way, however long copying takes; says how many are left.
    private func waitUntilArrived(_ partitions: [TopicPartition], _ admin: KafkaAdmin) async throws {
        var left = -1
        while true {
            let underWay = try await admin.reassignments(of: partitions).count
            if underWay == 0 { return }
            if underWay != left { tell("\(underWay) of \(partitions.count) partition(s) on their way") }
            left = underWay
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Whether partitions that are no longer on their way are where they should be: another may have called them off.
    private func haveArrived(_ wanted: ReassignmentPlan, _ admin: KafkaAdmin) async throws -> Bool {
        // The broker that is asked may hear of it a moment after the controller.
        for _ in 0..<50 {
            let present = ReassignmentPlan(present: try await admin.describePartitions(of: wanted.topics))
            if present.limited(to: wanted.partitions) == wanted { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        tell("not all partitions are where they should be: look at `millrace cluster`")
        return false
    }

    // MARK: What is told

    private func table(of underWay: [PartitionReassignment]) -> Table {
        var table = Table("topic", "partition", "replicas", "adding", "removing")
        for reassignment in underWay {
            table.add(
                .text(reassignment.partition.topic), .number(Int64(reassignment.partition.partition)),
                .text(reassignment.replicas.joined), .text(reassignment.addingReplicas.joined),
                .text(reassignment.removingReplicas.joined))
        }
        return table
    }

    private static func text(_ result: Result<Void, KafkaClientError>?, done: String) -> String {
        switch result {
        case .success: done
        case .failure(let error): error.message
        case nil: "no answer"
        }
    }

    /// Says something beside the output.
    private func tell(_ text: String) {
        let line = Array((text + "\n").utf8)
        // Where nobody reads it, nobody misses it.
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
