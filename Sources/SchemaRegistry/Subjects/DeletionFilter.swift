/// Which of a subject's versions are meant.
enum DeletionFilter: Sendable, Hashable {
    /// Those that are not deleted.
    case live
    /// All.
    case all
    /// Those that are deleted softly.
    case deleted

    /// What the flags of a request mean; `deletedOnly` counts more than `deleted`.
    init(deleted: Bool, deletedOnly: Bool = false) { self = deletedOnly ? .deleted : deleted ? .all : .live }

    func includes(_ isDeleted: Bool) -> Bool {
        switch self {
        case .live: !isDeleted
        case .all: true
        case .deleted: isDeleted
        }
    }
}
