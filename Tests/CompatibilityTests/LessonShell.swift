import Foundation
import ServerHarness

/// Types what a lesson says, as it stands there, with a server's own addresses in place of the usual ones.
///
/// curl has a settings file of its own, which makes it print the status as well: the commands need not.
struct LessonShell {
    private let server: ServerProcess
    private let environment: [String]

    init(_ server: ServerProcess) throws {
        self.server = server
        let settings = """
            silent
            show-error
            max-time = 60
            noproxy = "*"
            write-out = "\\n%{http_code}"

            """
        try Data(settings.utf8).write(to: server.directory.url.appending(path: ".curlrc"))
        environment = [
            "CURL_HOME=\(server.directory.url.path())", "KCAT_CONFIG=/dev/null", "no_proxy=127.0.0.1",
            "NO_PROXY=127.0.0.1",
        ]
    }

    /// What the document says of the answers to a step, with the server's addresses.
    func shown(_ step: LessonText.Step) -> [LessonAnswer] {
        let text = addressed(step.answer)
        return step.isRequest ? [LessonAnswer(text)] : LessonAnswer.lines(text)
    }

    /// Runs a step.
    ///
    /// - Returns: The answer to a request, or an answer for each line that another program printed.
    /// - Throws: ``HarnessError`` when it fails.
    func run(_ step: LessonText.Step) async throws -> [LessonAnswer] {
        let interpreter =
            switch step.kind {
            case .command: ["bash", "-e"]
            case .script: [try Repository.python()]
            }
        let output = try await Command.check("env", environment + interpreter + ["-c", addressed(step.text)]).output
        guard step.isRequest else { return LessonAnswer.lines(output) }
        guard let end = output.lastIndex(of: "\n"), let status = Int(output[output.index(after: end)...]) else {
            throw HarnessError("curl printed no status: \(output.suffix(500))")
        }
        return [LessonAnswer(status: status, body: String(output[..<end]))]
    }

    private func addressed(_ text: String) -> String {
        var text = text
        for (port, url) in [("8081", server.schemaRegistry), ("8082", server.rest), ("9092", server.bootstrap)] {
            let address = url.replacing("http://", with: "")
            for host in ["localhost", "127.0.0.1"] { text = text.replacing("\(host):\(port)", with: address) }
        }
        return text
    }
}
