import KafkaProtocol

extension Broker {
    /// The level of `feature` that the cluster has agreed on.
    func level(of feature: Feature) -> Int16 { metadata.image.features.level(feature) }

    /// The APIs and versions served, and the features.
    ///
    /// - Parameter version: Of the answer: clients before version 4 cannot read of a feature that can be switched off.
    func apiVersions(version: Int16, error: ErrorCode = .none) -> ApiVersionsResponse {
        let levels = metadata.image.features
        return ApiVersionsResponse(
            errorCode: error.rawValue, apiKeys: RequestRouter.served,
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
