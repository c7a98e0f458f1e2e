import ArgumentParser
import HotPaths

/// Tells what callgrind has counted.
struct InstructionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instructions", abstract: "The instructions of each path, from what callgrind has written.")

    @Argument(help: "The directory of callgrind's files.") var directory: String
    @OptionGroup var bounds: CheckOptions

    func run() async throws {
        let profiles = try CallgrindProfile.all(in: directory)
        let counts = HotPath.all.compactMap { path in profiles.first { $0.count.path == path.name }?.count }
        guard !counts.isEmpty else {
            throw ValidationError("callgrind has written nothing about a path to \(directory)")
        }
        print("each time the path is taken          instructions")
        for count in counts { print(count.line(decimals: 0)) }
        try bounds.check(.instructions, of: counts)
    }
}
