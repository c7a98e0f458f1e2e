/// Which of a connector's files a task has.
///
/// Every task weighs a file's name by its own number, and the file is the heaviest's (rendezvous hashing): a new file
/// moves no other, and a further task takes its share of each task before it.
struct FileShare: Sendable, Hashable {
    /// The key of a task's configuration that has its number, from 0.
    static let indexKey = "file.task"
    /// The key of a task's configuration that has the number of tasks.
    static let countKey = "file.tasks"

    /// The task's number, from 0.
    let index: Int
    /// The number of tasks.
    let count: Int

    /// Creates a share.
    ///
    /// - Precondition: `index` is below `count`.
    init(index: Int, count: Int) {
        precondition(index >= 0 && index < count, "task \(index) of \(count)")
        self.index = index
        self.count = count
    }

    /// Reads the share from a task's configuration; a configuration that says nothing of it has everything.
    init(_ configuration: [String: String]) {
        let index = configuration[Self.indexKey].flatMap { Int($0) } ?? 0
        let count = configuration[Self.countKey].flatMap { Int($0) } ?? 1
        self = index >= 0 && index < count ? FileShare(index: index, count: count) : FileShare(index: 0, count: 1)
    }

    /// Whether the task has the file.
    ///
    /// - Complexity: O(*n*) in the number of tasks.
    func has(_ path: String) -> Bool {
        guard count > 1 else { return true }
        let name = Self.hash(path)
        let mine = Self.weight(name, index)
        // Of equal weights the first counts; two never differ in anything but their number.
        return (0..<count).allSatisfy { other in
            let weight = Self.weight(name, other)
            return weight < mine || (weight == mine && other >= index)
        }
    }

    /// FNV-1a: the same in every process, which the standard library's hash is not.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// The finish of splitmix64, which makes neighbouring numbers unlike.
    private static func weight(_ name: UInt64, _ task: Int) -> UInt64 {
        var mixed = name &+ UInt64(task) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
