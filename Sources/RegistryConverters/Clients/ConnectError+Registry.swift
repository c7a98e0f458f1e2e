import ConnectAPI
import SchemaClient
import SchemaFormat

extension ConnectError {
    /// What a registry's refusal means to a record.
    ///
    /// A registry that does not answer, or says that the trouble is its own, may be asked again; anything else is wrong
    /// with the record or with the settings, and stays so.
    ///
    /// - Parameter attempt: What failed, such as `Error registering Avro schema`.
    init(_ error: any Error, during attempt: String) {
        switch error {
        case let error as ConnectError:
            self = error
        case let error as SchemaClientError where error.isRetriable:
            self.init(
                .unavailable, "\(attempt): \(error); is the Schema Registry up?", isRetriable: true, cause: error)
        case let error as SchemaClientError where error.status == 401 || error.status == 403:
            self.init(
                .invalidConfiguration,
                "\(attempt): \(error); check basic.auth.user.info or bearer.auth.token", cause: error)
        default:
            self.init(.invalidData, "\(attempt): \(error)", cause: error)
        }
    }

    /// Does something with a registry.
    ///
    /// - Throws: ``ConnectError``, or `CancellationError`.
    static func naming<Result>(
        _ attempt: @autoclosure () -> String, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ConnectError(error, during: attempt())
        }
    }
}
