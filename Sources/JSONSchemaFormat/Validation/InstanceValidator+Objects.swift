import JSON

extension InstanceValidator {
    /// Rules for objects; all others are obeyed by an object.
    mutating func obeys(_ object: JSONObject, _ rule: SchemaRule, _ evaluated: inout Evaluated) -> Bool {
        switch rule {
        case .minProperties(let count):
            return object.count >= count || fail("minProperties", "it has fewer than \(count) members")
        case .maxProperties(let count):
            return object.count <= count || fail("maxProperties", "it has more than \(count) members")
        case .required(let names): return has(names, object, "required")
        case .members(let rules): return obeys(object, rules, &evaluated)
        case .propertyNames(let id):
            for member in object {
                guard fits(.string(member.name), at: .member(member.name), id, because: "propertyNames") else {
                    return false
                }
            }
            return true
        case .dependentRequired(let lists):
            for (name, names) in lists where object[name] != nil {
                guard has(names, object, "dependentRequired") else { return false }
            }
            return true
        case .dependentSchemas(let schemas):
            for (name, id) in schemas where object[name] != nil {
                guard fits(.object(object), id, &evaluated) else { return false }
            }
            return true
        case .unevaluatedProperties(let id):
            for member in object where !evaluated.contains(name: member.name) {
                guard fits(member.value, at: .member(member.name), id, because: "unevaluatedProperties") else {
                    return false
                }
            }
            evaluated.insertAllNames()
            return true
        default: return true
        }
    }

    private mutating func has(_ names: [String], _ object: JSONObject, _ keyword: String) -> Bool {
        guard charge(names.count / 16) else { return false }
        for name in names where object[name] == nil { return fail(keyword, "the member '\(name)' is missing") }
        return true
    }

    private mutating func obeys(_ object: JSONObject, _ rules: MemberRules, _ evaluated: inout Evaluated) -> Bool {
        for member in object {
            var isKnown = false
            if let id = rules.named[member.name] {
                isKnown = true
                guard fits(member.value, at: .member(member.name), id) else { return false }
            }
            for (pattern, id) in rules.patterns where matches(member.name, pattern) {
                isKnown = true
                guard fits(member.value, at: .member(member.name), id) else { return false }
            }
            if !isKnown, let id = rules.additional {
                isKnown = true
                guard fits(member.value, at: .member(member.name), id, because: "additionalProperties") else {
                    return false
                }
            }
            if isKnown { evaluated.insert(name: member.name) }
        }
        return true
    }
}
