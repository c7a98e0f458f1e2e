import ConnectAPI
import Synchronization

/// Strikes secrets out of texts that people and other programs get to see: traces, error messages, log lines.
///
/// Secrets are learned as they become known and are not forgotten while their connector lives: what is logged late may
/// be about an old one. Safe to use from any thread.
final class SecretRedactor: Sendable {
    /// What stands in place of a secret.
    static let mark = "[hidden]"

    /// How many secrets are known at most; the oldest go. No connector has a hundredth of it, and a value that changes
    /// every minute fills it in days.
    private static let limit = 1000
    /// In bytes: a shorter secret is struck out only where it stands by itself. Text is full of every digit, and would
    /// say more about the secret with all of them struck out.
    private static let shortestPart = 4
    /// In bytes: of a secret of several lines, such as a key, each line that is as long is one too.
    private static let shortestLine = 16

    private struct State {
        /// In the order in which they were learned.
        var secrets: [String] = []
        var known: Set<String> = []
        /// Every form of every secret by its first byte, the longest first.
        var forms: [UInt8: [[UInt8]]] = [:]
    }

    private let state = Mutex(State())

    /// Creates a redactor that knows some secrets.
    init(_ secrets: some Sequence<String> = []) { learn(secrets) }

    /// Takes note of secrets.
    func learn(_ secrets: some Sequence<String>) {
        state.withLock { state in
            let new = secrets.filter { !$0.trimmingSpace.isEmpty && !state.known.contains($0) }
            guard !new.isEmpty else { return }
            for secret in new where state.known.insert(secret).inserted { state.secrets.append(secret) }
            while state.secrets.count > Self.limit { state.known.remove(state.secrets.removeFirst()) }
            var forms: Set<[UInt8]> = []
            for secret in state.secrets { forms.formUnion(Self.forms(of: secret).map { Array($0.utf8) }) }
            state.forms = Dictionary(grouping: forms.filter { !$0.isEmpty }) { $0[0] }
                .mapValues { $0.sorted { $1.count < $0.count } }
        }
    }

    /// The text without secrets.
    func redact(_ text: String) -> String {
        let forms = state.withLock { $0.forms }
        guard !forms.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var isChanged = false
        var index = 0
        while index < bytes.count {
            if let form = forms[bytes[index]]?.first(where: { Self.matches($0, bytes, at: index) }) {
                result += Self.mark.utf8
                isChanged = true
                index += form.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return isChanged ? String(decoding: result, as: UTF8.self) : text
    }

    /// The error, or in place of one whose text has a secret another one of the same kind whose text has not.
    func redact(_ error: any Error) -> any Error {
        let text = String(describing: error)
        guard redact(text) != text else { return error }
        guard let error = error as? ConnectError else { return ConnectError(.failed, redact(text)) }
        return ConnectError(
            error.code, redact(error.message), isRetriable: error.isRetriable,
            cause: error.cause.map { redact($0) }, file: error.file, line: error.line)
    }

    private static func matches(_ form: [UInt8], _ bytes: [UInt8], at index: Int) -> Bool {
        guard bytes[index...].starts(with: form) else { return false }
        guard form.count < shortestPart else { return true }
        let end = index + form.count
        return (index == 0 || !isWord(bytes[index - 1])) && (end == bytes.count || !isWord(bytes[end]))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    /// How a secret may come to stand in a text: as it is, in quotes with escapes, in a URL, without the end of its
    /// line, and line by line.
    private static func forms(of secret: String) -> [String] {
        let trimmed = secret.trimmingSpace
        var forms = [secret, trimmed]
        forms += secret.split(whereSeparator: \.isNewline).filter { $0.utf8.count >= shortestLine }.map(String.init)
        return forms + forms.flatMap { [String($0.debugDescription.dropFirst().dropLast()), escapedForURL($0)] }
    }

    private static func escapedForURL(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            let scalar = Unicode.Scalar(byte)
            if byte < 0x80, isWord(byte) || "-.~".unicodeScalars.contains(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
    }
}
