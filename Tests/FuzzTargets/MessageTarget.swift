import KafkaProtocol
import RecordFormat

/// Messages of Kafka's protocol: what can be read can be written, and says the same when it is read again.
enum MessageTarget {
    /// A request of one API: the first byte chooses the version, the rest is the body.
    static func runRequest(_ type: any KafkaRequest.Type, _ input: ByteSlice) {
        guard let (version, body) = split(input, type) else { return }
        check(type, body, version: version)
    }

    /// A frame without its length, as the server reads one: the header says of what API and version the body is.
    static func runFrame(_ input: ByteSlice) {
        guard let (header, reader) = try? KafkaFrame.decodeRequestHeader(input) else { return }
        demand(reader.position + reader.remaining == input.count, "a header that goes beyond its frame")
        if let again = rewritten(header) { demand(again == header, "\(header) became \(again)") }
        guard let type = header.apiKey.requestType, type.versions.contains(header.apiVersion) else { return }
        check(type, input[reader.position..<input.count], version: header.apiVersion)
    }

    /// A response: two bytes choose the API and the version, the rest is the body.
    static func runResponse(_ input: ByteSlice) {
        guard let choice = input.array.first else { return }
        let key = APIKey.supported[Int(choice) % APIKey.supported.count]
        guard let request = key.requestType else { return }
        let response = responseType(of: request)
        guard let (version, body) = split(input[1..<input.count], response) else { return }
        check(response, body, version: version)
    }

    /// A message behind its version, as it rests in a record or travels through the coordinator.
    static func runBlob(_ type: any KafkaMessage.Type, _ input: ByteSlice) {
        var reader = ProtocolReader(input)
        guard let version = try? reader.readInt16("version") else { return }
        // Versions to come are read as the newest that there is.
        check(type, input[2..<input.count], version: min(version, type.versions.upperBound))
    }

    /// What the body says survives being written and read again, and the second writing gives the same bytes.
    ///
    /// Unknown tagged fields are all that is lost. Text that was not UTF-8 grows when it is read, to three bytes for
    /// each at most: inputs of 8 KiB stay below the longest string that there is a form for.
    private static func check(_ type: (some KafkaMessage).Type, _ body: ByteSlice, version: Int16) {
        var reader = ProtocolReader(body)
        guard let message = try? type.init(from: &reader, version: version) else { return }
        demand(reader.position <= body.count, "\(type) \(version) was read beyond its end")
        do {
            let bytes = try encoded(message, version: version)
            var reader = ProtocolReader(bytes)
            let again = try type.init(from: &reader, version: version)
            demand(reader.remaining == 0, "\(type) \(version) left \(reader.remaining) of its own bytes")
            // A number that is none is not even equal when the same bytes are read twice.
            var twin = ProtocolReader(body)
            let isComparable = isEqual(message, try type.init(from: &twin, version: version))
            demand(!isComparable || isEqual(message, again), "\(type) \(version): \(message) became \(again)")
            demand(
                try encoded(again, version: version) == bytes, "\(type) \(version): \(message) was written in two ways")
        } catch {
            fatalError("\(type) \(version): what was read, \(message), cannot be written and read again: \(error)")
        }
    }

    private static func encoded(_ message: some KafkaMessage, version: Int16) throws -> ByteSlice {
        var writer = ProtocolWriter()
        try message.encode(into: &writer, version: version)
        return try writer.finish().joined()
    }

    private static func rewritten(_ header: RequestHeader) -> RequestHeader? {
        // Of an API or version that is not known the form is not either: such a header is read and never written.
        guard let versions = header.apiKey.supportedVersions, versions.contains(header.apiVersion) else { return nil }
        var writer = ProtocolWriter()
        do {
            try header.encode(into: &writer)
            var reader = ProtocolReader(try writer.finish().joined())
            return try RequestHeader(from: &reader)
        } catch {
            fatalError("\(header) cannot be written and read again: \(error)")
        }
    }

    private static func isEqual(_ first: some KafkaMessage, _ second: some KafkaMessage) -> Bool {
        func equals<Value: Equatable>(_ value: Value) -> Bool { value == second as? Value }
        guard let comparable = first as? any Equatable else { fatalError("\(first) cannot be compared") }
        return equals(comparable)
    }

    private static func responseType<Request: KafkaRequest>(of type: Request.Type) -> any KafkaMessage.Type {
        Request.Response.self
    }

    private static func split(_ input: ByteSlice, _ type: any KafkaMessage.Type) -> (Int16, ByteSlice)? {
        guard let choice = input.array.first else { return nil }
        let versions = type.versions
        return (versions.lowerBound + Int16(choice) % Int16(versions.count), input[1..<input.count])
    }
}

// MARK: - Inputs to begin with

extension MessageTarget {
    static func requestSeeds(_ type: any KafkaRequest.Type) -> [ByteSlice] {
        type.versions.enumerated().map { index, version in
            ByteSlice([UInt8(index)] + GrownMessage.body(of: type, version: version))
        }
    }

    /// A frame of each API, in its newest version.
    static var frameSeeds: [ByteSlice] {
        APIKey.supported.compactMap { key in
            guard let type = key.requestType else { return nil }
            let version = type.versions.upperBound
            let header = RequestHeader(apiKey: key, apiVersion: version, correlationID: 7, clientID: "fuzz")
            var writer = ProtocolWriter()
            do {
                try header.encode(into: &writer)
                return ByteSlice(try writer.finish().joined().array + GrownMessage.body(of: type, version: version))
            } catch {
                fatalError("no header for \(key): \(error)")
            }
        }
    }

    /// A response of each API, in its newest version.
    static var responseSeeds: [ByteSlice] {
        APIKey.supported.enumerated().compactMap { index, key in
            guard let type = key.requestType.map({ responseType(of: $0) }) else { return nil }
            let body = GrownMessage.body(of: type, version: type.versions.upperBound)
            return ByteSlice([UInt8(index), UInt8(type.versions.count - 1)] + body)
        }
    }
}

extension MessageTarget {
    /// A message of each version, behind it.
    static func blobSeeds(_ type: any KafkaMessage.Type) -> [ByteSlice] {
        type.versions.map { version in
            ByteSlice([0, UInt8(version)] + GrownMessage.body(of: type, version: version))
        }
    }
}

extension FuzzTarget {
    /// One target for each request that the protocol's table of APIs has a message for.
    static let requests: [FuzzTarget] = APIKey.supported.compactMap { key in
        guard let type = key.requestType else { return nil }
        return FuzzTarget("request-\(dashed(key.name))", seeds: MessageTarget.requestSeeds(type)) {
            MessageTarget.runRequest(type, $0)
        }
    }

    /// `ListOffsets` as `list-offsets`.
    private static func dashed(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            if character.isUppercase && !text.isEmpty { text += "-" }
            text += character.lowercased()
        }
    }
}
