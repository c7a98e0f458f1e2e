import Foundation
import FuzzTargets
import RecordFormat
import ServerHarness
import Testing

/// The inputs that a fuzzer found once, and a few made from right ones, through the entry points that `make fuzz` uses.
///
/// A broken promise ends the process: the target's own message is what is left to read.
@Suite(.serialized) struct FuzzCorpusTests {
    /// How many changed inputs each target gets.
    static let mutations = 200

    @Test(arguments: FuzzTarget.all)
    func keptInputsBreakNothing(target: FuzzTarget) throws {
        let folder = Repository.root.appending(path: "Fuzz/Corpus/\(target.name)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        for name in names.sorted() {
            print("\(target.name): \(name)")
            target.run(ByteSlice([UInt8](try Data(contentsOf: folder.appending(path: name)))))
        }
        target.run(.empty)
    }

    @Test(arguments: FuzzTarget.all)
    func changedInputsBreakNothing(target: FuzzTarget) throws {
        let wanted = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }
        let seed = wanted ?? .random(in: .min ... .max)
        print("\(target.name): seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let seeds = target.seeds
        try #require(!seeds.isEmpty)
        for input in seeds { target.run(input) }
        for _ in 0..<Self.mutations {
            guard var bytes = seeds.randomElement(using: &random)?.array, !bytes.isEmpty else { continue }
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1:
                    bytes[Int.random(in: bytes.indices, using: &random)] = [0, 0x7F, 0x80, 0xFF].randomElement(
                        using: &random)!
                default: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            target.run(ByteSlice(bytes))
        }
    }
}
