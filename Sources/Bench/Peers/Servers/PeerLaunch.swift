#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How servers of others are started: on 127.0.0.1 and ports that are free, with all that they keep below one directory, and
/// otherwise as they are by default.
struct PeerLaunch {
    /// Programs in the order in which they are started; the last is the server.
    var programs: [ForeignProgram.Launch]
    /// Where clients connect.
    var port: UInt16

    /// - Parameter directory: Where the server keeps everything: an absolute path, which exists.
    init(_ peer: Peer, isDurable: Bool, programs: PeerPrograms, directory: String) throws {
        let path = try programs.path(of: peer)
        switch peer {
        case .redis: self = try Self.redis(path, isDurable: isDurable, directory)
        case .nats: self = try Self.nats(path, isDurable: isDurable, directory)
        case .rabbitmq: self = try Self.rabbitMQ(path, portMapper: try programs.portMapper(), directory)
        case .millrace, .null, .kafka: preconditionFailure("\(peer) is no program of others")
        }
    }

    private init(_ programs: [ForeignProgram.Launch], port: UInt16) {
        self.programs = programs
        self.port = port
    }

    /// Redis with its append-only file alone, which is not written anew meanwhile: no other server has such work to do.
    private static func redis(_ path: String, isDurable: Bool, _ directory: String) throws -> PeerLaunch {
        let port = try LoopbackSocket.freePorts(1)[0]
        let options = [
            ("bind", "127.0.0.1"), ("port", "\(port)"), ("dir", directory), ("save", ""), ("appendonly", "yes"),
            ("appendfsync", isDurable ? "always" : "everysec"), ("auto-aof-rewrite-percentage", "0"),
        ]
        let launch = ForeignProgram.Launch(path: path, arguments: options.flatMap { ["--" + $0, $1] })
        return PeerLaunch([launch], port: port)
    }

    private static func nats(_ path: String, isDurable: Bool, _ directory: String) throws -> PeerLaunch {
        let port = try LoopbackSocket.freePorts(1)[0]
        // Two minutes is its default.
        let interval = isDurable ? "always" : "2m"
        let configuration = """
            host: "127.0.0.1"
            port: \(port)
            jetstream { store_dir: "\(directory)/data", sync_interval: \(interval) }

            """
        try write(configuration, to: directory + "/nats.conf")
        let launch = ForeignProgram.Launch(path: path, arguments: ["--config", directory + "/nats.conf"])
        return PeerLaunch([launch], port: port)
    }

    /// RabbitMQ without the system's service: its own node, and the name server of its runtime as a program that can be ended,
    /// where the runtime would start one that stays.
    private static func rabbitMQ(
        _ path: String, portMapper: String, _ directory: String
    ) throws -> PeerLaunch {
        let ports = try LoopbackSocket.freePorts(4)
        let (stream, amqp, distribution, names) = (ports[0], ports[1], ports[2], ports[3])
        try write("[rabbitmq_stream].\n", to: directory + "/enabled_plugins")
        try write(
            """
            listeners.tcp.1 = 127.0.0.1:\(amqp)
            stream.listeners.tcp.1 = 127.0.0.1:\(stream)
            log.console = true
            log.console.level = error

            """, to: directory + "/rabbitmq.conf")
        let environment = [
            "PATH": ProgramSearch.path,
            // For the secret that nodes know each other by.
            "HOME": directory,
            "ERL_EPMD_PORT": "\(names)",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "bench@localhost",
            "RABBITMQ_DIST_PORT": "\(distribution)",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONFIG_FILE": directory + "/rabbitmq.conf",
            "RABBITMQ_CONF_ENV_FILE": directory + "/rabbitmq-env.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": directory + "/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": directory + "/data",
            "RABBITMQ_LOG_BASE": directory + "/log",
            "RABBITMQ_LOGS": "-",
            // Has the script become the server, where it would stay and wait for it otherwise.
            "RUNNING_UNDER_SYSTEMD": "true",
        ]
        let mapper = ForeignProgram.Launch(
            path: portMapper, arguments: ["-port", "\(names)", "-address", "127.0.0.1"])
        return PeerLaunch([mapper, ForeignProgram.Launch(path: path, environment: environment)], port: stream)
    }

    private static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }
}
