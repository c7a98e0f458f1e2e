internal import RecordFormat

/// The topics inside the metadata that members of protocol type `consumer` join with.
///
/// The coordinator takes members' metadata as opaque bytes with this one exception: it has to know whose offsets are
/// still wanted before it deletes or expires any. Every version of the subscription starts with the same two fields.
enum ConsumerSubscription {
    /// The protocol type whose members join with such metadata.
    static let protocolType = "consumer"

    /// The topics a member subscribes to, or `nil` if the bytes are no subscription.
    static func topics(in metadata: ByteSlice) -> [String]? {
        var reader = RecordFieldReader(metadata)
        do throws(RecordDecodingError) {
            guard try reader.integer("version", as: Int16.self) >= 0 else { return nil }
            let count = try reader.count(minimumSize: 2, "topics")
            var topics: [String] = []
            topics.reserveCapacity(count)
            for _ in 0..<count { topics.append(try reader.string("topic")) }
            return topics
        } catch {
            return nil
        }
    }
}
