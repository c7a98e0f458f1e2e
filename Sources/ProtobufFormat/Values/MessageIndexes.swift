/// The indexes that stand before a record's bytes and say which message it is of: their number and they themselves, each as
/// a zig-zag varint. The first message, whose only index is 0, is a single zero.
enum MessageIndexes {
    /// Up to how many indexes are read: messages cannot nest deeper.
    static let limit = WireReader.depthLimit

    /// Writes indexes.
    static func encode(_ indexes: [Int]) -> [UInt8] {
        var writer = WireWriter()
        if indexes == [0] {
            writer.varint(0)
        } else {
            for value in [indexes.count] + indexes { writer.varint(ZigZag.encode(Int64(value))) }
        }
        return writer.bytes
    }

    /// Reads indexes.
    ///
    /// - Returns: The indexes, and where the message begins.
    static func decode(_ bytes: [UInt8]) throws(ValueFailure) -> (indexes: [Int], end: Int) {
        var reader = WireReader(bytes)
        do {
            let count = ZigZag.decode(try reader.varint())
            if count == 0 { return ([0], reader.position) }
            guard count > 0, count <= limit else {
                throw ValueFailure.bytes("the bytes begin with \(count) message indexes, and at most \(limit) can be")
            }
            var indexes: [Int] = []
            for _ in 0..<count { indexes.append(Int(ZigZag.decode(try reader.varint()))) }
            return (indexes, reader.position)
        } catch let failure as ValueFailure {
            throw failure
        } catch {
            throw .bytes("the message indexes before the message cannot be read")
        }
    }
}
