extension PluginCatalog {
    /// What metrics tell about the connector that a configuration describes.
    func metricsDescription(of configuration: [String: String]) -> WorkerMetrics.Description {
        let name = configuration["connector.class"] ?? ""
        let plugin = connector(of: configuration)
        return WorkerMetrics.Description(
            kind: kind(of: configuration), className: plugin?.description.className ?? name,
            version: plugin?.description.version)
    }
}
