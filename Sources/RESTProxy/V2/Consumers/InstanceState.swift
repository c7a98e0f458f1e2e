import JSON
import RecordFormat

/// What the cluster keeps of an instance, so that every proxy can go on with it.
struct InstanceState: Sendable, Hashable {
    /// What it was created with.
    var configuration: InstanceConfiguration
    /// What it reads.
    var target: InstanceTarget
    /// Where the proxy is reached that holds it.
    var owner: String

    /// The most bytes that are kept: a group's members travel in one record.
    static let sizeLimit = 512 * 1024

    /// Describes an instance.
    init(configuration: InstanceConfiguration, target: InstanceTarget, owner: String) {
        self.configuration = configuration
        self.target = target
        self.owner = owner
    }

    /// The state as a member of the shadow group tells it.
    ///
    /// - Throws: ``RESTError`` with status 422 for more than a group can keep.
    func encoded() throws -> ByteSlice {
        let json: JSONValue = [
            "version": 1, "owner": .string(owner), "configuration": configuration.stored, "target": target.stored,
        ]
        let bytes = json.utf8
        guard bytes.count <= Self.sizeLimit else {
            throw RESTError.validation(
                "The instance's topics or partitions take \(bytes.count) bytes and may take \(Self.sizeLimit)")
        }
        return ByteSlice(bytes)
    }

    /// Reads what ``encoded()`` wrote; `nil` for anything else.
    init?(decoding bytes: ByteSlice) {
        guard bytes.count <= Self.sizeLimit, let json = try? JSONValue(parsing: bytes.array),
            json["version"]?.int64 == 1, let owner = json["owner"]?.string
        else { return nil }
        self.owner = owner
        configuration = InstanceConfiguration(stored: json["configuration"])
        target = InstanceTarget(stored: json["target"])
    }
}
