/// Takes a JSON document part by part, in the order in which its text has them.
///
/// - Precondition: the parts are those of one document: each array and object that begins ends, and in an object each value
///   has a name before it.
public protocol JSONOutput {
    /// Takes a whole value.
    mutating func add(_ value: JSONValue)
    /// Takes text.
    mutating func add(text: String)
    /// Takes an integer.
    mutating func add(integer: Int64)
    /// Begins an array.
    mutating func beginArray()
    /// Ends the array that began last.
    mutating func endArray()
    /// Begins an object.
    mutating func beginObject()
    /// Takes the name of the value that follows.
    mutating func addName(_ name: String)
    /// Ends the object that began last.
    mutating func endObject()
}

/// Makes a value of what it takes.
public struct JSONBuilder: JSONOutput {
    private enum Open {
        case array([JSONValue])
        case object(JSONObject, name: String)
    }

    private var open: [Open] = []

    /// The document; `nil` until it is complete.
    public private(set) var value: JSONValue?

    /// Creates one that has nothing.
    public init() {}

    /// Takes a whole value.
    public mutating func add(_ value: JSONValue) {
        switch open.popLast() {
        case nil: self.value = value
        case .array(var elements):
            elements.append(value)
            open.append(.array(elements))
        case .object(var object, let name):
            object[name] = value
            open.append(.object(object, name: ""))
        }
    }

    /// Takes text.
    public mutating func add(text: String) { add(.string(text)) }

    /// Takes an integer.
    public mutating func add(integer: Int64) { add(.integer(integer)) }

    /// Begins an array.
    public mutating func beginArray() { open.append(.array([])) }

    /// Ends the array that began last.
    public mutating func endArray() {
        guard case .array(let elements) = open.popLast() else { preconditionFailure("no array began last") }
        add(.array(elements))
    }

    /// Begins an object.
    public mutating func beginObject() { open.append(.object(JSONObject(), name: "")) }

    /// Takes the name of the value that follows.
    public mutating func addName(_ name: String) {
        guard case .object(let object, _) = open.popLast() else { preconditionFailure("a name outside of an object") }
        open.append(.object(object, name: name))
    }

    /// Ends the object that began last.
    public mutating func endObject() {
        guard case .object(let object, _) = open.popLast() else { preconditionFailure("no object began last") }
        add(.object(object))
    }
}
