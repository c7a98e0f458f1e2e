import KafkaClient
import RecordFormat

extension RESTProxySettings {
    /// Reads `producer.` and `client.` keys. Whatever they say of `acks`, a 200 means all in-sync replicas.
    static func producer(_ reader: PropertyReader) throws -> ProducerConfiguration {
        let reader = reader.narrowed(to: "producer.", then: "client.")
        var configuration = ProducerConfiguration(acknowledgement: .all, isIdempotent: true)
        if let name = reader.text("compression.type") {
            guard let codec = CompressionCodec.allCases.first(where: { $0.name == name }) else {
                throw RESTProxySettingsError(
                    "producer.compression.type is \(name); it has to be none, gzip, snappy, lz4 or zstd")
            }
            configuration.compression = codec
        }
        configuration.batchSize = try reader.integer("batch.size", or: 64 << 10, in: 1...(64 << 20))
        configuration.linger = try reader.milliseconds("linger.ms", or: .zero)
        configuration.maximumRequestSize = try reader.integer("max.request.size", or: 1 << 20, in: 1...(1 << 30))
        configuration.bufferMemory = try reader.integer("buffer.memory", or: 32 << 20, in: 1...Int.max)
        configuration.maximumBlockTime = try reader.milliseconds("max.block.ms", or: .seconds(60))
        configuration.deliveryTimeout = try reader.milliseconds("delivery.timeout.ms", or: .seconds(120))
        configuration.requestTimeout = try reader.milliseconds("request.timeout.ms", or: .seconds(30))
        return configuration
    }
}
