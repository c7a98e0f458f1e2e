import JSON

extension JSONValue {
    /// The beginning of the value's text, for messages.
    var excerpt: String {
        switch self {
        case .array(let elements) where elements.count > 20: return "an array of \(elements.count) elements"
        case .object(let object) where object.count > 20: return "an object of \(object.count) members"
        default:
            let text = self.text
            return text.utf8.count <= 200 ? text : "\(text.prefix(200))…"
        }
    }
}
