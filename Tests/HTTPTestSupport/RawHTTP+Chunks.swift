extension RawHTTP {
    /// A body without what stands around its chunks (RFC 9112 section 7.1); as far as it is whole.
    public static func joined(chunks: ArraySlice<UInt8>) -> [UInt8] {
        var rest = chunks
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: 0x0D) {
            guard let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), size > 0,
                end + 2 + size <= rest.endIndex
            else { break }
            body += rest[(end + 2)..<(end + 2 + size)]
            rest = rest[min(end + 4 + size, rest.endIndex)...]
        }
        return body
    }
}
