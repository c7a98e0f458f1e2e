import Logging
import RecordFormat
import Replication

/// Makes images of the cluster out of what the store has, each from the one before and from what has changed.
///
/// A value that cannot be read is passed over, and a line says so: what was known before goes on to count.
struct ImageBuilder: Sendable {
    /// The image as of the last view.
    private(set) var image = ClusterImage()
    /// The first producer identity that no block has taken.
    private(set) var nextProducerID: Int64 = 0
    /// The keys whose values could not be read.
    private(set) var unreadable: Set<String> = []
    private var view: (any ClusterStoreView)?
    private var registrations: [BrokerID: RegistrationValue] = [:]
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Takes over a view that is newer than the one before.
    mutating func take(_ new: any ClusterStoreView) {
        let keys = new.changes(since: view).compactMap { key in ClusterKey(key).map { (key, $0) } }
        view = new
        // A partition's state says nothing before its topic is known.
        for (text, key) in keys {
            if case .topic(let name) = key { read(text) { try $0.takeTopic(name, new[text], new) } }
        }
        var nodes: Set<BrokerID> = []
        for (text, key) in keys {
            switch key {
            case .topic, .clusterID: break
            case .partition(let id): read(text) { try $0.takePartition(id, new[text]) }
            case .controller:
                image.controller = new[text].flatMap { Int32(String(decoding: $0.bytes, as: UTF8.self)) }
            case .registration(let id):
                read(text) { try $0.takeRegistration(id, new[text]) }
                nodes.insert(id)
            case .session(let id):
                let epoch = new[text].flatMap { Int64(String(decoding: $0.bytes, as: UTF8.self)) }
                image.brokers.setSession(of: id, to: epoch.map { BrokerEpoch($0) })
                nodes.insert(id)
            case .record(let key): read(text) { try $0.takeRecord(key, new[text]) }
            }
        }
        for id in nodes { settle(id) }
    }

    private mutating func read(_ key: String, _ body: (inout ImageBuilder) throws -> Void) {
        do {
            try body(&self)
            unreadable.remove(key)
        } catch {
            unreadable.insert(key)
            logger.error("the cluster's metadata has a value that cannot be read: \(key): \(error)")
        }
    }

    private mutating func takeTopic(_ name: String, _ value: ClusterValue?, _ view: any ClusterStoreView) throws {
        guard let value else { return image.remove(name) }
        let topic = try ClusterJSON.decode(TopicValue.self, value.bytes)
        let id = try topic.topicID()
        let known = image.topic(name).flatMap { $0.id == id ? $0.partitions : nil } ?? []
        let partitions = try topic.partitions.indices.map { index in
            if index < known.count { return known[index] }
            let key = ClusterKey.partition(PartitionID(topic: id, index: Int32(index))).text
            return try view[key].map { try PartitionValue.state($0.bytes) } ?? topic.initialState(of: index)
        }
        // Of the former topic of that name not even the identity stays.
        image.remove(name)
        image.set(ClusterImage.Topic(name: name, id: id, partitions: partitions, configuration: topic.configs))
    }

    private mutating func takePartition(_ id: PartitionID, _ value: ClusterValue?) throws {
        guard let value, let topic = image.topic(id.topic), topic.partitions.indices.contains(Int(id.index)) else {
            return
        }
        let state = try PartitionValue.state(value.bytes)
        image.set(state, of: Int(id.index), in: topic.name)
    }

    private mutating func takeRegistration(_ id: BrokerID, _ value: ClusterValue?) throws {
        guard let value else {
            registrations[id] = nil
            return image.brokers.unregister(id)
        }
        let found = try ClusterJSON.decode(RegistrationValue.self, value.bytes)
        image.brokers.register(try found.registration(of: id))
        registrations[id] = found
    }

    private mutating func takeRecord(_ key: String, _ value: ClusterValue?) throws {
        switch try MetadataRecord(key: key, value: value.map { ByteSlice($0.bytes) }) {
        case .nextProducerID(let next): nextProducerID = next
        case .configuration(let resource, let values): image.set(values ?? [:], of: resource)
        case .quota(let entity, let limits): image.set(limits ?? [:], of: entity)
        case .features(let features): image.set(features)
        // Of a later version, or one that only a node without a cluster writes.
        case .topic, .deletion, .unknown: break
        }
    }

    /// Decides whether a node is there: with the session of its present incarnation.
    private mutating func settle(_ id: BrokerID) {
        guard let found = registrations[id], image.brokers.isMember(id) else { return image.removeNode(id.rawValue) }
        image.set(found.node(id), isThere: image.brokers.sessions[id] == BrokerEpoch(found.epoch))
    }
}
