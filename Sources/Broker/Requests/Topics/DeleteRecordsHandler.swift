import KafkaProtocol
import LogCore
import NIOPosix
import RecordFormat

extension DeleteRecordsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DeleteRecordsResponse>) {
        // Segments that hold nothing else are deleted, which waits for the disk.
        broker.pool.submit { _ in broker.deleteRecords(self, context, reply) }
    }
}

extension Broker {
    /// The offset that stands for the high watermark: every record there is goes.
    private static let highWatermark: Int64 = -1

    /// Hides the records of partitions below an offset, and deletes what lies in segments of them alone (KIP-107).
    ///
    /// The answer waits until the replicas that are there have done the same.
    fileprivate func deleteRecords(
        _ request: DeleteRecordsRequest, _ context: RequestContext, _ reply: @escaping Reply<DeleteRecordsResponse>
    ) {
        var response = DeleteRecordsResponse()
        var places: [PendingDeletion.Place] = []
        for (topicIndex, topic) in request.topics.enumerated() {
            var answered = DeleteRecordsResponse.DeleteRecordsTopicResult(name: topic.name)
            for (index, asked) in topic.partitions.enumerated() {
                var answer = DeleteRecordsResponse.DeleteRecordsPartitionResult(partitionIndex: asked.partitionIndex)
                do throws(RequestRefusal) {
                    let (partition, offset) = try deleteRecords(topic.name, asked, context)
                    places.append(.init(partition: partition, offset: offset, topic: topicIndex, index: index))
                } catch {
                    (answer.lowWatermark, answer.errorCode) = (-1, error.code.rawValue)
                }
                answered.partitions.append(answer)
            }
            response.topics.append(answered)
        }
        let pending = PendingDeletion(response: response, places: places, loop: context.loop, answer: reply)
        pending.begin(deadlines: deadlines, timeout: .milliseconds(Int64(request.timeoutMs)))
    }

    private func deleteRecords(
        _ topic: String, _ asked: DeleteRecordsRequest.DeleteRecordsPartition, _ context: RequestContext
    ) throws(RequestRefusal) -> (Partition, LogOffset) {
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
        let offset = asked.offset == Self.highWatermark ? log.watermarks.highWatermark : LogOffset(asked.offset)
        do throws(LogError) { try log.advanceLogStart(to: offset) } catch {
            throw RequestRefusal(ErrorCode(error), error.message)
        }
        return (partition, offset)
    }
}
