/// Finds what someone may have meant who wrote a name that there is not.
package enum NearestName {
    /// The name that takes the fewest changed letters; `nil` if none is near.
    ///
    /// - Complexity: O(*n* · *l*²) for *n* names of *l* letters.
    package static func of(_ written: String, among names: some Sequence<String>) -> String? {
        // It comes from outside, and the work grows with its length.
        guard written.utf8.count <= longest else { return nil }
        let limit = max(2, written.utf8.count / 3)
        let near = names.filter { abs($0.utf8.count - written.utf8.count) <= limit }
            .map { ($0, distance($0.utf8, written.utf8)) }
        return near.min { $0.1 < $1.1 }.flatMap { $0.1 <= limit ? $0.0 : nil }
    }

    /// The most bytes of a name for which one is looked for; no key is half as long.
    private static let longest = 128

    /// How many letters have to change to make one word the other.
    private static func distance(_ left: String.UTF8View, _ right: String.UTF8View) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.count]
    }
}
