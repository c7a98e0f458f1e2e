/// Where the plug-ins that are found become known to connectors' configurations.
package protocol PluginRegistry: Sendable {
    /// Adds a plug-in, in place of an earlier version of it.
    ///
    /// - Returns: `false` where a class of that name is linked into the program; that one stays.
    func register(_ plugin: HostedPlugin) -> Bool

    /// Removes a plug-in.
    func unregister(_ plugin: HostedPlugin)
}
