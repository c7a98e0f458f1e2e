import KafkaProtocol
import LogCore
import NIOPosix
import RecordFormat

extension DeleteRecordsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DeleteRecordsResponse>) {
        // Segments that hold nothing else are deleted, which waits for the disk.
        broker.pool.submit { _ in reply(broker.deleteRecords(self, context)) }
    }
}

extension Broker {
    /// The offset that stands for the high watermark: every record there is goes.
    private static let highWatermark: Int64 = -1

    /// Hides the records of partitions below an offset, and deletes what lies in segments of them alone (KIP-107).
    ///
    /// The low watermark is that of all replicas; there is this one, so that the request waits for no other.
    func deleteRecords(_ request: DeleteRecordsRequest, _ context: RequestContext) -> DeleteRecordsResponse {
        DeleteRecordsResponse(
            topics: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map { asked in
                        do throws(RequestRefusal) {
                            let start = try deleteRecords(topic.name, asked, context)
                            return .init(partitionIndex: asked.partitionIndex, lowWatermark: start.rawValue)
                        } catch {
                            return .init(
                                partitionIndex: asked.partitionIndex, lowWatermark: -1, errorCode: error.code.rawValue)
                        }
                    })
            })
    }

    private func deleteRecords(
        _ topic: String, _ asked: DeleteRecordsRequest.DeleteRecordsPartition, _ context: RequestContext
    ) throws(RequestRefusal) -> LogOffset {
        guard authorizer.allows(context.principal, .delete, .topic(topic)) else {
            throw RequestRefusal(.topicAuthorizationFailed)
        }
        let id = TopicPartition(topic, asked.partitionIndex)
        let partition: Partition
        do throws(ErrorCode) { partition = try partitions.led(id).get() } catch { throw RequestRefusal(error) }
        guard partitions.topic(topic)?.isInternal == false else {
            throw RequestRefusal(.invalidTopicException, "\(topic) is written by the cluster itself")
        }
        let log = partition.log
        // What compaction keeps, it keeps for its key, however old it is.
        guard log.configuration.cleanupPolicy.contains(.delete) else {
            throw RequestRefusal(.policyViolation, "cleanup.policy of \(topic) has no delete")
        }
        guard asked.offset >= Self.highWatermark else { throw RequestRefusal(.offsetOutOfRange) }
        do throws(LogError) {
            try log.advanceLogStart(
                to: asked.offset == Self.highWatermark ? log.watermarks.highWatermark : LogOffset(asked.offset))
        } catch { throw RequestRefusal(ErrorCode(error), error.message) }
        return log.watermarks.logStartOffset
    }
}
