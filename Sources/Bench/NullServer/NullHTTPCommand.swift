import ArgumentParser
import RecordFormat

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Runs the null HTTP server, which the REST Proxy is held against.
struct NullHTTPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "null-http",
        abstract: "The least that a server of HTTP/1.1 can do, to hold others against.",
        discussion: """
            Answers each request for the name of a file with what is in it, head and all, on 127.0.0.1, until it is killed. Prints its port.
            """)
    @Option(help: "0 for a free one.") var port: UInt16 = 0
    @Option(help: "The folder of the files, which are read once.") var answers: String

    @Flag(help: .hidden) var endsWithInput = false

    func run() throws {
        var found: [String: ByteSlice] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: answers) {
            let data = try Data(contentsOf: URL(filePath: answers + "/" + name))
            found["/" + name] = ByteSlice([UInt8](data))
        }
        let server = try NullHTTPServer(port: port, answers: found)
        StandardInput.say("\(server.port)")
        try server.run { !endsWithInput || !StandardInput.hasEnded }
    }
}
