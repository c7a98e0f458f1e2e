package import ConnectPluginHost
import Synchronization

extension PluginCatalog: PluginRegistry {
    /// Adds a connector that lives in a directory of `plugin.path`, in place of what was there under the same version,
    /// and of `old`, at once.
    ///
    /// - Returns: `false` where a connector of that class is linked in; configurations trust its name, so that one stays.
    package func register(_ plugin: HostedPlugin, replacing old: HostedPlugin?) -> Bool {
        let manifest = plugin.manifest
        let (kind, factory): (Kind, Factory) =
            switch manifest.kind {
            case .source: (.source, .source { plugin.makeSource() })
            case .sink: (.sink, .sink { plugin.makeSink() })
            }
        let entry = Plugin(
            Description(className: manifest.className, kind: kind, version: manifest.version), factory,
            program: ObjectIdentifier(plugin))
        return plugins.withLock { plugins in
            let namesakes = plugins.filter { plugin in
                plugin.description.className == manifest.className
                    && [.source, .sink].contains(plugin.description.kind)
            }
            guard namesakes.allSatisfy(\.isHosted) else { return false }
            let replaced = old.map(ObjectIdentifier.init)
            plugins.removeAll { plugin in
                if plugin.description.className == manifest.className, plugin.description.version == manifest.version {
                    return plugin.isHosted
                }
                return plugin.isHosted && plugin.program == replaced
            }
            plugins.append(entry)
            return true
        }
    }

    /// Removes such a connector; what runs of it hears of that from its host.
    package func unregister(_ plugin: HostedPlugin) {
        plugins.withLock { $0.removeAll { $0.program == ObjectIdentifier(plugin) } }
    }
}
