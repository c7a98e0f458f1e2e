import HTTPService
import HTTPTypes
import JSON

/// The body of `records:batch`: entries with ids, each of which succeeds or fails for itself.
struct ProduceBatch: Sendable {
    /// One record.
    struct Entry: Sendable {
        /// What tells it from the others of its batch.
        var id: String
        /// The record.
        var record: Production.Submission
    }

    /// The records, in order.
    var entries: [Entry]

    /// The most bytes of an id.
    private static let maximumIDLength = 80

    /// Reads a body.
    ///
    /// - Parameter maximumEntries: The most entries that a batch may have.
    /// - Throws: ``RESTError`` with code 42208 for a batch that cannot be taken as a whole, 400 for entries of a wrong
    ///   form.
    init(_ body: JSONObject, maximumEntries: Int) throws {
        guard let objects = try body.optionalObjects("entries") else {
            throw RESTError.badRequest("Missing required property 'entries'")
        }
        // Before any of them is read: a long list costs no more than a look at its length.
        if objects.isEmpty { throw RESTError.produceBatch("Empty batch.") }
        if objects.count > maximumEntries { throw RESTError.produceBatch("Too many entries in batch.") }
        entries = try objects.map(Self.entry)
        guard Set(entries.map(\.id)).count == entries.count else {
            throw RESTError.produceBatch("Batch entry IDs are not distinct.")
        }
    }

    private static func entry(_ object: JSONObject) throws -> Entry {
        guard let id = object["id"]?.string, isValid(id) else {
            throw RESTError.produceBatch("Batch entry identifier is not a valid string.")
        }
        let record = Production.Submission(size: JSONValue.object(object).utf8.count, reading: object)
        if case .failure(let error) = record.entry, error.code == 400 { throw error }
        return Entry(id: id, record: record)
    }

    private static func isValid(_ id: String) -> Bool {
        (1...maximumIDLength).contains(id.utf8.count)
            && id.unicodeScalars.allSatisfy {
                switch $0 {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
                default: false
                }
            }
    }

    /// Writes the records and waits for all of them.
    ///
    /// - Throws: `CancellationError`.
    func send(by production: Production, to topic: String, of clusterID: String) async throws -> ServiceResponse {
        var sent: [Production.Pending] = []
        _ = try await production.submit(entries.map(\.record), to: topic, of: clusterID) {
            sent += $0
            return true
        }
        var output = JSONWriter(capacity: 64 + 256 * entries.count)
        var failures: [JSONValue] = []
        output.beginObject()
        output.addName("successes")
        output.beginArray()
        for (id, pending) in zip(entries.map(\.id), sent) {
            switch try await pending.result() {
            case .success(let reply): reply.write(id: id, to: &output)
            case .failure(let error):
                let error = error.withinStream
                failures.append([
                    "id": .string(id), "error_code": .integer(error.code), "message": .string(error.message),
                ])
            }
        }
        output.endArray()
        output.addName("failures")
        output.add(.array(failures))
        output.endObject()
        return ServiceResponse(
            HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status"), type: MediaType.json, body: output.utf8)
    }
}
