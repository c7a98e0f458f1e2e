import ArgumentParser
import Broker
import ConnectAPI
import KafkaClient
import TransportSecurity

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What every tool that talks to a cluster takes.
struct ToolOptions: ParsableArguments {
    @Option(help: "Brokers to begin with, host:port, comma separated.")
    var bootstrapServer: String = "127.0.0.1:9092"

    @Option(help: "A file of properties with security.protocol and ssl.* for connections to the brokers.")
    var commandConfig: String?

    @Flag(help: "Print JSON for programs instead of tables for people.")
    var json = false

    /// Runs `body` with a client that is closed afterwards, and turns its errors into the tool's.
    func withClient<Result>(_ body: (KafkaClient) async throws -> Result) async throws -> Result {
        let servers = bootstrapServer.split(separator: ",").map(String.init)
        let client = try KafkaClient(
            bootstrapServers: servers,
            configuration: KafkaClientConfiguration(clientID: "millrace-tool", tls: try tls()))
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    /// What connections are encrypted with, if the file says so.
    private func tls() throws -> TLSSettings? {
        guard let path = commandConfig else { return nil }
        let properties = try PropertiesText(try BoundedFile.text(path)).values
        do { return try BrokerSecurity(properties).tls } catch { throw ConfigurationError("\(path): \(error.message)") }
    }
}

extension [Int32] {
    /// Numbers of brokers as tables show them.
    var joined: String { map(String.init).joined(separator: ",") }
}

/// What a tool prints: aligned columns, or the same as a JSON array of objects.
struct Table {
    private let columns: [String]
    private var rows: [[Cell]] = []

    /// A value in a table: JSON knows numbers from text.
    enum Cell {
        case text(String)
        case number(Int64)
        case flag(Bool)
        case missing

        var description: String {
            switch self {
            case .text(let text): text
            case .number(let number): String(number)
            case .flag(let flag): flag ? "yes" : "no"
            case .missing: "-"
            }
        }
    }

    /// Creates an empty table; columns are named as in JSON.
    init(_ columns: String...) { self.columns = columns }

    /// Adds a row with a cell for each column.
    mutating func add(_ cells: Cell...) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    /// Whether there are no rows.
    var isEmpty: Bool { rows.isEmpty }

    /// The rows as a JSON array of objects.
    var json: JSONText {
        .array(rows.map { row in .object(Dictionary(uniqueKeysWithValues: zip(columns, row.map(JSONText.init)))) })
    }

    /// Prints the table.
    func print(asJSON: Bool) throws {
        if asJSON { return Swift.print(try JSONText.line(json)) }
        let titles = columns.map { $0.uppercased() }
        let lines = [titles] + rows.map { $0.map(\.description) }
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        for line in lines {
            let cells = line.enumerated().map { index, cell in
                index == line.count - 1 ? cell : cell.padding(to: widths[index])
            }
            Swift.print(cells.joined(separator: "  "))
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

/// A JSON value of any kind, for output.
enum JSONText: Encodable {
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case null
    case array([JSONText])
    case object([String: JSONText])

    init(_ cell: Table.Cell) {
        self =
            switch cell {
            case .text(let text): .string(text)
            case .number(let number): .integer(number)
            case .flag(let flag): .boolean(flag)
            case .missing: .null
            }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .string(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .boolean(let value): try container.encode(value)
        case .null: try container.encodeNil()
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// The value as one line of JSON.
    static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
