import Foundation

/// The most that hot paths may cost, as `Benchmarks/thresholds.json` has it.
struct Thresholds: Decodable {
    /// What is bounded.
    enum Figure: String {
        case allocations, instructions

        /// Digits behind the point that mean something.
        var decimals: Int { self == .allocations ? 2 : 0 }
    }

    /// The bounds of one path, for each time that it is taken.
    struct Bounds: Decodable {
        var allocations: Double?
        var instructions: Double?
    }

    /// The kind of processor that the bounds of instructions were made on.
    let architecture: String
    /// By the path's name.
    let paths: [String: Bounds]

    /// Reads a file.
    init(readFrom file: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    }

    /// A sentence about each count that is above its bound, or has none.
    func violations(of counts: [PathCount], _ figure: Figure) -> [String] {
        // Another processor has other instructions, and as many allocations.
        if figure == .instructions, architecture != Self.ownArchitecture { return [] }
        return counts.compactMap { count in
            guard let limit = bound(of: count.path, figure) else {
                return "\(count.path) has no bound of its \(figure.rawValue)"
            }
            guard count.each > limit else { return nil }
            let found = PathCount.text(count.each, decimals: figure.decimals)
            return "\(count.path): \(found) \(figure.rawValue), the bound is "
                + PathCount.text(limit, decimals: figure.decimals)
        }
    }

    private func bound(of path: String, _ figure: Figure) -> Double? {
        switch figure {
        case .allocations: paths[path]?.allocations
        case .instructions: paths[path]?.instructions
        }
    }

    #if arch(x86_64)
    private static let ownArchitecture = "x86_64"
    #elseif arch(arm64)
    private static let ownArchitecture = "arm64"
    #else
    private static let ownArchitecture = "other"
    #endif
}
