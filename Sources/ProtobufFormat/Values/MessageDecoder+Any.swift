import JSON

extension MessageDecoder {
    /// An `Any`: the fields of the message in it beside its type. Messages that are no objects stand in `value`; of a type that
    /// the schema does not know, the bytes do.
    mutating func content(ofAny range: Range<Int>, _ bytes: [UInt8], depth: Int) throws(ValueFailure) -> JSONValue {
        guard depth < WireReader.depthLimit else { throw .limit(WireReader.Failure.tooDeep.text) }
        let found: (url: Range<Int>, value: Range<Int>)
        do {
            found = try Self.parts(ofAny: range, bytes, depth: depth)
        } catch {
            throw .bytes(error.text)
        }
        var object = JSONObject()
        guard !found.url.isEmpty || !found.value.isEmpty else { return .object(object) }
        let url = try Scalars.text(bytes[found.url])
        object["@type"] = .string(url)
        guard let id = types.message(atURL: url) else {
            object["value"] = .string(Base64.encode(bytes[found.value]))
            return .object(object)
        }
        let value: JSONValue
        do {
            value = try message(id, bytes, found.value, depth: depth + 1)
        } catch {
            throw error.within("value")
        }
        guard types[id].wellKnown == nil, let members = value.object else {
            object["value"] = value
            return .object(object)
        }
        for member in members { object[member.name] = member.value }
        return .object(object)
    }

    private static func parts(
        ofAny range: Range<Int>, _ bytes: [UInt8], depth: Int
    ) throws(WireReader.Failure) -> (url: Range<Int>, value: Range<Int>) {
        var url = range.lowerBound..<range.lowerBound
        var value = url
        var reader = WireReader(bytes, range)
        while !reader.isAtEnd {
            switch try reader.tag() {
            case (1, .lengthDelimited): url = try reader.lengthDelimited()
            case (2, .lengthDelimited): value = try reader.lengthDelimited()
            case (let number, let type): try reader.skip(number, type, depth: depth)
            }
        }
        return (url, value)
    }
}

extension TypeTable {
    /// The message that an `Any` names by what stands behind the last slash of a URL.
    func message(atURL url: String) -> MessageID? {
        guard let slash = url.lastIndex(of: "/") else { return nil }
        return message(named: String(url[url.index(after: slash)...]))
    }
}
