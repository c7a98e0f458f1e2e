import ArgumentParser
import Foundation

/// What figures are held against.
struct CheckOptions: ParsableArguments {
    @Option(name: .customLong("check"), help: "A file of bounds; a figure above its own ends in a failure.")
    var thresholds: String?

    /// Names each figure above its bound.
    ///
    /// - Throws: `ExitCode.failure` if there is one, or one without a bound.
    func check(_ figure: Thresholds.Figure, of counts: [PathCount]) throws {
        guard let thresholds else { return }
        let violations = try Thresholds(readFrom: thresholds).violations(of: counts, figure)
        for violation in violations { Self.say("\(violation) (\(thresholds))") }
        if !violations.isEmpty { throw ExitCode.failure }
    }

    /// Tells people something that is no figure.
    static func say(_ message: String) {
        FileHandle.standardError.write(Data("hot-path-counts: \(message)\n".utf8))
    }
}
