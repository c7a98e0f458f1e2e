import ConnectAPI

/// The names in the source partitions and offsets of files, as Kafka stores them.
enum FileOffset {
    static let filenameField = "filename"
    static let positionField = "position"
    /// Tells the file that the position is in from one that has taken its name. Kafka's task knows only the position,
    /// and reads on with it.
    static let inodeField = "inode"

    private static let positionKey = ConnectValue.string(positionField)

    /// The part of a file's offsets that is the same for all of its lines.
    static func inodeEntry(_ inode: Int64) -> (key: ConnectValue, value: ConnectValue) {
        (.string(inodeField), .int64(inode))
    }

    /// The offset of what ends at `position`.
    static func map(_ position: Int64, _ inode: (key: ConnectValue, value: ConnectValue)) -> ConnectMap {
        ConnectMap(differentKeys: [(positionKey, .int64(position)), inode])
    }
}
