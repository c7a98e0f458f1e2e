import Foundation
import KafkaProtocol
import Synchronization

/// The error codes that came over a connection in this process, each with the API that answered.
///
/// A code that a test names has not been returned by that; what came back from a socket has. `Scripts/run-tests` names
/// a directory in `MILLRACE_ERROR_CODES`, and compares what is noted there with what the broker can return
/// (`Scripts/check-error-codes`). Without the variable nothing is noted.
final class WireErrorCodes: Sendable {
    /// An answer of an API that held a code.
    struct Sighting: Hashable {
        var api: APIKey
        var code: ErrorCode
    }

    /// What all connections of the process note into; none unless `MILLRACE_ERROR_CODES` is set.
    static let shared = ProcessInfo.processInfo.environment["MILLRACE_ERROR_CODES"].map {
        WireErrorCodes(directory: URL(filePath: $0, directoryHint: .isDirectory))
    }

    /// Where the files lie.
    let directory: URL
    private let sightings = Mutex<Set<Sighting>>([])

    init(directory: URL) { self.directory = directory }

    /// Notes the codes of an answer. New ones are appended to the file `seen` at once, `<API> <CODE>` to a line, so
    /// that none is lost when the process does not end as it should.
    func note(_ answer: any ProtocolStructure, of api: APIKey) throws {
        let codes = Self.codes(in: answer)
        try sightings.withLock { sightings in
            let new = codes.map { Sighting(api: api, code: $0) }.filter { !sightings.contains($0) }
            guard !new.isEmpty else { return }
            sightings.formUnion(new)
            try append(new.map { "\($0.api.name) \($0.code.name)\n" }.joined(), to: "seen")
        }
    }

    /// Writes which codes have to be seen, one to a line, and which of them no test can provoke, each with the reason.
    func expect(_ codes: some Sequence<ErrorCode>, except reasons: [ErrorCode: String]) throws {
        try append(codes.map { "\($0.name)\n" }.joined(), to: "expected")
        try append(reasons.map { "\($0.name) \($1)\n" }.joined(), to: "excepted")
    }

    /// The values of all fields of a message whose name ends in `errorCode`, nested ones too.
    ///
    /// The fields of a generated message are its stored properties. Only structures are entered: records are as many
    /// bytes as they like, and hold no codes.
    static func codes(in structure: any ProtocolStructure) -> Set<ErrorCode> {
        var found: Set<ErrorCode> = []
        for (label, value) in Mirror(reflecting: structure).children {
            if let number = value as? Int16 {
                if label?.lowercased().hasSuffix("errorcode") == true { found.insert(ErrorCode(rawValue: number)) }
            } else if let inner = value as? any ProtocolStructure {
                found.formUnion(codes(in: inner))
            } else if let inner = value as? [any ProtocolStructure] {
                for element in inner { found.formUnion(codes(in: element)) }
            }
        }
        return found
    }

    private func append(_ text: String, to name: String) throws {
        let path = directory.appending(path: name).path()
        guard let file = fopen(path, "a") else { throw TestFailure("\(path) cannot be opened") }
        let isWhole = fputs(text, file) >= 0
        guard fclose(file) == 0, isWhole else { throw TestFailure("\(path) cannot be written") }
    }
}
