import ArgumentParser

/// Runs the null server, for the workloads here and for others' clients.
struct NullServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "null-server",
        abstract: "The least that a server of Kafka's protocol can do, to hold others against.",
        discussion: """
            Speaks what a producer and a consumer without a group need, on 127.0.0.1, until it is killed. Prints its port.
            """)
    @Option(help: "0 for a free one.") var port: UInt16 = 0
    @Option(help: "What an acknowledgement means: nothing, page-cache or device.")
    var storage = NullServer.Storage.pageCache
    @Option(help: "Where the files are put; a temporary directory if not given.") var directory: String?

    @Flag(help: .hidden) var endsWithInput = false

    func run() throws {
        try WorkDirectory.with(directory) { path in
            let server = try NullServer(port: port, storage: storage, directory: path)
            StandardInput.say("\(server.port)")
            try server.run { !endsWithInput || !StandardInput.hasEnded }
        }
    }
}
