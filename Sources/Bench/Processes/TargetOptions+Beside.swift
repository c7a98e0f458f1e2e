extension TargetOptions {
    /// Starts the server that is to be driven, and the null server beside it, for as long as `body` takes.
    func withServers<Result>(
        beside floor: NullServer.Storage, _ body: (_ server: BenchServer, _ null: BenchServer) async throws -> Result
    ) async throws -> Result {
        try await WorkDirectory.with(directory) { path in
            let server = try BenchServer.start(self, directory: path)
            defer { server.stop() }
            let null = try BenchServer.start(.null(floor), directory: path)
            defer { null.stop() }
            return try await body(server, null)
        }
    }

    /// Measures both servers in turns.
    ///
    /// - Parameter figure: What the rounds of a server are ordered by.
    /// - Returns: What the server is called, and what was measured in the median round of each.
    func medians<Run>(
        beside floor: NullServer.Storage, rounds: Int, by figure: (Run) -> Double,
        _ measure: @escaping (BenchServer) async throws -> Run
    ) async throws -> (name: String, ours: Run, null: Run) {
        try await withServers(beside: floor) { server, null in
            let runs = try await Interleaved(rounds: rounds).medians(
                by: figure, [{ try await measure(server) }, { try await measure(null) }])
            return (server.name, runs[0], runs[1])
        }
    }
}
