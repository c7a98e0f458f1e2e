import KafkaProtocol

extension Broker {
    /// The level of `feature` that the cluster has agreed on.
    func level(of feature: Feature) -> Int16 { metadata.image.features.level(feature) }

    /// The APIs by which clients push their metrics: listed only while there is a subscription (KIP-714).
    private static let ofMetrics = [APIKey.getTelemetrySubscriptions.rawValue, APIKey.pushTelemetry.rawValue]

    /// The APIs and versions served, and the features.
    ///
    /// - Parameter version: Of the answer: clients before version 4 cannot read of a feature that can be switched off.
    func apiVersions(version: Int16, error: ErrorCode = .none) -> ApiVersionsResponse {
        let levels = metadata.image.features
        // As with Kafka's brokers that have no use for metrics: a client that finds the requests listed goes on asking,
        // and librdkafka tells its user of it.
        let asksForMetrics = telemetry.hasSubscriptions
        return ApiVersionsResponse(
            errorCode: error.rawValue,
            apiKeys: RequestRouter.served.filter { asksForMetrics || !Self.ofMetrics.contains($0.apiKey) },
            supportedFeatures: Feature.all.filter { version >= 4 || $0.supported.lowerBound > 0 }.map {
                .init(name: $0.name, minVersion: $0.supported.lowerBound, maxVersion: $0.supported.upperBound)
            },
            finalizedFeaturesEpoch: levels.epoch,
            finalizedFeatures: Feature.all.compactMap { feature in
                // A feature at level 0 is switched off, which is to say that it is not there.
                let level = levels.level(feature)
                return level == 0 ? nil : .init(name: feature.name, maxVersionLevel: level, minVersionLevel: level)
            })
    }
}
