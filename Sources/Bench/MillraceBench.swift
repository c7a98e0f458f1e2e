import ArgumentParser

/// Load generators and the machine's own limits: every figure stands beside what this machine could do in the same run.
@main struct MillraceBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "millrace-bench",
        abstract: "Measure Millrace, or any server of the Kafka protocol, beside this machine's own limits.",
        subcommands: [
            LimitsCommand.self, AppendCommand.self, ScanCommand.self, RecoverCommand.self, ProduceCommand.self,
            ConsumeCommand.self, EndToEndCommand.self, ManyCommand.self, ColdCommand.self, StartCommand.self,
            RESTCommand.self, ConnectCommand.self, PeersCommand.self, NullServerCommand.self, NullHTTPCommand.self,
            BrokerCommand.self, RecoverWriterCommand.self,
        ])
}

/// What every workload takes.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Print JSON for programs instead of a table for people.")
    var json = false
}

/// What the workloads that drive a server take.
struct TargetOptions: ParsableArguments {
    @Option(
        help:
            "Brokers to drive, host:port; without it a broker of our own is started on a directory that is removed afterwards."
    )
    var bootstrapServer: String?

    /// What curves call the server.
    var serverName: String { bootstrapServer ?? "Millrace" }

    @Option(
        help:
            "Encrypts connections (TLS): a file of PEM with a certificate for 127.0.0.1, which a broker of our own shows and clients trust, and its key. The null server is never encrypted."
    )
    var tls: String?

    @Option(help: "Where the broker's data, or the engine's files, are put; a temporary directory if not given.")
    var directory: String?
}
