/// What a look at one plug-in's directory found.
struct PluginSighting: Sendable, Hashable {
    /// What its `connector.json` describes, or what is wrong with it.
    enum Content: Sendable, Hashable {
        case plugins([PluginManifest])
        case problem(String)
    }

    /// Which bytes a file has, as far as that can be told without reading it.
    struct FileStamp: Sendable, Hashable {
        var path: String
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var modifiedSeconds: Int64
        var modifiedNanoseconds: Int64
    }

    /// The directory.
    var directory: String
    /// Its `connector.json` and the files that are named there.
    var files: [FileStamp]
    /// What was found.
    var content: Content
}
