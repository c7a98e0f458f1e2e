import ConnectRuntime
import FileStream
import RegistryConverters
import SchemaClient

/// The connectors that the program brings along, and the converters that a worker does not have by itself.
enum BuiltInPlugins {
    /// A catalog of them.
    ///
    /// - Parameter ownRegistry: Makes clients of the registry in this process, for converters that name none; `nil` where
    ///   there is none, so that they have to.
    static func catalog(ownRegistry: (@Sendable () -> SchemaClient)? = nil) -> PluginCatalog {
        let plugins = PluginCatalog(version: Version.current)
        plugins.registerSource(FileStreamSourceConnector.className, version: Version.current) {
            FileStreamSourceConnector(version: Version.current)
        }
        plugins.registerSink(FileStreamSinkConnector.className, version: Version.current) {
            FileStreamSinkConnector(version: Version.current)
        }
        let makeClient = ownRegistry.map { own -> RegistryConverters.MakeClient in
            { configuration in
                let url = configuration["schema.registry.url"] ?? ""
                return url.isEmpty ? own() : try RegistryConverters.makeHTTPClient(configuration)
            }
        }
        for entry in RegistryConverters.all(makeClient: makeClient) {
            plugins.registerConverter(
                entry.className, version: Version.current, definition: entry.definition, make: entry.make)
        }
        return plugins
    }
}
