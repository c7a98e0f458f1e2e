import JSON

/// The rules of a schema.
struct RuleSet: Sendable, Hashable {
    /// Rules between versions.
    var migration: [SchemaRule]
    /// Rules for values.
    var domain: [SchemaRule]
    /// Rules for bytes.
    var encoding: [SchemaRule]
    /// Where rules are applied: ALL, CLIENT, GATEWAY, SERVER or NONE; `nil` where nobody said.
    var enableAt: String?

    private static let places: Set<String> = ["ALL", "CLIENT", "GATEWAY", "SERVER", "NONE"]

    /// Reads it from JSON.
    init(_ object: JSONObject) throws(ShapeError) {
        migration = try Self.rules(object, "migrationRules")
        domain = try Self.rules(object, "domainRules")
        encoding = try Self.rules(object, "encodingRules")
        enableAt = try object.text("enableAt")
        if let enableAt, !Self.places.contains(enableAt) {
            throw ShapeError("'enableAt' of a rule set cannot be \(enableAt)")
        }
    }

    private static func rules(_ object: JSONObject, _ name: String) throws(ShapeError) -> [SchemaRule] {
        var rules: [SchemaRule] = []
        for json in try object.list(name) ?? [] { rules.append(try SchemaRule(json)) }
        return rules
    }

    /// The rules as JSON: what is empty is left out.
    var json: JSONValue {
        var object = JSONObject()
        for (name, rules) in [("migrationRules", migration), ("domainRules", domain), ("encodingRules", encoding)]
        where !rules.isEmpty {
            object[name] = .array(rules.map(\.json))
        }
        object.set("enableAt", enableAt.map(JSONValue.string))
        return .object(object)
    }

    /// What is wrong with the rules; `nil` if nothing is.
    var problem: String? {
        var names: Set<String> = []
        let groups = [
            (migration, true, "Migration rules can only be UPGRADE, DOWNGRADE, UPDOWN"),
            (domain, false, "Domain rules can only be WRITE, READ, WRITEREAD"),
            (encoding, false, "Encoding rules can only be WRITE, READ, WRITEREAD"),
        ]
        for (rules, isMigration, message) in groups {
            for rule in rules {
                let name = rule.name ?? "null"
                guard names.insert(name).inserted else { return "Found rule with duplicate name '\(name)'" }
                if let problem = rule.problem { return problem }
                if rule.mode.isOfMigration != isMigration { return message }
            }
        }
        return nil
    }

    /// Whether there is a rule of a type.
    func hasRules(ofType type: String) -> Bool { (migration + domain + encoding).contains { $0.type == type } }

    /// The rules with what another set says beside, and instead of rules of the same names.
    func overridden(by other: RuleSet) -> RuleSet {
        func merged(_ old: [SchemaRule], _ new: [SchemaRule]) -> [SchemaRule] {
            let names = Set(new.map(\.name))
            return old.filter { !names.contains($0.name) } + new
        }
        var set = self
        set.migration = merged(migration, other.migration)
        set.domain = merged(domain, other.domain)
        set.encoding = merged(encoding, other.encoding)
        set.enableAt = other.enableAt ?? enableAt
        return set
    }

    /// Feeds a schema's fingerprint, in the order that others have too.
    func feed(_ add: (String) -> Void, mark: () -> Void) {
        for rule in migration + domain + encoding { rule.feed(add, mark: mark) }
        if let enableAt { add(enableAt) }
    }
}

extension RuleSet? {
    /// One beside and instead of another, where there is one.
    func overridden(by other: RuleSet?) -> RuleSet? {
        guard let self else { return other }
        return other.map { self.overridden(by: $0) } ?? self
    }
}
