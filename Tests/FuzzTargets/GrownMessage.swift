import KafkaProtocol
import RecordFormat

/// Bodies that can be read and are not empty, made without knowing a message's fields.
///
/// A message is all zeros, or all ones where lengths are varints one higher than what they count, as far as its reader
/// reads. Byte after byte, the first of a few values is taken with which the whole can still be read: a count becomes 1
/// or 2, and the elements that it asks for are read from what follows.
enum GrownMessage {
    private static let candidates: [UInt8] = [2, 1, 3, 0x61, 0]
    /// What is behind the bytes that are chosen: more than any choice asks for.
    private static let padding = 192
    private static let chosen = 64

    static func body(of type: any KafkaMessage.Type, version: Int16) -> [UInt8] {
        let filler: UInt8 = version >= type.firstFlexibleVersion ? 1 : 0
        var bytes = [UInt8](repeating: filler, count: chosen + padding)
        guard var end = length(of: type, bytes, version) else { return [] }
        for position in 0..<chosen where position < end {
            for offset in candidates.indices {
                // Another one first at each position, so that not every byte is the same.
                let candidate = candidates[(offset + position) % candidates.count]
                let former = bytes[position]
                bytes[position] = candidate
                if let longer = length(of: type, bytes, version) {
                    end = longer
                    break
                }
                bytes[position] = former
            }
        }
        return Array(bytes[..<end])
    }

    /// How many bytes the message takes; `nil` if they cannot be read.
    private static func length(of type: any KafkaMessage.Type, _ bytes: [UInt8], _ version: Int16) -> Int? {
        var reader = ProtocolReader(ByteSlice(bytes))
        return (try? type.init(from: &reader, version: version)).map { _ in reader.position }
    }
}
