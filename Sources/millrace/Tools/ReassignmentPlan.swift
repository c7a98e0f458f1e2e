import ArgumentParser
import KafkaClient
import RecordFormat

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which brokers partitions are to be on, the preferred leader of each first.
struct ReassignmentPlan: Equatable {
    /// The brokers by partition.
    private(set) var replicas: [TopicPartition: [Int32]]

    /// Creates a plan.
    init(_ replicas: [TopicPartition: [Int32]]) { self.replicas = replicas }

    /// The partitions, in order.
    var partitions: [TopicPartition] { replicas.keys.sorted() }

    /// The topics, in order.
    var topics: [String] { Set(replicas.keys.map(\.topic)).sorted() }

    /// Puts partitions on the same brokers, each with another one for its leader in turn.
    init(_ partitions: [TopicPartition], on brokers: [Int32]) {
        replicas = [:]
        for (place, partition) in partitions.sorted().enumerated() {
            let first = place % brokers.count
            replicas[partition] = Array(brokers[first...] + brokers[..<first])
        }
    }

    /// Where partitions are, to go back to.
    init(present topics: [TopicDescription]) {
        replicas = [:]
        for topic in topics {
            for partition in topic.partitions {
                replicas[TopicPartition(topic.name, partition.partition)] = partition.replicas
            }
        }
    }

    /// The part of the plan that is about some partitions.
    func limited(to partitions: some Sequence<TopicPartition>) -> ReassignmentPlan {
        let wanted = Set(partitions)
        return ReassignmentPlan(replicas.filter { wanted.contains($0.key) })
    }
}

// MARK: - The file of Kafka's kafka-reassign-partitions

extension ReassignmentPlan {
    /// What a file holds: `{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1,2]}]}`.
    private struct File: Codable {
        struct Partition: Codable {
            var topic: String
            var partition: Int32
            var replicas: [Int32]
        }

        var version: Int
        var partitions: [Partition]
    }

    /// Reads a plan; what Kafka's tool adds to it, as the directories of replicas, is passed over.
    ///
    /// - Throws: `ValidationError` that says what is wrong.
    init(json: some Sequence<UInt8>) throws {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: Data(json))
        } catch let error as DecodingError {
            throw ValidationError("the plan cannot be read: \(Self.reason(error))")
        }
        guard file.version == 1 else { throw ValidationError("a plan of version \(file.version) is not known") }
        replicas = [:]
        for partition in file.partitions {
            let name = TopicPartition(partition.topic, partition.partition)
            guard !partition.replicas.isEmpty, Set(partition.replicas).count == partition.replicas.count else {
                throw ValidationError("the plan has no broker for \(name), or one twice")
            }
            guard replicas.updateValue(partition.replicas, forKey: name) == nil else {
                throw ValidationError("the plan has \(name) twice")
            }
        }
        guard !replicas.isEmpty else { throw ValidationError("the plan names no partition") }
    }

    private static func reason(_ error: DecodingError) -> String {
        let context =
            switch error {
            case .keyNotFound(_, let context), .typeMismatch(_, let context), .valueNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: DecodingError.Context(codingPath: [], debugDescription: "\(error)")
            }
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    }

    /// The plan as a file.
    var json: String {
        get throws {
            try JSONText.line(
                File(
                    version: 1,
                    partitions: partitions.map {
                        .init(topic: $0.topic, partition: $0.partition, replicas: replicas[$0] ?? [])
                    }))
        }
    }
}
