import JSON

/// Who the writer is: what the group's leader gives every member, as Confluent's does.
struct WriterAssignment: Sendable, Hashable {
    /// Whether two members say that they are reached in the same place, so that nobody can forward.
    var hasDuplicateURLs: Bool
    /// The writer's name in the group.
    var memberID: String?
    /// The writer; `nil` where nobody may be it.
    var identity: InstanceIdentity?

    private static let version = 1
    private static let duplicateURLs = 1

    /// Chooses the writer.
    ///
    /// - Parameters:
    ///   - members: The members by their names in the group.
    ///   - isSticky: Whether the one that writes now stays.
    init(electing members: [String: InstanceIdentity], isSticky: Bool) {
        let candidates = members.filter(\.value.isEligible)
        let incumbents = candidates.filter(\.value.isWriter)
        let field = isSticky && incumbents.count == 1 ? incumbents : candidates
        let elected = field.min { ($0.value.url, $0.key) < ($1.value.url, $1.key) }
        hasDuplicateURLs = Set(members.values.map(\.url)).count < members.count
        memberID = elected?.key
        identity = elected?.value
    }

    /// Reads an assignment; `nil` for what is none.
    init?(parsing bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let object = json.object else { return nil }
        hasDuplicateURLs = ((try? object.integer("error")) ?? 0) != 0
        memberID = (try? object.text("master")) ?? nil
        identity = object["master_identity"].flatMap(InstanceIdentity.init)
    }

    /// The assignment as it is given.
    var utf8: [UInt8] {
        var object = JSONObject()
        object["error"] = .integer(hasDuplicateURLs ? Self.duplicateURLs : 0)
        object.set("master", memberID.map(JSONValue.string))
        object.set("master_identity", identity?.json)
        object["version"] = .integer(Self.version)
        return JSONValue.object(object).utf8
    }
}
