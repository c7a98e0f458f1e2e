package import ConnectPluginHost
import Synchronization

extension PluginCatalog: PluginRegistry {
    /// Adds a connector that lives in a directory of `plugin.path`, in place of an earlier version of it.
    ///
    /// - Returns: `false` where a connector of that class is linked in; configurations trust its name, so that one stays.
    package func register(_ plugin: HostedPlugin) -> Bool {
        let manifest = plugin.manifest
        let (kind, factory): (Kind, Factory) =
            switch manifest.kind {
            case .source: (.source, .source { plugin.makeSource() })
            case .sink: (.sink, .sink { plugin.makeSink() })
            }
        let entry = Plugin(
            description: Description(className: manifest.className, kind: kind, version: manifest.version),
            factory: factory, isHosted: true)
        return plugins.withLock { plugins in
            let namesakes = plugins.filter { plugin in
                plugin.description.className == manifest.className
                    && [.source, .sink].contains(plugin.description.kind)
            }
            guard namesakes.allSatisfy(\.isHosted) else { return false }
            plugins.removeAll { $0.isHosted && $0.description.className == manifest.className }
            plugins.append(entry)
            return true
        }
    }

    /// Removes such a connector; what runs of it hears of that from its host.
    package func unregister(_ plugin: HostedPlugin) {
        plugins.withLock { $0.removeAll { $0.isHosted && $0.description.className == plugin.manifest.className } }
    }
}
