import HTTPService
import JSON

/// A request for resources of the cluster, after it was seen that there is a cluster of that name.
struct ClusterRequest: Sendable {
    /// The request.
    let proxy: ProxyRequest
    /// Makes the answer.
    let resources: ClusterResources

    /// The part of the path that stood where the route has `{name}`.
    func parameter(_ name: String) -> String { proxy.parameter(name) }

    /// A part of the path that is a number.
    ///
    /// - Throws: ``RESTError/notFound``: there is nothing that has no number.
    func number(_ name: String) throws -> Int32 {
        guard let number = Int32(parameter(name)) else { throw RESTError.notFound }
        return number
    }

    /// The query's value of a name; `nil` where it is not there or empty.
    func query(_ name: String) -> String? {
        proxy.request.queryValues(name).first.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The body, which has to be a JSON object.
    ///
    /// - Parameter missing: What is said of a body that is not there.
    /// - Throws: ``RESTError`` with code 42206 for no body, 400 for one that is no object.
    func body(missing: String = "Null input provided. Data is required.") throws -> JSONObject {
        if proxy.request.body.isEmpty { throw RESTError.invalidPayload(missing) }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: proxy.request.body)
        } catch {
            throw RESTError.badRequest("Error processing JSON: \(error)")
        }
        if json.isNull { throw RESTError.invalidPayload(missing) }
        guard let object = json.object else { throw RESTError.badRequest("the body has to be a JSON object") }
        return object
    }
}

extension JSONObject {
    /// A text that has to be there.
    ///
    /// - Throws: ``RESTError`` with status 400.
    func text(_ name: String) throws -> String {
        guard let text = try optionalText(name) else {
            throw RESTError.badRequest("Missing required property '\(name)'")
        }
        return text
    }

    /// A text that may be missing or null.
    ///
    /// - Throws: ``RESTError`` with status 400 for something else; numbers and booleans count as their text, as Jackson
    ///   has it.
    func optionalText(_ name: String) throws -> String? {
        switch self[name] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        case .number(let number)?: return number.text
        case .bool(let value)?: return String(value)
        default: throw RESTError.badRequest("'\(name)' has to be a string")
        }
    }

    /// A whole number that may be missing or null.
    ///
    /// - Throws: ``RESTError`` with status 400 for something else, or for one that does not fit.
    func optionalInteger<Number: FixedWidthInteger>(_ name: String, as type: Number.Type) throws -> Number? {
        switch self[name] {
        case nil, .null?: return nil
        case let value?:
            // A number in quotes is a number, as Jackson has it.
            guard let wide = value.int64 ?? value.string.flatMap({ Int64($0) }), let number = Number(exactly: wide)
            else {
                throw RESTError.badRequest("'\(name)' has to be a whole number")
            }
            return number
        }
    }

    /// True or false, which may be missing or null.
    ///
    /// - Throws: ``RESTError`` with status 400 for something else.
    func optionalFlag(_ name: String) throws -> Bool? {
        switch self[name] {
        case nil, .null?: return nil
        case .bool(let value)?: return value
        default: throw RESTError.badRequest("'\(name)' has to be true or false")
        }
    }

    /// A list of objects, which may be missing or null.
    ///
    /// - Throws: ``RESTError`` with status 400 for something else.
    func optionalObjects(_ name: String) throws -> [JSONObject]? {
        switch self[name] {
        case nil, .null?: return nil
        case .array(let elements)?:
            return try elements.map {
                guard let object = $0.object else {
                    throw RESTError.badRequest("'\(name)' has to be a list of objects")
                }
                return object
            }
        default: throw RESTError.badRequest("'\(name)' has to be a list")
        }
    }
}
