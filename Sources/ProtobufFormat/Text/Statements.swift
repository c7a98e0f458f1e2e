/// Which statement of the text something stands in: several ranges of one `reserved`, several fields of one `extend`.
struct Statements {
    /// The places of whole statements, by the path of the list that they add to, in the order of the text.
    private var starts: [[Int]: [SourcePosition]] = [:]
    /// The places of single pieces.
    private var pieces: [[Int]: SourcePosition] = [:]

    init(_ locations: [SourceLocation]) {
        for location in locations {
            guard let last = location.path.last else { continue }
            // Statements have the path of their list, whose length is odd; pieces have an index behind it.
            if location.path.count % 2 == 1, Self.lists.contains(last) {
                starts[location.path, default: []].append(location.start)
            } else if location.path.count >= 2, Self.lists.contains(location.path[location.path.count - 2]) {
                pieces[location.path] = location.start
            }
        }
        for path in starts.keys { starts[path]?.sort() }
    }

    /// The numbers of the lists in descriptor.proto that a statement may add several pieces to: extensions, ranges, names.
    private static let lists: Set<Int> = [4, 5, 6, 7, 9, 10]

    /// The number of the statement among those that add to its list; -1 where there is no text.
    func statement(of path: [Int]) -> Int {
        guard let place = pieces[path], let starts = starts[Array(path.dropLast())] else { return -1 }
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Where a piece stands.
    func start(of path: [Int]) -> SourcePosition? { pieces[path] }
}
