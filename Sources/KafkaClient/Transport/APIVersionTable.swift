package import KafkaProtocol

/// The versions of each request that one broker speaks (KIP-35).
package struct APIVersionTable: Sendable {
    private var ranges: [APIKey: ClosedRange<Int16>]

    /// Reads the broker's answer; a range that is upside down counts as none.
    package init(_ response: ApiVersionsResponse) {
        ranges = [:]
        for entry in response.apiKeys where entry.minVersion <= entry.maxVersion {
            ranges[APIKey(rawValue: entry.apiKey)] = entry.minVersion...entry.maxVersion
        }
    }

    /// The versions offered of one request; `nil` when the broker does not know it.
    package subscript(key: APIKey) -> ClosedRange<Int16>? { ranges[key] }
}
