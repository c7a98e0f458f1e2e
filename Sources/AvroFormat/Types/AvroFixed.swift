/// A fixed: so many bytes.
public final class AvroFixed: Sendable {
    /// The name.
    public let name: AvroName
    /// Other names under which it reads data.
    public let aliases: [AvroName]
    /// What its author says of it.
    public let documentation: String?
    /// The number of bytes.
    public let size: Int

    init(name: AvroName, aliases: [AvroName], documentation: String?, size: Int) {
        self.name = name
        self.aliases = aliases
        self.documentation = documentation
        self.size = size
    }
}
