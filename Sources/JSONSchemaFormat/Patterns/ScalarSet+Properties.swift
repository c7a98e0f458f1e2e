extension ScalarSet {
    /// The characters with a property that ECMA-262 or Java names: a general category, or one of a few classes.
    ///
    /// - Returns: `nil` for scripts, blocks and what does not exist.
    init?(property name: String, isInverted: Bool) {
        if let set = Self.asciiClasses[name] {
            self = isInverted ? set.inverted : set
            return
        }
        var name = Substring(name)
        for prefix in ["General_Category=", "gc=", "Is"] where name.hasPrefix(prefix) {
            name = name.dropFirst(prefix.count)
            break
        }
        guard let categories = Self.categories(named: String(name)) else { return nil }
        self.init(categories: categories, isInverted: isInverted)
    }

    /// Java's classes of ASCII characters.
    private static let asciiClasses: [String: ScalarSet] = [
        "ASCII": ScalarSet([0...127]), "Any": .all, "Digit": .digits, "Upper": ScalarSet([65...90]),
        "Lower": ScalarSet([97...122]), "Alpha": ScalarSet([65...90, 97...122]),
        "Alnum": ScalarSet([48...57, 65...90, 97...122]), "Space": ScalarSet([9...13, 32...32]),
        "Punct": ScalarSet([33...47, 58...64, 91...96, 123...126]), "XDigit": ScalarSet([48...57, 65...70, 97...102]),
        "Graph": ScalarSet([33...126]), "Print": ScalarSet([32...126]), "Cntrl": ScalarSet([0...31, 127...127]),
        "Blank": ScalarSet([9...9, 32...32]),
    ]

    private static func categories(named name: String) -> Set<Unicode.GeneralCategory>? {
        if let group = groups[name] { return group }
        return single[name].map { [$0] }
    }

    private static let letters: Set<Unicode.GeneralCategory> = [
        .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
    ]
    private static let marks: Set<Unicode.GeneralCategory> = [.nonspacingMark, .spacingMark, .enclosingMark]
    private static let numbers: Set<Unicode.GeneralCategory> = [.decimalNumber, .letterNumber, .otherNumber]
    private static let punctuation: Set<Unicode.GeneralCategory> = [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation,
    ]
    private static let symbols: Set<Unicode.GeneralCategory> = [
        .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol,
    ]
    private static let separators: Set<Unicode.GeneralCategory> = [
        .spaceSeparator, .lineSeparator, .paragraphSeparator,
    ]
    private static let others: Set<Unicode.GeneralCategory> = [.control, .format, .surrogate, .privateUse, .unassigned]

    private static let groups: [String: Set<Unicode.GeneralCategory>] = [
        "L": letters, "Letter": letters, "Alphabetic": letters.union([.letterNumber]), "M": marks, "Mark": marks,
        "N": numbers, "Number": numbers, "P": punctuation, "Punctuation": punctuation, "punct": punctuation,
        "S": symbols, "Symbol": symbols, "Z": separators, "Separator": separators, "C": others, "Other": others,
        "LC": [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter],
        "Cased_Letter": [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter],
    ]

    private static let single: [String: Unicode.GeneralCategory] = [
        "Lu": .uppercaseLetter, "Uppercase_Letter": .uppercaseLetter, "Ll": .lowercaseLetter,
        "Lowercase_Letter": .lowercaseLetter, "Lt": .titlecaseLetter, "Titlecase_Letter": .titlecaseLetter,
        "Lm": .modifierLetter, "Modifier_Letter": .modifierLetter, "Lo": .otherLetter, "Other_Letter": .otherLetter,
        "Mn": .nonspacingMark, "Nonspacing_Mark": .nonspacingMark, "Mc": .spacingMark, "Spacing_Mark": .spacingMark,
        "Me": .enclosingMark, "Enclosing_Mark": .enclosingMark, "Nd": .decimalNumber,
        "Decimal_Number": .decimalNumber, "digit": .decimalNumber, "Nl": .letterNumber,
        "Letter_Number": .letterNumber, "No": .otherNumber, "Other_Number": .otherNumber,
        "Pc": .connectorPunctuation, "Connector_Punctuation": .connectorPunctuation, "Pd": .dashPunctuation,
        "Dash_Punctuation": .dashPunctuation, "Ps": .openPunctuation, "Open_Punctuation": .openPunctuation,
        "Pe": .closePunctuation, "Close_Punctuation": .closePunctuation, "Pi": .initialPunctuation,
        "Initial_Punctuation": .initialPunctuation, "Pf": .finalPunctuation, "Final_Punctuation": .finalPunctuation,
        "Po": .otherPunctuation, "Other_Punctuation": .otherPunctuation, "Sm": .mathSymbol, "Math_Symbol": .mathSymbol,
        "Sc": .currencySymbol, "Currency_Symbol": .currencySymbol, "Sk": .modifierSymbol,
        "Modifier_Symbol": .modifierSymbol, "So": .otherSymbol, "Other_Symbol": .otherSymbol, "Zs": .spaceSeparator,
        "Space_Separator": .spaceSeparator, "Zl": .lineSeparator, "Line_Separator": .lineSeparator,
        "Zp": .paragraphSeparator, "Paragraph_Separator": .paragraphSeparator, "Cc": .control, "Control": .control,
        "Cf": .format, "Format": .format, "Co": .privateUse, "Private_Use": .privateUse, "Cn": .unassigned,
        "Unassigned": .unassigned,
    ]
}
