import ServerHarness

/// A Kafka request put together byte by byte, so that it may be wrong.
struct RawRequest {
    private(set) var bytes: [UInt8] = []

    /// The fields of a request header (version 1) with the client id "raw".
    init(apiKey: Int16, version: Int16, correlationID: Int32) {
        append(apiKey)
        append(version)
        append(correlationID)
        append("raw")
    }

    /// A Metadata request (version 4) for one topic.
    static func metadata(topic: String, creating: Bool, correlationID: Int32) -> RawRequest {
        var request = RawRequest(apiKey: 3, version: 4, correlationID: correlationID)
        request.append(Int32(1))
        request.append(topic)
        request.bytes.append(creating ? 1 : 0)
        return request
    }

    /// A CreateTopics request (version 0) for one topic of one partition.
    static func createTopics(topic: String, correlationID: Int32) -> RawRequest {
        var request = RawRequest(apiKey: 19, version: 0, correlationID: correlationID)
        request.append(Int32(1))
        request.append(topic)
        request.append(Int32(1))
        request.append(Int16(1))
        request.append(Int32(0))
        request.append(Int32(0))
        request.append(Int32(10_000))
        return request
    }

    mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }

    mutating func append(_ text: String) {
        append(Int16(text.utf8.count))
        bytes += Array(text.utf8)
    }

    /// The request behind its length.
    var frame: [UInt8] {
        withUnsafeBytes(of: Int32(bytes.count).bigEndian) { Array($0) } + bytes
    }
}

extension [UInt8] {
    /// The big-endian integer at an index; nil when it reaches beyond the end.
    func integer<Number: FixedWidthInteger>(at index: Int, as type: Number.Type) -> Number? {
        let end = index + MemoryLayout<Number>.size
        guard index >= 0, end <= count else { return nil }
        return self[index..<end].reduce(0) { $0 << 8 | Number($1) }
    }
}
