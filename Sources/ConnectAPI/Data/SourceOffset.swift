/// Where to go on after a record. Of a line it is its place, until someone asks: nobody does for most records, and a map has
/// memory of its own.
enum SourceOffset: Sendable {
    case known(ConnectMap)
    case line(SourceLines.Line, _ map: @Sendable (SourceLines.Line) -> ConnectMap)

    var map: ConnectMap {
        switch self {
        case .known(let map): map
        case .line(let line, let map): map(line)
        }
    }
}

extension SourceOffset: Hashable {
    static func == (left: SourceOffset, right: SourceOffset) -> Bool { left.map == right.map }

    func hash(into hasher: inout Hasher) { hasher.combine(map) }
}
