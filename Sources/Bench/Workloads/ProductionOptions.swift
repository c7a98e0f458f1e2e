import ArgumentParser
import KafkaClient
import RecordFormat

/// What the workloads that write to a server take.
struct ProductionOptions: ParsableArguments {
    /// Who has to have a record before it counts as written.
    enum Acknowledgement: String, CaseIterable, ExpressibleByArgument {
        case all
        case leader = "1"
        case none = "0"

        var acknowledgement: ProducerConfiguration.Acknowledgement {
            switch self {
            case .all: .all
            case .leader: .leader
            case .none: .none
            }
        }
    }

    @Option(help: "all, 1 or 0.") var acks = Acknowledgement.all
    @Option(help: "none, gzip, snappy, lz4 or zstd.") var compression = "none"
    @Flag(inversion: .prefixedNo, help: "Whether acknowledged means durable (flush.messages=1).") var durable = true

    /// The codec of ``compression``.
    var codec: CompressionCodec { CompressionCodec(name: compression) ?? .none }

    /// The null server that does as much for an acknowledgement.
    var floor: NullServer.Storage { durable ? .device : .pageCache }

    /// What the report calls it.
    var floorName: String { durable ? "the null server with sync" : "the null server" }

    func validate() throws {
        guard CompressionCodec(name: compression) != nil else {
            throw ValidationError("--compression \(compression): must be none, gzip, snappy, lz4 or zstd")
        }
    }

    /// What the report says of them.
    var parameters: [String: String] {
        ["acks": acks.rawValue, "compression": compression, "durable": "\(durable)"]
    }
}
