extension EtcdClient {
    /// Does one of two lists of operations, in one step that nobody sees half of.
    ///
    /// - Parameters:
    ///   - compare: What has to be so; all of it.
    ///   - success: What is done if it is. No key may be written twice.
    ///   - failure: What is done if not; reading what was compared tells who was faster.
    ///   - leadership: The leadership without which nothing may be done. It is compared as well, in the same step, so
    ///     that a leader that does not know yet that it is none changes nothing.
    /// - Returns: Which list was done, and what each of its operations came to.
    /// - Throws: ``EtcdError``, `.outcomeUnknown` when the answer was lost, `.fenced` when the leadership is over,
    ///   `.refused` when etcd does not take the transaction, as with more than 128 operations.
    /// - SeeAlso: https://etcd.io/docs/v3.4/learning/api/#transaction
    package func transaction(
        compare: [EtcdCompare], then success: [EtcdOperation], else failure: [EtcdOperation] = [],
        guardedBy leadership: EtcdLeadership? = nil
    ) async throws -> EtcdTransactionResult {
        guard let leadership else {
            return try await plainTransaction(compare: compare, then: success, else: failure)
        }
        // Only success or failure comes back, not which condition failed; so the guard's keys are read with the rest.
        let result = try await plainTransaction(
            compare: leadership.conditions + compare, then: success, else: leadership.reading + failure)
        guard !result.succeeded else { return result }
        let count = leadership.reading.count
        guard leadership.stands(in: Array(result.results.prefix(count))) else {
            throw EtcdError(
                .fenced, "the leadership of epoch \(leadership.epoch) was over by revision \(result.revision)")
        }
        return EtcdTransactionResult(
            succeeded: false, revision: result.revision, results: Array(result.results.dropFirst(count)))
    }

    /// A transaction without a guard.
    ///
    /// - Parameter repetition: Whether it may go out twice; by itself only one that does nothing but read.
    func plainTransaction(
        compare: [EtcdCompare], then success: [EtcdOperation], else failure: [EtcdOperation],
        _ repetition: Repetition? = nil
    ) async throws -> EtcdTransactionResult {
        let request = keySpace.transaction(compare: compare, then: success, else: failure)
        let writes = (success + failure).contains { if case .read = $0 { false } else { true } }
        return try await exchange("/v3/kv/txn", request, repetition ?? (writes ? .unsafe : .harmless)) { answer in
            let result = try keySpace.transactionResult(answer)
            guard result.results.count == (result.succeeded ? success : failure).count else {
                throw GatewayFields.malformed("responses", "do not fit the transaction")
            }
            return result
        }
    }
}
