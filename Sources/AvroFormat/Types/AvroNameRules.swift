/// What names, field names and symbols are made of.
enum AvroNameRules: Sendable {
    /// ASCII letters, digits and `_`, as the specification has it: for new schemas.
    case strict
    /// The letters and digits of all languages: for schemas that were registered when they were allowed.
    case unicode

    /// What is wrong with a name; `nil` if nothing is.
    func fault(in name: String?) -> String? {
        guard let name else { return "Null name" }
        guard let first = name.unicodeScalars.first else { return "Empty name" }
        guard first == "_" || isLetter(first) else { return "Illegal initial character: \(name)" }
        let isLegal = name.unicodeScalars.allSatisfy { $0 == "_" || isLetter($0) || isDigit($0) }
        return isLegal ? nil : "Illegal character in: \(name)"
    }

    private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) }
        // Java looks at half of a surrogate pair, which is no letter.
        guard self == .unicode, scalar.value <= 0xFFFF else { return false }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ("0"..."9").contains(scalar) }
        return self == .unicode && scalar.value <= 0xFFFF && scalar.properties.generalCategory == .decimalNumber
    }
}
