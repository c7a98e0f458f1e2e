import ConnectAPI

/// The transforms that a connector's records go through, in the order of its `transforms` key.
struct TransformChain: Sendable {
    private var transforms: [any Transform] = []

    /// Whether records pass unchanged.
    var isEmpty: Bool { transforms.isEmpty }

    /// Makes and configures the transforms that a connector's configuration names.
    init(_ configuration: [String: String], plugins: PluginCatalog) async throws {
        let aliases = (configuration["transforms"] ?? "").split(separator: ",").map { String($0).trimmingSpace }
        for alias in aliases where !alias.isEmpty {
            var settings = configuration.entries(under: "transforms.\(alias).")
            guard let className = settings.removeValue(forKey: "type") else {
                throw ConnectError(.invalidConfiguration, "The transform '\(alias)' has no type")
            }
            let transform = try plugins.makeTransform(className)
            try await transform.configure(settings)
            transforms.append(transform)
        }
    }

    /// The record as it leaves the last transform; `nil` when one dropped it.
    func apply<Record: ConnectRecord>(_ record: Record) async throws -> Record? {
        var record = record
        for transform in transforms {
            guard let next = try await transform.apply(record) else { return nil }
            record = next
        }
        return record
    }

    /// Ends the transforms.
    func close() async {
        for transform in transforms { await transform.close() }
    }
}
