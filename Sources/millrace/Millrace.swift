import ArgumentParser

/// The one program of the project: the server, and the tools that speak to it.
@main struct Millrace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "millrace",
        abstract: "An event log that speaks the Kafka protocol, with Kafka Connect built in.",
        version: Version.current,
        subcommands: [
            Serve.self, Topics.self, Produce.self, Consume.self, Groups.self, Cluster.self, Reassign.self, DumpLog.self,
            ConnectStandalone.self, ConnectDistributed.self, KafkaREST.self, SchemaRegistryServer.self, Connect.self,
            Schemas.self,
        ])
}

/// The version of this release.
enum Version {
    static let current = "0.1.0"
    /// The commit that it was built from, where the build knows it.
    static let commit = "unknown"
}
