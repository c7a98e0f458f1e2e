package import ConnectAPI

/// Drops every record, which a predicate makes some records (`org.apache.kafka.connect.transforms.Filter`).
package struct Filter: ImmediateTransform {
    @specialized(where Record == SourceRecord)
    @specialized(where Record == SinkRecord)
    package func apply<Record: ConnectRecord>(_ record: consuming Record) -> Record? { nil }
}
