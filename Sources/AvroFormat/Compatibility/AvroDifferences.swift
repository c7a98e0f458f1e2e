/// The differences that a comparison has found so far, each of them kept once.
///
/// A pair of types that is met in many places has its differences told in each of them. What is kept is a reference,
/// since the copies could be more than there is memory for; so are the paths.
struct AvroDifferences {
    /// The differences of one pair of types; `nil` stands for none.
    struct Node: Sendable, Hashable {
        fileprivate let index: Int
    }

    /// A place in the schemas; `nil` stands for the top.
    struct Path: Sendable, Hashable {
        fileprivate let index: Int
    }

    private enum Item {
        case difference(AvroDifference.Rule, at: Path?)
        case nested(Node)
    }

    private var nodes: [[Item]] = []
    private var paths: [(parent: Path?, step: String)] = []

    /// The place one step below another.
    mutating func path(_ step: String, below parent: Path?) -> Path {
        paths.append((parent, step))
        return Path(index: paths.count - 1)
    }

    /// One difference.
    mutating func difference(_ rule: AvroDifference.Rule, at path: Path?) -> Node { add([.difference(rule, at: path)]) }

    /// The differences of several, one behind the other; `nil` if there are none.
    mutating func all(_ parts: [Node?]) -> Node? {
        let parts = parts.compactMap { $0 }
        return parts.count > 1 ? add(parts.map(Item.nested)) : parts.first
    }

    private mutating func add(_ items: [Item]) -> Node {
        nodes.append(items)
        return Node(index: nodes.count - 1)
    }

    /// The differences in order, the first of them if they are many.
    func list(_ root: Node?) -> [AvroDifference] {
        var result: [AvroDifference] = []
        var open: [Item] = root.map { [.nested($0)] } ?? []
        while let item = open.popLast(), result.count < AvroLimits.differences {
            switch item {
            case .nested(let node): open += nodes[node.index].reversed()
            case .difference(let rule, let path): result.append(AvroDifference(rule: rule, path: steps(to: path)))
            }
        }
        return result
    }

    private func steps(to path: Path?) -> [String] {
        var steps: [String] = []
        var next = path
        while let path = next {
            steps.append(paths[path.index].step)
            next = paths[path.index].parent
        }
        return steps.reversed()
    }
}
