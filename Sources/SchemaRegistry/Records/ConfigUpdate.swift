import JSON

/// A change of a configuration: members that a request has are set, those that it has as null are unset.
struct ConfigUpdate: Sendable {
    private let values: SubjectConfig
    private let names: Set<String>

    /// What requests call the level.
    static let levelName = "compatibility"

    /// Reads a request.
    init(_ object: JSONObject) throws(ShapeError) {
        values = try SubjectConfig(object, levelName: Self.levelName)
        names = Set(object.members.map(\.name))
    }

    /// The rules that the change brings.
    var ruleSets: [RuleSet] { [values.defaultRuleSet, values.overrideRuleSet].compactMap { $0 } }

    /// What comes of a configuration.
    func applied(to old: SubjectConfig) -> SubjectConfig {
        var config = old
        if names.contains("alias") { config.alias = values.alias }
        if names.contains("aliasForDeks") { config.aliasForDeks = values.aliasForDeks }
        if names.contains("normalize") { config.normalize = values.normalize }
        if names.contains("validateFields") { config.validateFields = values.validateFields }
        if names.contains("validateNewSchemas") { config.validateNewSchemas = values.validateNewSchemas }
        if names.contains("validateRules") { config.validateRules = values.validateRules }
        if names.contains(Self.levelName) { config.level = values.level }
        if names.contains("compatibilityPolicy") { config.policy = values.policy }
        if names.contains("compatibilityGroup") { config.group = values.group }
        if names.contains("defaultMetadata") { config.defaultMetadata = values.defaultMetadata }
        if names.contains("overrideMetadata") { config.overrideMetadata = values.overrideMetadata }
        if names.contains("defaultRuleSet") { config.defaultRuleSet = values.defaultRuleSet }
        if names.contains("overrideRuleSet") { config.overrideRuleSet = values.overrideRuleSet }
        return config
    }
}
