import KafkaProtocol
import LogCore
import Logging
import RecordFormat

/// Hands out producer identities from blocks that are reserved durably, so that none is given twice, even after a
/// crash.
actor ProducerIDAllocator {
    /// Identities in one block, as in Kafka: a crash loses at most that many of 2^63.
    private static let blockSize: Int64 = 1000

    private let metadata: any MetadataStore
    private var next: Int64 = 0
    private var end: Int64 = 0

    init(metadata: any MetadataStore) { self.metadata = metadata }

    /// An identity that no one has had.
    func allocate() async throws -> ProducerID {
        while next == end {
            let first = try await metadata.reserveProducerIDs(Self.blockSize)
            // Another call may have come back with a block meanwhile: the later block wins, the identities of the other
            // are lost.
            next = first.rawValue
            end = first.rawValue + Self.blockSize
        }
        defer { next += 1 }
        return ProducerID(next)
    }
}

extension Broker {
    /// Gives a producer without transactions its identity (KIP-98).
    func allocateProducer(_ context: RequestContext) async -> InitProducerIdResponse {
        guard authorizer.allows(context.principal, .idempotentWrite, .cluster) else {
            return InitProducerIdResponse(errorCode: ErrorCode.clusterAuthorizationFailed.rawValue)
        }
        do {
            let id = try await producerIDs.allocate()
            return InitProducerIdResponse(producerID: id.rawValue, producerEpoch: 0)
        } catch {
            logger.error("reserving producer ids failed: \(error)")
            return InitProducerIdResponse(errorCode: ErrorCode.coordinatorNotAvailable.rawValue)
        }
    }
}
