import JSON

/// How well a JSON value fits a type, at first sight.
enum AvroJSONFit {
    case exact
    /// It can be read so where nothing fits better.
    case loose
    case none

    static func of(_ json: JSONValue, as content: AvroType.Content) -> AvroJSONFit {
        switch (json, content) {
        case (.null, .null), (.bool, .boolean), (.array, .array), (.object, .record), (.object, .map): .exact
        case (.string, .string), (.string, .bytes), (.string, .enumeration), (.string, .fixed): .exact
        case (.string(let text), .float), (.string(let text), .double):
            AvroFloatText.value(of: text) == nil ? .none : .loose
        case (.number(let number), .int), (.number(let number), .long): number.isInteger ? .exact : .loose
        case (.number(let number), .float), (.number(let number), .double): number.isInteger ? .loose : .exact
        default: .none
        }
    }
}
