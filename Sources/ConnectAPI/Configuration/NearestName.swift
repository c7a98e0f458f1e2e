/// Finds what someone may have meant who wrote a name that there is not.
package enum NearestName {
    /// The name that takes the fewest changed letters; `nil` if none is near.
    ///
    /// - Complexity: O(*n* · *l*²) for *n* names of *l* letters.
    package static func of(_ written: String, among names: some Sequence<String>) -> String? {
        let ranked = names.map { ($0, distance($0, written)) }
        guard let (name, distance) = ranked.min(by: { $0.1 < $1.1 }) else { return nil }
        return distance <= max(2, written.count / 3) ? name : nil
    }

    /// How many letters have to change to make one word the other.
    private static func distance(_ left: String, _ right: String) -> Int {
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
