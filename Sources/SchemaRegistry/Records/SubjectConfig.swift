import JSON
import SchemaFormat

/// What is set for a subject, a context or everything: the value of a CONFIG record. What is `nil` is not set.
struct SubjectConfig: Sendable, Hashable {
    var alias: String?
    var aliasForDeks: String?
    var normalize: Bool?
    var validateFields: Bool?
    var validateNewSchemas: Bool?
    var validateRules: Bool?
    var level: CompatibilityLevel?
    /// LOGICAL, STRICT or LENIENT: kept and answered; there is one policy here, which is STRICT.
    var policy: String?
    /// The property whose value says which versions a new one is compared with.
    var group: String?
    var defaultMetadata: SchemaMetadata?
    var overrideMetadata: SchemaMetadata?
    var defaultRuleSet: RuleSet?
    var overrideRuleSet: RuleSet?

    /// Nothing is set.
    init() {}

    /// Reads it from JSON.
    ///
    /// - Parameter levelName: What the level is called: `compatibilityLevel` in records, `compatibility` in requests.
    /// - Throws: ``ShapeError``; a level that there is not is one too, as a policy is.
    init(_ object: JSONObject, levelName: String = Self.recordLevelName) throws(ShapeError) {
        alias = try object.text("alias")
        aliasForDeks = try object.text("aliasForDeks")
        normalize = try object.flag("normalize")
        validateFields = try object.flag("validateFields")
        validateNewSchemas = try object.flag("validateNewSchemas")
        validateRules = try object.flag("validateRules")
        if let text = try object.text(levelName) {
            guard let level = CompatibilityLevel(rawValue: text.uppercased()) else {
                throw ShapeError("'\(levelName)' cannot be \(text)")
            }
            self.level = level
        }
        policy = try object.text("compatibilityPolicy")?.uppercased()
        if let policy, !Self.policies.contains(policy) {
            throw ShapeError("'compatibilityPolicy' cannot be \(policy)")
        }
        group = try object.text("compatibilityGroup")
        if let object = try object.object("defaultMetadata") { defaultMetadata = try SchemaMetadata(object) }
        if let object = try object.object("overrideMetadata") { overrideMetadata = try SchemaMetadata(object) }
        if let object = try object.object("defaultRuleSet") { defaultRuleSet = try RuleSet(object) }
        if let object = try object.object("overrideRuleSet") { overrideRuleSet = try RuleSet(object) }
    }

    /// What records and answers call the level.
    static let recordLevelName = "compatibilityLevel"
    private static let policies: Set<String> = ["LOGICAL", "STRICT", "LENIENT"]

    /// The members in the order that others write; what is not set is left out.
    func members(levelName: String = Self.recordLevelName) -> JSONObject {
        var object = JSONObject()
        object.set("alias", alias.map(JSONValue.string))
        object.set("aliasForDeks", aliasForDeks.map(JSONValue.string))
        object.set("normalize", normalize.map(JSONValue.bool))
        object.set("validateFields", validateFields.map(JSONValue.bool))
        object.set("validateNewSchemas", validateNewSchemas.map(JSONValue.bool))
        object.set("validateRules", validateRules.map(JSONValue.bool))
        object.set(levelName, level.map { .string($0.rawValue) })
        object.set("compatibilityPolicy", policy.map(JSONValue.string))
        object.set("compatibilityGroup", group.map(JSONValue.string))
        object.set("defaultMetadata", defaultMetadata?.json)
        object.set("overrideMetadata", overrideMetadata?.json)
        object.set("defaultRuleSet", defaultRuleSet?.json)
        object.set("overrideRuleSet", overrideRuleSet?.json)
        return object
    }

    /// Whether metadata or rules of new schemas do not come from the request alone.
    var changesSchemas: Bool {
        defaultMetadata != nil || overrideMetadata != nil || defaultRuleSet != nil || overrideRuleSet != nil
    }

    /// The configuration of a subject with what it leaves open taken from what stands above it.
    ///
    /// An alias, metadata and rules are the subject's own or none.
    func inheriting(from above: SubjectConfig) -> SubjectConfig {
        var config = self
        config.normalize = normalize ?? above.normalize
        config.validateFields = validateFields ?? above.validateFields
        config.validateNewSchemas = validateNewSchemas ?? above.validateNewSchemas
        config.validateRules = validateRules ?? above.validateRules
        config.level = level ?? above.level
        config.policy = policy ?? above.policy
        config.group = group ?? above.group
        return config
    }
}
