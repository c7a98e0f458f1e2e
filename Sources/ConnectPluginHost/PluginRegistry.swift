/// Where the plug-ins that are found become known to connectors' configurations.
package protocol PluginRegistry: Sendable {
    /// Adds a plug-in beside its other versions, in place of what has the same version and, at once, of `old`.
    ///
    /// - Returns: `false` where a class of that name is linked into the program; that one stays.
    func register(_ plugin: HostedPlugin, replacing old: HostedPlugin?) -> Bool

    /// Removes a plug-in; its other versions stay.
    func unregister(_ plugin: HostedPlugin)
}
