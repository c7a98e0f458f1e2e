import JSON

extension InstanceValidator {
    /// Rules for numbers; all others are obeyed by a number.
    mutating func obeys(_ number: JSONNumber, _ rule: SchemaRule) -> Bool {
        switch rule {
        case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf:
            return charge(number.text.utf8.count / 64) && obeys(ExactDecimal(number), number, rule)
        default: return true
        }
    }

    private mutating func obeys(_ value: ExactDecimal, _ number: JSONNumber, _ rule: SchemaRule) -> Bool {
        switch rule {
        case .minimum(let bound, let isExclusive):
            return value > bound || !isExclusive && value == bound
                || fail(isExclusive ? "exclusiveMinimum" : "minimum", "\(Self.short(number)) is too small")
        case .maximum(let bound, let isExclusive):
            return value < bound || !isExclusive && value == bound
                || fail(isExclusive ? "exclusiveMaximum" : "maximum", "\(Self.short(number)) is too large")
        case .exclusiveMinimum(let bound):
            return value > bound || fail("exclusiveMinimum", "\(Self.short(number)) is too small")
        case .exclusiveMaximum(let bound):
            return value < bound || fail("exclusiveMaximum", "\(Self.short(number)) is too large")
        case .multipleOf(let divisor):
            return charge(value.effort(dividingBy: divisor)) && value.isMultiple(of: divisor)
                || fail("multipleOf", "\(Self.short(number)) is no multiple")
        default: return true
        }
    }

    private static func short(_ number: JSONNumber) -> String {
        number.text.utf8.count <= 40 ? number.text : number.text.prefix(40) + "…"
    }

    /// Rules for strings; all others are obeyed by a string.
    mutating func obeys(_ text: String, _ rule: SchemaRule) -> Bool {
        switch rule {
        case .minLength(let length):
            return text.unicodeScalars.count >= length || fail("minLength", "it has fewer than \(length) characters")
        case .maxLength(let length):
            return text.unicodeScalars.count <= length || fail("maxLength", "it has more than \(length) characters")
        case .pattern(let pattern):
            return matches(text, pattern) || fail("pattern", "nothing in it matches \(pattern.text)")
        case .format(let format?):
            return charge(text.utf8.count / 64 + 1) && format.accepts(text)
                || fail("format", "it is no \(format.rawValue)")
        default: return true
        }
    }

    mutating func matches(_ text: String, _ pattern: LinearPattern) -> Bool {
        var effort = 0
        let answer = pattern.matches(text, effort: &effort, limit: steps)
        return charge(answer == nil ? max(effort, steps + 1) : effort) && answer == true
    }

    /// Rules for arrays; all others are obeyed by an array.
    mutating func obeys(
        _ elements: [JSONValue], _ rule: SchemaRule, of node: SchemaNode, _ evaluated: inout Evaluated
    ) -> Bool {
        switch rule {
        case .minItems(let count):
            return elements.count >= count || fail("minItems", "it has fewer than \(count) elements")
        case .maxItems(let count):
            return elements.count <= count || fail("maxItems", "it has more than \(count) elements")
        case .uniqueItems:
            return areUnique(elements) || fail("uniqueItems", "it has an element twice")
        case .elements(let rules): return obeys(elements, rules, &evaluated)
        case .contains(let id, let least, let most):
            var count = 0
            for (index, element) in elements.enumerated() {
                var ignored = Evaluated(isAsked: false)
                guard wouldFit(element, id, &ignored) else { continue }
                count += 1
                if node.draft >= .draft2020 { evaluated.insert(element: index) }
            }
            guard count >= least ?? 1 else {
                return fail(least == nil ? "contains" : "minContains", "too few elements fit: \(count)")
            }
            return count <= most ?? .max || fail("maxContains", "too many elements fit: \(count)")
        case .unevaluatedItems(let id):
            for (index, element) in elements.enumerated() where !evaluated.contains(element: index) {
                guard fits(element, at: .element(index), id, because: "unevaluatedItems") else { return false }
            }
            evaluated.insert(elementsBefore: elements.count)
            return true
        default: return true
        }
    }

    private mutating func obeys(
        _ elements: [JSONValue], _ rules: ElementRules, _ evaluated: inout Evaluated
    ) -> Bool {
        var rest = rules.all
        var start = 0
        if let tuple = rules.tuple {
            for (index, id) in tuple.enumerated() where index < elements.count {
                guard fits(elements[index], at: .element(index), id) else { return false }
            }
            rest = rules.additional
            start = tuple.count
            evaluated.insert(elementsBefore: start)
        }
        guard let rest else { return true }
        for (index, element) in elements.enumerated().dropFirst(start) {
            let keyword = rules.all == nil ? "additionalItems" : "items"
            guard fits(element, at: .element(index), rest, because: keyword) else { return false }
        }
        evaluated.insert(elementsBefore: elements.count)
        return true
    }

    private mutating func areUnique(_ elements: [JSONValue]) -> Bool {
        var keys: Set<InstanceKey> = []
        for element in elements {
            let key = InstanceKey(element)
            guard charge(key.effort), keys.insert(key).inserted else { return false }
        }
        return true
    }
}
