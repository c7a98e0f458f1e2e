import SchemaFormat

/// What the server's own configuration says about subjects.
struct RegistryRules: Sendable {
    /// The level where none is set (`schema.compatibility.level`).
    var level = CompatibilityLevel.backward
    /// Whether reserved fields are looked for where nothing is set (`schema.validate.fields`).
    var validatesFields = false
    /// Whether new schemas are held to rules that registered ones need not keep (`schema.validate.new.schemas`).
    var validatesNewSchemas = true
    /// Whether modes may be changed (`mode.mutability`).
    var allowsModeChanges = true
    /// Whether subjects without a name are refused (`schema.reject.empty.subject`).
    var rejectsEmptySubjects = false
    /// Whether a name that leads to two versions is an error (`reference.versions.strict`).
    var isStrictAboutReferences = false

    /// What counts where nothing is set.
    var defaults: SubjectConfig {
        var config = SubjectConfig()
        config.level = level
        return config
    }
}
