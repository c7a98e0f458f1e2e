import ArgumentParser

/// What a record or a request costs on the hot paths, in numbers that hardly differ from run to run: pieces of memory and
/// instructions. No time is taken.
@main struct HotPathCounts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hot-path-counts",
        abstract: "Count what hot paths take from the heap, and the instructions that they need.",
        discussion: "`Scripts/count-instructions` runs the two commands about instructions.",
        subcommands: [AllocationsCommand.self, CallgrindCommand.self, InstructionsCommand.self],
        defaultSubcommand: AllocationsCommand.self)
}
