import EventStore
import KafkaProtocol
import LogCore
import NIOPosix
import RecordFormat

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension DescribeLogDirsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeLogDirsResponse>) {
        // Asks the file system, and goes through all partitions.
        broker.pool.submit { _ in reply(broker.describeLogDirs(self, context)) }
    }
}

extension AlterReplicaLogDirsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<AlterReplicaLogDirsResponse>) {
        broker.pool.submit { _ in reply(broker.alterReplicaLogDirs(self, context)) }
    }
}

/// The one data directory, in the words of brokers that have several (KIP-113).
extension Broker {
    /// Tells how large the partitions are, and how much room there is.
    func describeLogDirs(_ request: DescribeLogDirsRequest, _ context: RequestContext) -> DescribeLogDirsResponse {
        guard authorizer.allows(context.principal, .describe, .cluster) else {
            return DescribeLogDirsResponse(errorCode: ErrorCode.clusterAuthorizationFailed.rawValue)
        }
        let asked = request.topics.map { topics in
            Set(topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.topic, $0) } })
        }
        let found = partitions.all.filter { asked?.contains($0.id) ?? true }
        let topics = Dictionary(grouping: found, by: \.id.topic).sorted { $0.key < $1.key }
        let volume = Self.volume(of: store.options.directory)
        let hasFailed = volume == nil
        return DescribeLogDirsResponse(results: [
            .init(
                errorCode: (hasFailed ? ErrorCode.kafkaStorageError : .none).rawValue, logDir: logDirectory,
                topics: topics.map { name, partitions in
                    .init(
                        name: name,
                        partitions: partitions.sorted { $0.id.partition < $1.id.partition }.map(Self.describe))
                },
                totalBytes: volume?.total ?? -1, usableBytes: volume?.usable ?? -1)
        ])
    }

    private static func describe(_ partition: Partition) -> DescribeLogDirsResponse.DescribeLogDirsPartition {
        // The only replica is behind by what it has not made durable.
        let marks = partition.log.watermarks
        return .init(
            partitionIndex: partition.id.partition, partitionSize: Int64(partition.log.size),
            offsetLag: max(0, marks.highWatermark.rawValue - marks.logEndOffset.rawValue))
    }

    /// The data directory's path from the root, as Kafka's tools show it.
    private var logDirectory: String {
        guard let resolved = realpath(store.options.directory, nil) else { return store.options.directory }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The size of the volume that `path` is on and what can still be used of it, in bytes; `nil` if the system does
    /// not say.
    private static func volume(of path: String) -> (total: Int64, usable: Int64)? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let block = UInt64(status.f_frsize)
        return (
            Int64(clamping: UInt64(status.f_blocks).multipliedReportingOverflow(by: block).partialValue),
            Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: block).partialValue)
        )
    }

    /// Moves replicas to another directory: there is none, and they are in this one already.
    func alterReplicaLogDirs(
        _ request: AlterReplicaLogDirsRequest, _ context: RequestContext
    ) -> AlterReplicaLogDirsResponse {
        let isAllowed = authorizer.allows(context.principal, .alter, .cluster)
        let known = [logDirectory, store.options.directory]
        var places: [String: Int] = [:]
        var response = AlterReplicaLogDirsResponse()
        for directory in request.dirs {
            for topic in directory.topics {
                let results = topic.partitions.map { index in
                    let code: ErrorCode =
                        if !isAllowed {
                            .clusterAuthorizationFailed
                        } else if !known.contains(directory.path) {
                            .logDirNotFound
                        } else if partitions.copy(TopicPartition(topic.name, index)) == nil {
                            // A broker may be told where to put a replica before it has it; this one never gets any.
                            .replicaNotAvailable
                        } else {
                            .none
                        }
                    return AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult(
                        partitionIndex: index, errorCode: code.rawValue)
                }
                if let place = places[topic.name] {
                    response.results[place].partitions += results
                } else {
                    places[topic.name] = response.results.count
                    response.results.append(.init(topicName: topic.name, partitions: results))
                }
            }
        }
        return response
    }
}
