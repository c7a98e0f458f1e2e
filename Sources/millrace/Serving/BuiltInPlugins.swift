import ConnectRuntime
import FileStream

/// The connectors that the program brings along.
enum BuiltInPlugins {
    /// A catalog of them.
    static func catalog() -> PluginCatalog {
        let plugins = PluginCatalog(version: Version.current)
        plugins.registerSource(FileStreamSourceConnector.className, version: Version.current) {
            FileStreamSourceConnector(version: Version.current)
        }
        plugins.registerSink(FileStreamSinkConnector.className, version: Version.current) {
            FileStreamSinkConnector(version: Version.current)
        }
        return plugins
    }
}
