internal import RecordFormat

/// The metadata that members of protocol type `consumer` join with, and the assignments that they get.
///
/// A classic group takes both as opaque bytes, but for the topics: it has to know whose offsets are still wanted before
/// it deletes or expires any. A group that members of both protocols share reads and writes them (KIP-848).
struct ConsumerSubscription: Hashable {
    /// The protocol type whose members join with such metadata.
    static let protocolType = "consumer"

    var version: Int16
    /// The topics that the member wants.
    var topics: [String] = []
    /// What the member has, by the names of the topics; nothing before version 1 (KIP-429).
    var owned: [String: Set<Int32>] = [:]
    /// The member's rack (KIP-881, version 3).
    var rackID: String?

    /// Reads a subscription; `nil` if the bytes are none.
    init?(_ metadata: ByteSlice) {
        var reader = RecordFieldReader(metadata)
        do throws(RecordDecodingError) {
            version = try reader.integer("version")
            guard version >= 0 else { return nil }
            topics = try Self.topics(&reader)
            try Self.skipUserData(&reader)
            guard version >= 1 else { return }
            for _ in 0..<(try reader.count(minimumSize: 6, "ownedPartitions")) {
                let topic = try reader.string("topic")
                for _ in 0..<(try reader.count(minimumSize: 4, "partitions")) {
                    owned[topic, default: []].insert(try reader.integer("partition"))
                }
            }
            guard version >= 2 else { return }
            _ = try reader.integer("generationId", as: Int32.self)
            guard version >= 3 else { return }
            rackID = try reader.nullableString("rackId")
        } catch {
            return nil
        }
    }

    private static func topics(_ reader: inout RecordFieldReader) throws(RecordDecodingError) -> [String] {
        var topics: [String] = []
        for _ in 0..<(try reader.count(minimumSize: 2, "topics")) { topics.append(try reader.string("topic")) }
        return topics
    }

    private static func skipUserData(_ reader: inout RecordFieldReader) throws(RecordDecodingError) {
        let length = try reader.integer("userData", as: Int32.self)
        for _ in 0..<max(0, length) { _ = try reader.integer("userData", as: UInt8.self) }
    }

    /// The topics a member subscribes to, or `nil` if the bytes are no subscription.
    ///
    /// Every version starts with the same fields, so what follows need not be understood.
    static func topics(in metadata: ByteSlice) -> [String]? {
        var reader = RecordFieldReader(metadata)
        do throws(RecordDecodingError) {
            guard try reader.integer("version", as: Int16.self) >= 0 else { return nil }
            return try topics(&reader)
        } catch {
            return nil
        }
    }

    /// An assignment's bytes, as a member whose subscription has `version` reads them.
    static func assignment(_ partitions: [String: Set<Int32>], version: Int16) -> ByteSlice {
        var writer = RecordFieldWriter(version: min(version, 3))
        writer.count(partitions.count)
        for (topic, numbers) in partitions.sorted(by: { $0.key < $1.key }) {
            writer.string(topic)
            writer.count(numbers.count)
            for number in numbers.sorted() { writer.integer(number) }
        }
        // No user data: null.
        writer.integer(Int32(-1))
        return writer.finish()
    }

    /// The partitions of an assignment by the names of their topics; `nil` if the bytes are no assignment.
    static func partitions(inAssignment bytes: ByteSlice) -> [String: Set<Int32>]? {
        if bytes.isEmpty { return [:] }
        var reader = RecordFieldReader(bytes)
        var partitions: [String: Set<Int32>] = [:]
        do throws(RecordDecodingError) {
            guard try reader.integer("version", as: Int16.self) >= 0 else { return nil }
            for _ in 0..<(try reader.count(minimumSize: 6, "assignedPartitions")) {
                let topic = try reader.string("topic")
                for _ in 0..<(try reader.count(minimumSize: 4, "partitions")) {
                    partitions[topic, default: []].insert(try reader.integer("partition"))
                }
            }
            return partitions
        } catch {
            return nil
        }
    }
}
