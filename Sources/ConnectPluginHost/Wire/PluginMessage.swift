import ConnectAPI
import JSON

/// What one frame says.
///
/// - SeeAlso: docs/plugin-protocol.md, "Messages"
enum PluginMessage: Sendable, Hashable {
    /// Asks for something; the answer has the same id. Each side numbers its own requests.
    case request(id: Int64, call: String, with: JSONValue)
    /// Answers a request.
    case answer(id: Int64, result: JSONValue)
    /// Refuses a request.
    case refusal(id: Int64, PluginFailure)
    /// Says something that has no answer.
    case notice(String, with: JSONValue)

    /// Reads the body of a frame.
    ///
    /// - Throws: ``ConnectError`` that says what is wrong with it.
    init(parsing body: [UInt8]) throws {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: body)
        } catch {
            throw ConnectError(.failed, "a frame that is not JSON: \(error)")
        }
        guard let object = json.object else { throw ConnectError(.failed, "a frame that is no JSON object") }
        let with = object["with"] ?? .object(JSONObject())
        if let notice = object["notice"]?.string {
            self = .notice(notice, with: with)
            return
        }
        guard let id = object["id"]?.int64, id >= 0 else {
            throw ConnectError(.failed, "a frame with neither 'notice' nor an 'id' that is a number from 0 on")
        }
        if let call = object["call"]?.string {
            self = .request(id: id, call: call, with: with)
        } else if let error = object["error"] {
            self = .refusal(id: id, PluginFailure(error))
        } else if let result = object["result"] {
            self = .answer(id: id, result: result)
        } else {
            throw ConnectError(.failed, "a frame with an 'id' and none of 'call', 'result' and 'error'")
        }
    }

    /// The body of a frame.
    var body: [UInt8] {
        let json: JSONValue =
            switch self {
            case .request(let id, let call, let with): ["id": .integer(id), "call": .string(call), "with": with]
            case .answer(let id, let result): ["id": .integer(id), "result": result]
            case .refusal(let id, let failure): ["id": .integer(id), "error": failure.json]
            case .notice(let notice, let with): ["notice": .string(notice), "with": with]
            }
        return json.utf8
    }
}
