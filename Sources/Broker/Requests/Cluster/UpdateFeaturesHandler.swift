import KafkaProtocol
import Logging

extension UpdateFeaturesRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<UpdateFeaturesResponse>) {
        Task { reply(await broker.updateFeatures(self, context)) }
    }
}

extension Broker {
    /// Raises or lowers the levels of features, all that are named or none (KIP-584, KIP-1022).
    func updateFeatures(_ request: UpdateFeaturesRequest, _ context: RequestContext) async -> UpdateFeaturesResponse {
        do {
            guard authorizer.allows(context.principal, .alter, .cluster) else {
                throw RequestRefusal(.clusterAuthorizationFailed)
            }
            try await topics.inTurn { [self] in
                let image = metadata.image
                var levels = image.features
                try Self.apply(request, to: &levels, context)
                guard !request.validateOnly, levels != image.features else { return }
                levels.epoch += 1
                try await metadata.put(levels, basedOn: image)
                logger.info("features are now at levels \(levels.levels)")
            }
            return UpdateFeaturesResponse(
                errorMessage: nil,
                results: context.version > 1
                    ? [] : request.featureUpdates.map { .init(feature: $0.feature, errorMessage: nil) })
        } catch {
            let refusal = refusal(for: error, "changing features")
            return UpdateFeaturesResponse(errorCode: refusal.code.rawValue, errorMessage: refusal.message)
        }
    }

    /// Makes the changes that a request asks for.
    ///
    /// - Throws: ``RequestRefusal`` with INVALID_REQUEST for none, or two of one feature; INVALID_UPDATE_VERSION for a
    ///   level that the feature has not, or in the direction that was not asked for.
    private static func apply(
        _ request: UpdateFeaturesRequest, to levels: inout FeatureLevels, _ context: RequestContext
    ) throws(RequestRefusal) {
        guard !request.featureUpdates.isEmpty else {
            throw RequestRefusal(.invalidRequest, "no features are named")
        }
        guard Set(request.featureUpdates.map(\.feature)).count == request.featureUpdates.count else {
            throw RequestRefusal(.invalidRequest, "a feature is named more than once")
        }
        for update in request.featureUpdates {
            func refuse(_ reason: String) -> RequestRefusal {
                RequestRefusal(
                    .invalidUpdateVersion,
                    "Invalid update version \(update.maxVersionLevel) for feature \(update.feature). \(reason)")
            }
            // Version 0 says with a flag what later ones say with a number.
            let kind = context.version == 0 ? (update.allowDowngrade ? 2 : 1) : update.upgradeType
            guard (1...3).contains(kind) else {
                throw refuse("The controller does not support the given upgrade type.")
            }
            guard let feature = Feature.byName[update.feature] else {
                throw refuse("This broker does not support this feature.")
            }
            let (next, present) = (update.maxVersionLevel, levels.level(feature))
            guard next >= 0 else { throw refuse("A feature version cannot be less than 0.") }
            guard feature.supported.contains(next) else {
                throw refuse(
                    "This broker supports versions \(feature.supported.lowerBound) to \(feature.supported.upperBound).")
            }
            guard next >= present || kind != 1 else {
                throw refuse(
                    "Can't downgrade the version of this feature without setting the upgrade type to either safe or "
                        + "unsafe downgrade.")
            }
            guard next <= present || kind == 1 else { throw refuse("Can't downgrade to a newer version.") }
            levels.levels[feature.name] = next
        }
    }
}
