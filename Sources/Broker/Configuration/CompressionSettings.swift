internal import LogCore
internal import RecordFormat

/// `compression.type` and the levels of its codecs (KIP-390), as text and as the log takes them.
enum CompressionSettings {
    static let types = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]
    static let gzipLevels = ["-1"] + (1...9).map(String.init)

    /// The policy that the settings spell; `value` gives each by its key.
    static func policy(_ value: (String) -> String) -> CompressionPolicy {
        guard let codec = CompressionCodec(name: value("compression.type")) else { return .producer }
        let level: Int32? =
            switch codec {
            case .none, .snappy: nil
            case .gzip: Int32(value("compression.gzip.level")).flatMap { $0 == -1 ? nil : $0 }
            // The default names the fast compressor, which is none of the levels.
            case .lz4: Int32(value("compression.lz4.level")).flatMap { $0 == 9 ? nil : $0 }
            case .zstd: Int32(value("compression.zstd.level"))
            }
        return .always(codec, level: level)
    }
}
