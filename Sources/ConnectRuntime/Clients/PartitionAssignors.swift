import ConnectAPI
import KafkaClient

/// The ways of sharing partitions that a consumer's `partition.assignment.strategy` names.
struct PartitionAssignors: Sendable {
    /// In order, the best first.
    let list: [any PartitionAssignor]

    private static let all: [(className: String, assignor: any PartitionAssignor)] = [
        ("RangeAssignor", RangeAssignor()), ("RoundRobinAssignor", RoundRobinAssignor()),
        ("CooperativeStickyAssignor", CooperativeStickyAssignor()),
    ]

    /// Their names, as Kafka's classes have them.
    static let classNames = all.map { "org.apache.kafka.clients.consumer." + $0.className }

    /// Reads a list of class names; `nil` if one of them is none of those there are, or there is none.
    init?(_ text: String) {
        let names = text.split(separator: ",").map { String($0).trimmingSpace }.filter { !$0.isEmpty }
        let found = names.compactMap { name in
            Self.all.first { name.split(separator: ".").last.map(String.init) == $0.className }?.assignor
        }
        guard !found.isEmpty, found.count == names.count else { return nil }
        list = found
    }
}
