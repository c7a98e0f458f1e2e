import ConnectRuntime
import FileStream
import RegistryConverters

/// The connectors that the program brings along, and the converters that a worker does not have by itself.
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
        for entry in RegistryConverters.all() {
            plugins.registerConverter(
                entry.className, version: Version.current, definition: entry.definition, make: entry.make)
        }
        return plugins
    }
}
