import RecordFormat

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The records of settings, quotas and features.
extension MetadataRecord {
    struct FeaturesValue: Codable {
        var epoch: Int64
        var levels: [String: Int16]
    }

    /// What a key calls the kind of a resource.
    static func word(_ kind: ConfigurationResource.Kind) -> String {
        switch kind {
        case .topic: "topic"
        case .broker: "broker"
        case .brokerLogger: "broker-logger"
        case .clientMetrics: "client-metrics"
        case .group: "group"
        }
    }

    /// An entity as a key spells it: its parts as JSON, where null is the default.
    static func text(_ entity: QuotaEntity) -> String {
        let parts = Dictionary(uniqueKeysWithValues: entity.parts.map { ($0.part.rawValue, $0.name.text) })
        guard let bytes = try? json(parts) else { preconditionFailure("three texts are JSON") }
        return bytes.string
    }

    /// Reads the record of a setting, a quota or features; `nil` if `key` is of nothing known.
    static func setting(_ key: String, _ value: ByteSlice?) throws -> MetadataRecord? {
        let data = value.map { Data($0.array) }
        if key == Key.features, let data {
            let value = try JSONDecoder().decode(FeaturesValue.self, from: data)
            return .features(FeatureLevels(epoch: value.epoch, levels: value.levels))
        }
        if key.hasPrefix(Key.configuration) {
            let parts = key.dropFirst(Key.configuration.count).split(
                separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2,
                let kind = ConfigurationResource.Kind.allCases.first(where: { word($0) == String(parts[0]) })
            else { return nil }
            return .configuration(
                ConfigurationResource(kind: kind, name: String(parts[1])),
                try data.map { try JSONDecoder().decode([String: String].self, from: $0) })
        }
        guard key.hasPrefix(Key.quota) else { return nil }
        let names = try JSONDecoder().decode(
            [String: String?].self, from: Data(key.dropFirst(Key.quota.count).utf8))
        var entity = QuotaEntity()
        for (word, name) in names {
            guard let part = QuotaEntity.Part(rawValue: word) else { throw Fault("'\(word)' is no part of an entity") }
            entity[part] = QuotaEntity.Name(name)
        }
        return .quota(entity, try data.map(limits))
    }

    /// Quotas that a later version has beside these are passed over.
    private static func limits(_ data: Data) throws -> [QuotaKey: Double] {
        let named = try JSONDecoder().decode([String: Double].self, from: data)
        return Dictionary(
            uniqueKeysWithValues: named.compactMap { name, limit in QuotaKey(rawValue: name).map { ($0, limit) } })
    }
}
