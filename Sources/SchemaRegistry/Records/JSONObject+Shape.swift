import JSON

/// What a JSON value should be and is not.
struct ShapeError: Error, Sendable, Hashable {
    /// The member and what it has to be.
    let message: String

    init(_ message: String) { self.message = message }
}

/// Reading members of what others wrote: a member that is missing or null is `nil`, one of another kind an error.
extension JSONObject {
    /// Text; a number or a boolean is taken for its text, as Jackson does.
    func text(_ name: String) throws(ShapeError) -> String? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let text = value.scalarText else { throw ShapeError("'\(name)' has to be text") }
        return text
    }

    /// A whole number of 32 bits, which may stand in quotes.
    func integer(_ name: String) throws(ShapeError) -> Int? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let number = value.int64 ?? value.string.flatMap({ Int64($0) }), let short = Int32(exactly: number) else {
            throw ShapeError("'\(name)' has to be a whole number from -2147483648 to 2147483647")
        }
        return Int(short)
    }

    /// True or false, which may stand in quotes.
    func flag(_ name: String) throws(ShapeError) -> Bool? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let flag = value.bool ?? value.string.flatMap({ Bool($0.lowercased()) }) else {
            throw ShapeError("'\(name)' has to be true or false")
        }
        return flag
    }

    /// An object.
    func object(_ name: String) throws(ShapeError) -> JSONObject? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let object = value.object else { throw ShapeError("'\(name)' has to be an object") }
        return object
    }

    /// A list.
    func list(_ name: String) throws(ShapeError) -> [JSONValue]? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let list = value.array else { throw ShapeError("'\(name)' has to be a list") }
        return list
    }

    /// A list of texts.
    func texts(_ name: String) throws(ShapeError) -> [String]? {
        guard let list = try list(name) else { return nil }
        var texts: [String] = []
        for element in list {
            guard let text = element.scalarText else { throw ShapeError("'\(name)' has to be a list of texts") }
            texts.append(text)
        }
        return texts
    }

    /// An object whose values are texts.
    func textMap(_ name: String) throws(ShapeError) -> [String: String]? {
        guard let object = try object(name) else { return nil }
        var map: [String: String] = [:]
        for member in object {
            guard let text = member.value.scalarText else {
                throw ShapeError("'\(name)' has to be an object whose values are texts")
            }
            map[member.name] = text
        }
        return map
    }

    /// Sets a member unless there is nothing to set.
    mutating func set(_ name: String, _ value: JSONValue?) {
        if let value { self[name] = value }
    }
}

extension JSONValue {
    /// Text, or the text of a number or a boolean.
    fileprivate var scalarText: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}

extension String {
    /// Whether the text comes before another one in the order that Java has: by UTF-16 code units.
    func precedes(_ other: String) -> Bool { utf16.lexicographicallyPrecedes(other.utf16) }
}
