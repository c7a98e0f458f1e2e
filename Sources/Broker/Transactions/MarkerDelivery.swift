import Coordination
import KafkaClient
import KafkaProtocol
import Logging
import OrderedCollections
import RecordFormat
import Replication

/// Tells partitions how transactions ended, wherever they are led: by ``MarkerWriter`` here, by WriteTxnMarkers elsewhere.
///
/// What several transactions have to tell one node shares a request, while another is under way to it. Nothing is tried
/// twice: the coordinator tries again, after a pause, and looks for the leader anew. Safe to use from any thread.
final class MarkerDelivery: Sendable {
    /// How a producer's transaction ended.
    struct Marker: Sendable {
        var producer: ProducerIdentity
        var outcome: TransactionOutcome
        /// The epoch in which its coordinator leads the transactional id's partition.
        var coordinatorEpoch: Int32
    }

    /// Hears of each partition once, whether another try to tell it has no use.
    typealias Completion = @Sendable (_ partition: TopicPartition, _ isSettled: Bool) -> Void

    /// A marker for partitions that one node leads.
    private struct Parcel: Sendable {
        var marker: Marker
        var partitions: [TopicPartition]
        var completion: Completion

        func settle(_ isSettled: (TopicPartition) -> Bool) {
            for partition in partitions { completion(partition, isSettled(partition)) }
        }
    }

    let writer: MarkerWriter
    private let nodeID: Int32
    private let metadata: any MetadataStore
    private let parcels: PeerBatches<Parcel>?

    /// Creates a delivery.
    ///
    /// - Parameter transport: Reaches other nodes; `nil` where there are none.
    init(
        writer: MarkerWriter, nodeID: Int32, metadata: any MetadataStore, transport: (any BrokerTransport)?
    ) {
        self.writer = writer
        self.nodeID = nodeID
        self.metadata = metadata
        let logger = writer.site.logger
        parcels = transport.map { transport in
            PeerBatches { parcels, node, completion in
                Self.send(parcels, to: node, by: transport, logger, completion)
            }
        }
    }

    /// Ends a transaction in partitions.
    func deliver(_ marker: Marker, to partitions: [TopicPartition], completion: @escaping Completion) {
        let image = metadata.image
        var elsewhere: OrderedDictionary<Int32, [TopicPartition]> = [:]
        for partition in partitions {
            // A partition that the cluster had when it was made part of the transaction, and has no more, is gone.
            guard let state = image.partition(partition) else {
                completion(partition, true)
                continue
            }
            switch state.leader?.rawValue {
            case nodeID?:
                writer.write(
                    marker.outcome, of: marker.producer, coordinatorEpoch: marker.coordinatorEpoch, to: partition
                ) { completion(partition, Self.isSettled($0)) }
            case let leader? where parcels != nil: elsewhere[leader, default: []].append(partition)
            default: completion(partition, false)
            }
        }
        for (node, partitions) in elsewhere {
            parcels?.add(Parcel(marker: marker, partitions: partitions, completion: completion), to: node)
        }
    }

    /// Whether another try to write a marker has no use: it is written, or the partition has heard of the producer from
    /// a later coordinator or epoch. That a partition is unknown where it is led may only mean that the node does not know
    /// of it yet.
    private static func isSettled(_ error: ErrorCode) -> Bool {
        switch error {
        case .none, .invalidProducerEpoch, .transactionCoordinatorFenced: true
        default: false
        }
    }

    // MARK: - Other nodes

    /// How long partitions may take to replicate their markers.
    private static let timeout = Duration.seconds(30)

    private static func send(
        _ parcels: [Parcel], to node: Int32, by transport: any BrokerTransport, _ logger: Logger,
        _ completion: @escaping @Sendable () -> Void
    ) {
        let request = WriteTxnMarkersRequest(markers: parcels.map { .init($0.marker, $0.partitions) })
        let call = BrokerCall<WriteTxnMarkersRequest>(versions: 1...1, timeout: timeout) { _ in request }
        transport.send(call, to: .node(node), over: .transactionMarkers) { result in
            switch result {
            case .failure(let error):
                logger.debug("telling node \(node) of \(parcels.count) ends of transactions failed: \(error)")
                for parcel in parcels { parcel.settle { _ in false } }
            case .success(let response):
                for (index, parcel) in parcels.enumerated() {
                    let codes = response.codes(at: index, of: parcel.marker.producer.id)
                    parcel.settle { codes[$0].map { isSettled($0) } ?? false }
                }
            }
            completion()
        }
    }
}

extension WriteTxnMarkersRequest.WritableTxnMarker {
    fileprivate init(_ marker: MarkerDelivery.Marker, _ partitions: [TopicPartition]) {
        var topics: OrderedDictionary<String, [Int32]> = [:]
        for partition in partitions { topics[partition.topic, default: []].append(partition.partition) }
        self.init(
            producerID: marker.producer.id.rawValue, producerEpoch: marker.producer.epoch.rawValue,
            transactionResult: marker.outcome == .commit,
            topics: topics.map { .init(name: $0, partitionIndexes: $1) }, coordinatorEpoch: marker.coordinatorEpoch)
    }
}

extension WriteTxnMarkersResponse {
    /// What became of each partition of the marker at a place of the request; nothing if the answer has another there.
    fileprivate func codes(at index: Int, of producer: ProducerID) -> [TopicPartition: ErrorCode] {
        guard markers.indices.contains(index), markers[index].producerID == producer.rawValue else { return [:] }
        var codes: [TopicPartition: ErrorCode] = [:]
        for topic in markers[index].topics {
            for partition in topic.partitions {
                codes[TopicPartition(topic.name, partition.partitionIndex)] = ErrorCode(rawValue: partition.errorCode)
            }
        }
        return codes
    }
}
