/// What a `.proto` file says, in the pieces in which Schema Registry prints it.
struct FileElement: Sendable {
    var syntax: String?
    var package: String?
    var imports: [String]
    var publicImports: [String]
    var options: [OptionElement]
    var messages: [MessageElement]
    var enums: [EnumElement]
    var extends: [ExtendElement]
    var services: [ServiceElement]
}

/// A message. What stands between its braces is sorted by kind.
struct MessageElement: Sendable {
    var name: String
    var reserved: [ReservedElement]
    var options: [OptionElement]
    var fields: [FieldElement]
    var oneofs: [OneofElement]
    var groups: [GroupElement]
    var extensions: [ExtensionsElement]
    var extends: [ExtendElement]
    var messages: [MessageElement]
    var enums: [EnumElement]
    /// Key and value types if it is the entry of a map that is spelled out.
    var mapEntry: MapEntry?
}

/// The types of a map.
struct MapEntry: Sendable {
    var key: String
    var value: String
}

/// A field.
struct FieldElement: Sendable {
    var label: String?
    var type: String
    var name: String
    var number: Int
    /// With `default` and `json_name` behind all others, where Schema Registry prints them.
    var options: [OptionElement]
}

/// A oneof.
struct OneofElement: Sendable {
    var name: String
    var options: [OptionElement]
    var fields: [FieldElement]
    var groups: [GroupElement]
}

/// A group: a field with its message.
struct GroupElement: Sendable {
    var label: String?
    var number: Int
    var message: MessageElement
}

/// Extensions of one message that stand in one block.
struct ExtendElement: Sendable {
    var name: String
    var fields: [FieldElement]
    var groups: [GroupElement]
}

/// An enum.
struct EnumElement: Sendable {
    var name: String
    var reserved: [ReservedElement]
    var options: [OptionElement]
    var values: [EnumValueElement]
}

/// A value of an enum.
struct EnumValueElement: Sendable {
    var name: String
    var number: Int
    var options: [OptionElement]
}

/// What one `reserved` statement has.
struct ReservedElement: Sendable {
    /// Numbers or a name.
    enum Value: Sendable, Hashable {
        case name(String)
        case range(ClosedRange<Int>)
    }

    var values: [Value]
}

/// What one `extensions` statement has.
struct ExtensionsElement: Sendable {
    var ranges: [ClosedRange<Int>]
    var options: [OptionElement]
}

/// A service.
struct ServiceElement: Sendable {
    var name: String
    var options: [OptionElement]
    var methods: [MethodElement]
}

/// A method of a service.
struct MethodElement: Sendable {
    var name: String
    var request: String
    var response: String
    var isRequestStreaming: Bool
    var isResponseStreaming: Bool
    var options: [OptionElement]
}

/// An option with its value.
struct OptionElement: Sendable, Hashable {
    var name: String
    /// Whether the name is that of an extension.
    var isParenthesized: Bool
    var value: OptionValue
}

/// An option's value.
indirect enum OptionValue: Sendable, Hashable {
    /// Text, without quotes and escapes.
    case string(String)
    /// Text that has its escapes: bytes that are no UTF-8.
    case escaped(String)
    /// `true`, `false` or the name of an enum's value.
    case word(String)
    /// A number by its digits.
    case number(String)
    /// What stands behind the dot of `(option).field = value`.
    case option(OptionElement)
    /// A message between braces.
    case map([Member])
    /// Several values between brackets.
    case list([OptionValue])

    /// The values of a list, or the value itself.
    var elements: [OptionValue] {
        if case .list(let values) = self { values } else { [self] }
    }

    /// A field of a message between braces.
    struct Member: Sendable, Hashable {
        var key: String
        var value: OptionValue
    }
}
