extension EtcdClient {
    /// Does one of two lists of operations, in one step that nobody sees half of.
    ///
    /// - Parameters:
    ///   - compare: What has to be so; all of it.
    ///   - success: What is done if it is. No key may be written twice.
    ///   - failure: What is done if not; reading what was compared tells who was faster.
    /// - Returns: Which list was done, and what each of its operations came to.
    /// - Throws: ``EtcdError``, `.outcomeUnknown` when the answer was lost, `.refused` when etcd does not take the
    ///   transaction, as with more than 128 operations.
    /// - SeeAlso: https://etcd.io/docs/v3.4/learning/api/#transaction
    package func transaction(
        compare: [EtcdCompare], then success: [EtcdOperation], else failure: [EtcdOperation] = []
    ) async throws -> EtcdTransactionResult {
        let request = keySpace.transaction(compare: compare, then: success, else: failure)
        let writes = (success + failure).contains { if case .read = $0 { false } else { true } }
        return try await exchange("/v3/kv/txn", request, writes ? .unsafe : .harmless) { answer in
            let result = try keySpace.transactionResult(answer)
            guard result.results.count == (result.succeeded ? success : failure).count else {
                throw GatewayFields.malformed("responses", "do not fit the transaction")
            }
            return result
        }
    }
}
