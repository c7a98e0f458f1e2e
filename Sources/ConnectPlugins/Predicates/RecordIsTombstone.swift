package import ConnectAPI

/// Records without a value (`org.apache.kafka.connect.transforms.predicates.RecordIsTombstone`).
package struct RecordIsTombstone: ImmediatePredicate {
    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func test<Record: ConnectRecord>(_ record: Record) -> Bool { record.value.isNull }
}
